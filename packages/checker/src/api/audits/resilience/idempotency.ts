import { defineApiAudit } from '../../api-audit.ts';
import { isSuccess } from '../../http/compare-answers.ts';

const COPIES = 5;

export const idempotency = defineApiAudit({
  id: 'idempotency',
  area: 'resilience',
  title: 'A repeated request is carried out once',
  failingTitle: 'A repeated request is carried out again',
  severity: 'medium',
  references: { checklist: 'idempotency', cwe: [362, 837], api10: ['API6:2023'] },
  why: 'A phone in a tunnel does not know whether its payment arrived, and sends it again.',
  remedy: {
    text: 'Take an Idempotency-Key, run at most once per key and user, and repeat the first answer.',
    language: 'http',
    code: 'POST /orders\nIdempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324"',
  },
  needs: ['baseline', 'idempotentRoute'],
  async check({ baseline, idempotentRoute: { method, path, body } }, probe) {
    const url = probe.at(path);
    const where = probe.nameOf({ method, url });
    const send = (key: string, content: string) =>
      probe.sendAs(baseline.user, {
        method,
        url,
        body: content,
        headers: { 'content-type': 'application/json', 'idempotency-key': `"${key}"` },
      });
    const newKey = () => Buffer.from(probe.random(16)).toString('hex');
    const key = newKey();
    const first = await send(key, body);
    if (!isSuccess(first)) return probe.inconclusive(`The request itself is refused with ${first.status}.`);
    const second = await send(key, body);
    if (isSuccess(second) && second.body !== first.body) {
      probe.report({
        where,
        message: 'The same key and body were carried out twice: the answers differ.',
        evidence: `${first.status} ${first.body.slice(0, 80)} / ${second.status} ${second.body.slice(0, 80)}`,
      });
      return;
    }
    const shared = newKey();
    const raced = await Promise.all(Array.from({ length: COPIES }, () => send(shared, body)));
    const results = new Set(raced.filter(isSuccess).map((answer) => answer.body));
    if (results.size > 1) {
      probe.report({
        where,
        message: 'Copies sent at the same moment are carried out more than once.',
        evidence: `${results.size} different successes among ${COPIES} copies`,
      });
    }
    const changed = await send(key, changedBody(body));
    if (isSuccess(changed) && changed.body === first.body) {
      probe.report({
        where,
        message:
          'The key with another body gets the old answer; a client that mixes keys up never learns of it (draft-07 §2.6 asks for 422).',
        severity: 'low',
      });
    } else if (isSuccess(changed)) {
      probe.report({ where, message: 'The key with another body is carried out anew.', evidence: `status ${changed.status}` });
    }
    if (first.body === '') probe.inconclusive('Answers have no body; whether the action happened twice cannot be seen from outside.');
  },
});

/** The same document with another meaning: a member more. */
function changedBody(body: string): string {
  return body.trim() === '{}' ? '{"sallyportProbe":true}' : body.replace(/\}\s*$/, ',"sallyportProbe":true}');
}
