import type { Answer, Request } from '../http/answer.ts';
import { parseJson } from '../http/answer-shape.ts';
import type { Target } from '../target.ts';
import type { OwnedObject } from './artifacts.ts';

export interface ObjectSearch {
  /** What the first user was given, list or not. */
  readonly lists: readonly { readonly list: Request; readonly answer: Pick<Answer, 'body'> }[];
  /** Paths named by the user; they come first. */
  readonly objects: readonly string[];
  readonly target: Target;
}

/** Ids taken from one list: the flaw shows with the first, the others are for lists that mix one's own and shared objects. */
const MAX_IDS = 4;

/** The last part of a path that names one object: a number, a UUID, or letters and digits nobody would say aloud. */
const ID = /^(?:\d{1,19}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-z_-]*\d)[\w-]{16,64})$/i;

/**
 * Requests for single objects: those the user names, those of the given routes that are one, and under a list its members by their
 * `id`. That `/orders` has its members at `/orders/{id}` is a guess; a wrong one answers 404 and is dropped by the caller.
 */
export function objectRequests({ lists, objects, target }: ObjectSearch): Pick<OwnedObject, 'request' | 'origin'>[] {
  const found = new Map<string, OwnedObject['origin']>();
  const add = (url: string, origin: OwnedObject['origin']) => {
    if (!found.has(url)) found.set(url, origin);
  };
  for (const path of objects) add(new URL(path, target.url).href, 'named');
  for (const { list } of lists) if (ID.test(new URL(list.url).pathname.split('/').at(-1) ?? '')) add(list.url, 'address');
  for (const { list, answer } of lists) {
    const { origin, pathname } = new URL(list.url);
    for (const id of idsIn(answer.body).slice(0, MAX_IDS))
      add(`${origin}${pathname.replace(/\/$/, '')}/${encodeURIComponent(String(id))}`, { list });
  }
  return [...found].map(([url, origin]) => ({ request: { method: 'GET', url }, origin }));
}

/** What addresses are made of, the likeliest first. */
const ID_MEMBERS = ['id', '_id', 'uuid', 'slug'];

/**
 * The ids of the objects in a list, in their order.
 *
 * @example idsIn('{"items":[{"id":7},{"id":8}]}') // [7, 8]
 */
export function idsIn(body: string): (string | number)[] {
  const value = parseJson(body);
  const lists = Array.isArray(value)
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).filter(Array.isArray)
      : [];
  return lists.flatMap((list) =>
    list.flatMap((item: unknown) => {
      if (typeof item !== 'object' || item === null) return [];
      const id = ID_MEMBERS.map((name) => (item as Record<string, unknown>)[name]).find((value) => value !== undefined);
      return typeof id === 'string' || typeof id === 'number' ? [id] : [];
    }),
  );
}
