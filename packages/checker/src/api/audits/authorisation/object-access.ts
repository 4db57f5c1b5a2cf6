import { parseCompactJws } from '@sallyport/protocol';
import { defineApiAudit } from '../../api-audit.ts';
import type { Request } from '../../http/answer.ts';
import { answerShape } from '../../http/answer-shape.ts';
import { isSuccess } from '../../http/compare-answers.ts';
import { saysRefusal } from '../../http/says-refusal.ts';
import { namesUser } from '../../run/names-user.ts';
import { idsIn } from '../../run/object-requests.ts';

export const objectAccess = defineApiAudit({
  id: 'object-access',
  area: 'authorisation',
  title: "A user cannot read another user's objects",
  failingTitle: "A user can read another user's objects",
  severity: 'critical',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [639, 862], api10: ['API1:2023'] },
  why: 'Whoever has an account walks through the ids and reads everybody. Only the backend knows whose an object is; no gateway can guess it.',
  remedy: {
    text: 'Ask for the object and its owner in one query, at every access.',
    language: 'sql',
    code: 'SELECT id, item, total FROM orders WHERE id = ? AND owner = ?',
  },
  remains: { owner: 'backend', because: 'it alone knows whose an object is' },
  needs: ['secondUser', 'ownedObjects'],
  async check({ secondUser, ownedObjects }, probe) {
    const claims = parseCompactJws(probe.options.user?.accessToken ?? '')?.payload ?? {};
    const lists = new Map<string, Set<string>>();
    /** What the second user's own list holds is shared, not stolen. */
    const sharedIn = async (list: Request): Promise<ReadonlySet<string>> => {
      let ids = lists.get(list.url);
      if (ids === undefined) {
        const answer = await probe.sendAs(secondUser, list);
        ids = new Set(isSuccess(answer) ? idsIn(answer.body).map(String) : []);
        lists.set(list.url, ids);
      }
      return ids;
    };
    let compared = 0;
    for (const { request, origin, own, anonymous } of ownedObjects) {
      const id = decodeURIComponent(new URL(request.url).pathname.split('/').at(-1) ?? '');
      // Public objects are nobody's.
      if (isSuccess(anonymous) && anonymous.body === own.body) continue;
      if (typeof origin === 'object' && (await sharedIn(origin.list)).has(id)) continue;
      // Of an address alone nobody said that it is the first user's; its content may.
      if (origin === 'address' && !namesUser(own.body, claims)) continue;
      compared++;
      const other = await probe.sendAs(secondUser, request);
      if (!isSuccess(other)) continue;
      const same = other.body === own.body;
      if (!same && (saysRefusal(other) || answerShape(other) !== answerShape(own))) continue;
      probe.report({
        where: probe.nameOf(request),
        message: same
          ? "The second user gets the first user's object, byte for byte."
          : 'The second user gets an object of the same form; look whose it is.',
        evidence: `first user ${own.status}, second user ${other.status}, nobody ${anonymous.status}`,
        confidence: same ? 'high' : 'medium',
      });
      // The same hole with another id is the same hole.
      return;
    }
    if (compared === 0)
      probe.inconclusive('All objects found are public or shared by both users; name some of the first user with --objects.');
  },
});
