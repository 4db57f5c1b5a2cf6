import type { JsonObject } from '@sallyport/protocol';
import { parseJson } from '../http/answer-shape.ts';

/** Claims that say who the user is: RFC 7519 §4.1.2, OpenID Connect Core §5.1, and what frameworks write. */
const IDENTITY = /^(sub|id|_id|uid|user_?id|email|username|preferred_username|login)$/i;

/** Members of an answer that say whose it is. A bare `id` is the object's own. */
const OWNER = /^(sub|email|uid|(user|owner|customer|account|member|patient)(_?(id|name|email))?)$/i;

/** Who wrote something need not own it: posts and reviews are written for everybody. */
const AUTHOR = /^(author|creator|created_?by|sender|seller|publisher|comments?|reviews?|posts?)$/i;

/** A shorter text, unless it is a number, is nobody's name. */
const TELLING = 3;

const MAX_DEPTH = 8;
const MAX_ITEMS = 50;

/**
 * Whether an answer says that it belongs to the bearer of a token and to nobody else: a member for the owner holds what a claim says
 * of the user, wherever it stands in the answer. What names its owner is no shared or public thing.
 *
 * @example namesUser('{"id":6,"UserId":24}', { data: { id: 24 } }) // true
 */
export function namesUser(body: string, claims: JsonObject): boolean {
  const identities = new Set<string>();
  collect(claims, 0, IDENTITY, (_, value) => identities.add(value));
  const owners = new Map<string, Set<string>>();
  collect(parseJson(body), 0, OWNER, (name, value) => owners.set(name, (owners.get(name) ?? new Set()).add(value)));
  // A list with members of several users is no list of the one's.
  return [...owners.values()].some((values) => values.size === 1 && identities.has([...values][0] as string));
}

function collect(value: unknown, depth: number, wanted: RegExp, tell: (name: string, value: string) => void): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MAX_ITEMS)) collect(item, depth + 1, wanted, tell);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (AUTHOR.test(name)) continue;
    const says = typeof member === 'number' || (typeof member === 'string' && (member.length >= TELLING || /^\d+$/.test(member)));
    if (says && wanted.test(name)) tell(name, String(member));
    else collect(member, depth + 1, wanted, tell);
  }
}
