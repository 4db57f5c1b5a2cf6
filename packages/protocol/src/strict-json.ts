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

const [QUOTE, COLON, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [34, 58, 92, 91, 93, 123, 125];

/** Walks text that `JSON.parse` has already accepted, so only strings and brackets need telling apart. */
function hasUniqueKeys(text: string): boolean {
  /** The keys of each object that is open; `undefined` for an array. */
  const scopes: (Set<string> | undefined)[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (character === QUOTE) {
      const end = endOfString(text, index);
      const keys = scopes[scopes.length - 1];
      if (keys !== undefined && isFollowedByColon(text, end)) {
        const before = keys.size;
        keys.add(readKey(text, index, end));
        if (keys.size === before) return false;
      }
      index = end - 1;
    } else if (character === OPEN_OBJECT || character === OPEN_ARRAY) {
      if (scopes.length === MAX_DEPTH) return false;
      scopes.push(character === OPEN_OBJECT ? new Set() : undefined);
    } else if (character === CLOSE_OBJECT || character === CLOSE_ARRAY) scopes.pop();
  }
  return true;
}

/** The position behind the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  for (let character = text.charCodeAt(index); character !== QUOTE; character = text.charCodeAt(index)) {
    index += character === BACKSLASH ? 2 : 1;
  }
  return index + 1;
}

/** Unescaped where there is an escape: "a" and "\u0061" are the same key. */
function readKey(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  return inner.includes('\\') ? JSON.parse(text.slice(start, end)) : inner;
}

function isFollowedByColon(text: string, from: number): boolean {
  let index = from;
  // Space, tab, line feed and carriage return are all below 33 and all that JSON.parse lets stand here.
  while (text.charCodeAt(index) < 33) index++;
  return text.charCodeAt(index) === COLON;
}
