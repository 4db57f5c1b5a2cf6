import { defineApiAudit } from '../../api-audit.ts';
import type { Answer } from '../../http/answer.ts';
import { signInAttempt } from '../../run/sign-in-attempt.ts';

/** Tries of each kind. More would lock the account. */
const TRIES = 3;

/** A password hash that is skipped for unknown users saves some 50 ms or more; what is below is noise of the network, in milliseconds. */
const TELLING_TIME = 40;

export const userEnumeration = defineApiAudit({
  id: 'user-enumeration',
  area: 'authentication',
  title: 'Sign-in does not tell who has an account',
  failingTitle: 'Sign-in tells who has an account',
  severity: 'medium',
  references: { checklist: 'rate-limits', masvs: ['MASVS-AUTH-1'], cwe: [204, 208], api10: ['API2:2023'] },
  why: "Lists of stolen passwords are tried only on addresses known to exist; who has an account may itself be nobody's business.",
  remedy: {
    text: 'Answer both alike, and hash a password for unknown users too.',
    language: 'ts',
    code: 'const user = await find(name);\nconst matches = await verify(user?.passwordHash ?? DUMMY_HASH, password);\nif (user === undefined || !matches) return refuse();',
  },
  needs: ['signIn', 'active'],
  async check({ signIn }, probe) {
    const known: Answer[] = [];
    const unknown: Answer[] = [];
    const strangers: string[] = [];
    for (let index = 0; index < TRIES; index++) {
      const suffix = Buffer.from(probe.random(6)).toString('hex');
      known.push(await probe.send(signInAttempt(signIn, signIn.user, `wrong-${suffix}`)));
      // Of the same form, so that a check of the form says nothing.
      const stranger = signIn.user.includes('@')
        ? `${suffix}@${signIn.user.split('@')[1]}`
        : suffix.slice(0, Math.max(4, signIn.user.length));
      strangers.push(stranger);
      unknown.push(await probe.send(signInAttempt(signIn, stranger, `wrong-${suffix}`)));
    }
    const [a, b] = [known[0], unknown[0]] as [Answer, Answer];
    const where = probe.nameOf(a.request);
    if (a.status === 429 || b.status === 429)
      return probe.inconclusive('The sign-in limit was reached before two answers could be compared.');
    if (a.status !== b.status) {
      return probe.report({
        where,
        message: 'Known and unknown users get different statuses.',
        evidence: `known ${a.status}, unknown ${b.status}`,
      });
    }
    if (normalise(a.body, signIn.user) !== normalise(b.body, strangers[0] as string)) {
      return probe.report({
        where,
        message: 'Known and unknown users get different texts.',
        evidence: `known: ${a.body.slice(0, 120)} unknown: ${b.body.slice(0, 120)}`,
      });
    }
    const times = [known, unknown].map((answers) => answers.map(({ time }) => time).sort((x, y) => x - y));
    const [fast, slow] = times.sort((x, y) => (x[0] ?? 0) - (y[0] ?? 0)) as [number[], number[]];
    const [latest, earliest] = [fast.at(-1) ?? 0, slow[0] ?? 0];
    // Not one of the fast may be as late as the earliest of the slow: a busy machine delays some of both.
    if (earliest - latest >= TELLING_TIME && earliest > 2 * latest) {
      probe.report({
        where,
        message: 'Known and unknown users are answered at different speed.',
        evidence: `known ${ranges(known)}, unknown ${ranges(unknown)}`,
        severity: 'low',
      });
    }
  },
});

/** The text of an answer without what differs every time: ids, times, and the name sent along. */
function normalise(body: string, name: string): string {
  return body
    .replaceAll(name, '…')
    .replace(/"(?:[\w-]*(?:code|id|instance|time(?:stamp)?|date|nonce))"\s*:\s*"[^"]*"/gi, '…')
    .replace(/\b[\w-]{16,}\b/g, '…')
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z?/g, '…')
    .replace(/\d+/g, '0');
}

/** @example '4 to 9 ms' */
function ranges(answers: readonly Answer[]): string {
  const times = answers.map(({ time }) => Math.round(time));
  return `${Math.min(...times)} to ${Math.max(...times)} ms`;
}
