import type { OpenApi, Schema } from './read-openapi.ts';

/** Deepest nesting looked at, and most members named: the report says "and more" beyond. */
const MAX_DEPTH = 12;
const MAX_NAMED = 50;

/**
 * Members of a JSON value that its schema does not declare (API3:2023, excessive data exposure). Only objects whose schema
 * lists properties are judged; `additionalProperties` other than false, when written out, allows more.
 *
 * @returns paths without indexes. @example undeclaredMembers(document, schema, body) // ['[].owner.passwordHash']
 */
export function undeclaredMembers(document: OpenApi, schema: unknown, value: unknown): string[] {
  const found = new Set<string>();
  walk(schema, value, '', 0);
  return [...found];

  function walk(raw: unknown, part: unknown, path: string, depth: number): void {
    if (depth > MAX_DEPTH || found.size >= MAX_NAMED) return;
    const alternatives = flatten(document, raw);
    if (alternatives.length === 0) return;
    if (Array.isArray(part)) {
      const items = alternatives.map((schema) => schema.items).filter((schema) => schema !== undefined);
      for (const item of part.slice(0, 50)) for (const schema of items) walk(schema, item, `${path}[]`, depth + 1);
      return;
    }
    if (typeof part !== 'object' || part === null) return;
    const declared = alternatives.filter((schema) => isObject(schema.properties));
    if (
      declared.length === 0 ||
      declared.some((schema) => schema.additionalProperties !== undefined && schema.additionalProperties !== false)
    )
      return;
    for (const [name, member] of Object.entries(part)) {
      const schemas = declared.flatMap((schema) =>
        Object.hasOwn(schema.properties as object, name) ? [(schema.properties as Schema)[name]] : [],
      );
      const at = path === '' ? name : `${path}.${name}`;
      if (schemas.length === 0) found.add(at);
      // One declaration is enough to look further; several are alternatives of which any may be meant.
      else if (schemas.length === 1) walk(schemas[0], member, at, depth + 1);
    }
  }
}

/** A schema with everything `allOf`, `oneOf` and `anyOf` bring along: whichever of them allows a member, it is declared. */
function flatten(document: OpenApi, raw: unknown, depth = 0): Schema[] {
  const schema = document.resolve(raw);
  if (schema === undefined || depth > MAX_DEPTH) return [];
  const parts = ['allOf', 'oneOf', 'anyOf'].flatMap((key) => (Array.isArray(schema[key]) ? (schema[key] as unknown[]) : []));
  return [schema, ...parts.flatMap((part) => flatten(document, part, depth + 1))];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
