/** Deepest nesting a header, claim set or policy value of ours needs, with room to spare; deeper input is hostile. */
const MAX_DEPTH = 8;

/** A JSON object as parsed. */
export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/**
 * Parses one JSON object and refuses what `JSON.parse` lets by: duplicate keys (RFC 8259 §4 leaves them undefined, and
 * two readers that disagree about one are an attack), nesting deeper than 8, and a top level that is not an object.
 *
 * @returns the object, or `undefined` when the text is none of ours.
 * @example parseJsonObject('{"alg":"ES256"}') // { alg: 'ES256' };  parseJsonObject('{"a":1,"a":2}') // undefined
 */
export function parseJsonObject(text: string): JsonObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return hasUniqueKeys(text) ? (value as JsonObject) : undefined;
}

/** Walks text that `JSON.parse` has already accepted, so only strings, braces and commas need telling apart. */
function hasUniqueKeys(text: string): boolean {
  const scopes: (Set<string> | undefined)[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text[index];
    if (character === '{' || character === '[') {
      if (scopes.length === MAX_DEPTH) return false;
      scopes.push(character === '{' ? new Set() : undefined);
      index++;
    } else if (character === '}' || character === ']') {
      scopes.pop();
      index++;
    } else if (character === '"') {
      const start = index++;
      while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
      index++;
      const keys = scopes[scopes.length - 1];
      if (keys !== undefined && isFollowedByColon(text, index)) {
        // Unescape first: "a" and "\u0061" are the same key.
        const key: string = JSON.parse(text.slice(start, index));
        if (keys.has(key)) return false;
        keys.add(key);
      }
    } else index++;
  }
  return true;
}

function isFollowedByColon(text: string, from: number): boolean {
  let index = from;
  while (' \t\r\n'.includes(text[index] as string)) index++;
  return text[index] === ':';
}
