import type { Answer } from './answer.ts';

/** Deepest nesting and most members that count towards a shape: enough to tell two answers apart, bounded against hostile ones. */
const MAX_DEPTH = 6;
const MAX_MEMBERS = 400;

/**
 * What kind of answer a body is, without its values: names and types of a JSON document's members, or media type and
 * rough length of anything else. Two answers of one shape came from the same code path with near certainty.
 *
 * @example answerShape({ body: '{"items":[{"id":1}]}', … }) // 'items:array items[].id:number'
 */
export function answerShape(answer: Pick<Answer, 'headers' | 'body'>): string {
  const value = parseJson(answer.body);
  if (value !== undefined) {
    const members = new Set<string>();
    collect(value, '', 0, members);
    return [...members].sort().join(' ');
  }
  const type = (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  return `${type === '' ? 'no type' : type} of 2^${Math.ceil(Math.log2(answer.body.length + 1))}`;
}

/** The JSON value of a text; `undefined` when it is none. A byte order mark, which RFC 8259 §8.1 forbids to send, is passed over. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function collect(value: unknown, path: string, depth: number, members: Set<string>): void {
  if (depth > MAX_DEPTH || members.size >= MAX_MEMBERS) return;
  if (Array.isArray(value)) {
    members.add(`${path}:array`);
    for (const item of value.slice(0, 20)) collect(item, `${path}[]`, depth + 1, members);
  } else if (typeof value === 'object' && value !== null) {
    if (path !== '') members.add(`${path}:object`);
    for (const [name, item] of Object.entries(value)) collect(item, path === '' ? name : `${path}.${name}`, depth + 1, members);
    if (path === '' && Object.keys(value).length === 0) members.add(':empty');
  } else members.add(`${path}:${value === null ? 'null' : typeof value}`);
}
