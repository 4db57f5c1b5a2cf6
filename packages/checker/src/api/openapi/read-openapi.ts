import { parse } from 'yaml';

/** A document that cannot be used; says where and what to do. */
export class OpenApiFault extends Error {
  readonly code = 'openapi-unreadable';
}

export type Schema = Readonly<Record<string, unknown>>;

export interface Operation {
  /** Upper case. */
  readonly method: string;
  /** As written, with `{parameters}`. */
  readonly template: string;
  /** Whether the document asks for credentials. */
  readonly secured: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly example: string | undefined;
  }[];
  /** Schema of a JSON answer with this status; falls back to `2XX` and `default`. */
  schemaFor(status: number): Schema | undefined;
}

export interface OpenApi {
  /** Path every template is under. @example '/v1' */
  readonly prefix: string;
  readonly operations: readonly Operation[];
  /** Follows `$ref` within the document. */
  resolve(schema: unknown): Schema | undefined;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/** The longest real document we know has 20 MB; ours is held in memory twice. */
const MAX_LENGTH = 32 * 1_048_576;

/** A reference may lead to a reference; more steps than this are a circle. */
const MAX_STEPS = 32;

/**
 * Reads an OpenAPI 3.x document, JSON or YAML.
 *
 * @throws {OpenApiFault} when it is neither, or no OpenAPI 3.
 */
export function readOpenApi(text: string): OpenApi {
  if (text.length > MAX_LENGTH) throw new OpenApiFault('the OpenAPI document is larger than 32 MiB');
  let root: unknown;
  try {
    // Aliases are bounded by the library's default, so a small file cannot unfold into a huge one.
    root = parse(text, { logLevel: 'error' });
  } catch (error) {
    throw new OpenApiFault(`the OpenAPI document is neither JSON nor YAML: ${(error as Error).message.split('\n', 1)[0]}`);
  }
  const document = asObject(root);
  const version = document?.openapi;
  if (document === undefined || typeof version !== 'string' || !version.startsWith('3.')) {
    throw new OpenApiFault(
      document?.swagger === undefined
        ? 'this is no OpenAPI document: "openapi": "3.…" is missing at the top'
        : 'this is a Swagger 2 document; convert it to OpenAPI 3 first',
    );
  }
  const resolve = (value: unknown): Schema | undefined => {
    let at = asObject(value);
    for (let step = 0; typeof at?.$ref === 'string'; step++) {
      if (step === MAX_STEPS) return undefined;
      at = asObject(pointer(document, at.$ref));
    }
    return at;
  };
  const operations: Operation[] = [];
  for (const [template, rawItem] of Object.entries(asObject(document.paths) ?? {})) {
    const item = resolve(rawItem);
    for (const method of METHODS) {
      const operation = resolve(item?.[method]);
      if (operation !== undefined) operations.push(readOperation(template, method, item as Schema, operation));
    }
  }
  return { prefix: prefixOf(document.servers), operations, resolve };

  function readOperation(template: string, method: string, item: Schema, operation: Schema): Operation {
    const parameters = [...list(item.parameters), ...list(operation.parameters)].flatMap((raw) => {
      const parameter = resolve(raw);
      if (typeof parameter?.name !== 'string' || typeof parameter.in !== 'string') return [];
      const example =
        parameter.example ??
        resolve(parameter.schema)?.example ??
        Object.values(asObject(parameter.examples) ?? {}).map((entry) => resolve(entry)?.value)[0];
      return [
        {
          name: parameter.name,
          in: parameter.in,
          required: parameter.required === true,
          example: example === undefined ? undefined : String(example),
        },
      ];
    });
    const security = operation.security ?? document?.security;
    return {
      method: method.toUpperCase(),
      template,
      parameters,
      // An empty requirement object makes credentials optional (OpenAPI 3.1 §4.8.30).
      secured: Array.isArray(security) && security.length > 0 && security.every((entry) => Object.keys(asObject(entry) ?? {}).length > 0),
      schemaFor: (status) => {
        const responses = asObject(operation.responses);
        const response = resolve(responses?.[String(status)] ?? responses?.[`${Math.floor(status / 100)}XX`] ?? responses?.default);
        const content = asObject(response?.content) ?? {};
        const type = Object.keys(content).find((name) => /[/+]json\b/i.test(name));
        return type === undefined ? undefined : resolve(asObject(content[type])?.schema);
      },
    };
  }
}

/**
 * The operation a request path belongs to. A literal template wins over one with parameters.
 *
 * @example findOperation(document, 'GET', '/v1/orders/7')?.template // '/orders/{id}'
 */
export function findOperation(document: OpenApi, method: string, path: string): Operation | undefined {
  if (!path.startsWith(document.prefix)) return undefined;
  const parts = path.slice(document.prefix.length).split('/');
  return document.operations
    .filter((operation) => operation.method === method && matches(operation.template.split('/'), parts))
    .sort((a, b) => placeholders(a.template) - placeholders(b.template))[0];
}

function matches(template: readonly string[], parts: readonly string[]): boolean {
  return (
    template.length === parts.length &&
    template.every((part, index) => part === parts[index] || (isPlaceholder(part) && parts[index] !== ''))
  );
}

const isPlaceholder = (part: string) => part.startsWith('{') && part.endsWith('}');
const placeholders = (template: string) => template.split('/').filter(isPlaceholder).length;

function prefixOf(servers: unknown): string {
  const address = asObject(list(servers)[0])?.url;
  if (typeof address !== 'string' || !URL.canParse(address, 'https://relative.invalid')) return '';
  return new URL(address, 'https://relative.invalid').pathname.replace(/\/+$/, '');
}

function pointer(document: Schema, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let at: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Object.hasOwn(asObject(at) ?? {}, name) ? (at as Schema)[name] : undefined;
  }
  return at;
}

function asObject(value: unknown): Schema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
