import { parseRetryAfter } from '@sallyport/protocol';
import { defineApiAudit } from '../../api-audit.ts';
import { signInAttempt } from '../../run/sign-in-attempt.ts';

/** Wrong passwords sent: OWASP ASVS 2.2.1 admits 100 an hour, careful services act by ten. */
const ATTEMPTS = 15;

export const signInLockout = defineApiAudit({
  id: 'sign-in-lockout',
  area: 'resilience',
  title: 'Guessing passwords is stopped',
  failingTitle: 'Passwords can be guessed without end',
  severity: 'high',
  references: {
    checklist: 'rate-limits',
    masvs: ['MASVS-AUTH-1'],
    cwe: [307],
    api10: ['API2:2023', 'API4:2023'],
  },
  why: 'Stolen password lists are tried by the million; only the server can slow that down.',
  remedy: {
    text: 'Count failures per account and per address, answer 429 with Retry-After, and tell somebody.',
    language: 'ts',
    code: "limits: { signIn: { perUser: '5 in 15m', perAddress: '20 in 15m' } }",
  },
  needs: ['signIn', 'active'],
  async check({ signIn }, probe) {
    const where = probe.nameOf({ method: 'POST', url: signIn.url });
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const answer = await probe.send(signInAttempt(signIn, signIn.user, `wrong-${Buffer.from(probe.random(6)).toString('hex')}`));
      if (answer.status !== 429 && answer.status !== 423 && answer.status !== 403) continue;
      if (answer.status === 429 && parseRetryAfter(answer.headers['retry-after'], probe.now()) === undefined) {
        probe.report({
          where,
          message: 'Sign-in is limited, but the answer does not say how long to wait.',
          evidence: '429 without Retry-After',
          severity: 'low',
        });
      }
      probe.note(`Stopped at wrong password number ${attempt} with ${answer.status}.`);
      return;
    }
    probe.report({
      where,
      message: `${ATTEMPTS} wrong passwords in a row for one account were all tried.`,
      evidence: 'neither 429 nor a lock',
    });
  },
});
