import { z } from 'zod';
import { policySchema } from './schema.ts';

/** As much of JSON Schema 2020-12 as the policy's schema uses. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: boolean;
}

/**
 * The JSON Schema of the policy as a team writes it, for editors and for the reference.
 *
 * It knows less than `config check`: what depends on two keys at once cannot be said in it.
 *
 * @example // yaml-language-server: $schema=./policy.schema.json
 */
export function policyJsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(policySchema, { io: 'input' });
  return { $schema, title: 'Sallyport policy', ...rest } as JsonSchema;
}

/** The part of the schema that a path leads to, or `undefined` if no such key exists. */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  let current: JsonSchema | undefined = schema;
  for (const part of path) {
    if (current === undefined) return undefined;
    const forms: readonly JsonSchema[] = [current, ...(current.anyOf ?? [])];
    current =
      typeof part === 'number'
        ? forms.find((form) => form.items !== undefined)?.items
        : forms.map((form) => ownProperty(form.properties, String(part))).find((form) => form !== undefined);
  }
  return current;
}

/**
 * A value to write there: the first example, the default, the first choice, or one put together of what is required.
 *
 * @example exampleOf(schemaAt(policyJsonSchema(), ['routes', 0])) // { method: 'GET', path: '/orders/:id' }
 */
export function exampleOf(schema: JsonSchema): unknown {
  const { examples, default: usual, enum: choices, anyOf, items, properties, required = [] } = schema;
  if (examples?.[0] !== undefined) return examples[0];
  if (usual !== undefined) return usual;
  if (choices !== undefined) return choices[0];
  if (anyOf?.[0] !== undefined) return exampleOf(anyOf[0]);
  if (items !== undefined) return [exampleOf(items)];
  return properties && Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] as JsonSchema)]));
}

function ownProperty(properties: Readonly<Record<string, JsonSchema>> | undefined, name: string): JsonSchema | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
