import { defineApiAudit } from '../../api-audit.ts';
import { parseJson } from '../../http/answer-shape.ts';

/** Members no app needs to be sent, by whole name, case and separators aside. */
const NEVER =
  /^(password|passwd|pwd|passwordhash|hashedpassword|passworddigest|salt|secret|clientsecret|privatekey|apikey|secretkey|totpsecret|mfasecret|otpsecret|resettoken|passwordresettoken|ssn|socialsecuritynumber|cardnumber|creditcardnumber|pan|cvv|cvc|pin)$/;

const MAX_DEPTH = 12;

export const sensitiveFields = defineApiAudit({
  id: 'sensitive-fields',
  area: 'exposure',
  title: 'Answers hold no secrets',
  failingTitle: 'Answers hold secrets',
  severity: 'high',
  references: { checklist: 'no-excess-data', masvs: ['MASVS-PRIVACY-1'], cwe: [200, 522], api10: ['API3:2023'] },
  why: 'A password hash can be cracked, a card number used; neither has any business on a phone.',
  remedy: {
    text: 'Name the members an answer holds; never write out a whole row.',
    language: 'sql',
    code: 'SELECT id, display_name FROM users WHERE id = ? -- not SELECT *',
  },
  remains: { owner: 'backend', because: 'it builds the answers' },
  needs: ['answers'],
  check({ answers }, probe) {
    for (const answer of answers) {
      const found = new Set<string>();
      collect(parseJson(answer.body), '', 0, found);
      if (found.size > 0) {
        probe.report({
          where: probe.nameOf(answer.request),
          message: 'The answer holds members whose names say that they are secret.',
          evidence: [...found].join(', '),
        });
      }
    }
  },
});

function collect(value: unknown, path: string, depth: number, found: Set<string>): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 50)) collect(item, `${path}[]`, depth + 1, found);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    // An empty or masked value gives nothing away.
    const holds = typeof member === 'number' || (typeof member === 'string' && member !== '' && !/^[*•x.]+\d{0,4}$/i.test(member));
    if (holds && NEVER.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''))) found.add(at);
    collect(member, at, depth + 1, found);
  }
}
