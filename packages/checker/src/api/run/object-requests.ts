import type { Answer, Request } from '../http/answer.ts';
import { parseJson } from '../http/answer-shape.ts';
import type { Target } from '../target.ts';

export interface ObjectSearch {
  /** The request whose answer lists objects. */
  readonly list: Request;
  readonly answer: Pick<Answer, 'body'>;
  /** Paths named by the user; they come first. */
  readonly objects: readonly string[];
  readonly target: Target;
}

/** Ids taken from one list: the flaw shows with the first, the others are for lists that mix one's own and shared objects. */
const MAX_IDS = 4;

/**
 * Requests for single objects: those the user names, and under a list its members by their `id`. That `/orders` has its
 * members at `/orders/{id}` is a guess; a wrong one answers 404 and is dropped by the caller.
 */
export function objectRequests({ list, answer, objects, target }: ObjectSearch): Request[] {
  const named = objects.map((path) => new URL(path, target.url).href);
  const { origin, pathname } = new URL(list.url);
  const guessed = idsIn(answer.body)
    .slice(0, MAX_IDS)
    .map((id) => `${origin}${pathname.replace(/\/$/, '')}/${encodeURIComponent(String(id))}`);
  return [...new Set([...named, ...guessed])]
    .filter((url) => new URL(url).origin === origin || named.includes(url))
    .map((url) => ({ method: 'GET', url }));
}

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
      const id =
        typeof item === 'object' && item !== null
          ? ((item as Record<string, unknown>).id ?? (item as Record<string, unknown>)._id)
          : undefined;
      return typeof id === 'string' || typeof id === 'number' ? [id] : [];
    }),
  );
}
