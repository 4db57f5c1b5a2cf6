import { defineApiAudit } from '../../api-audit.ts';
import { idsIn } from '../../run/object-requests.ts';

export const sequentialIds = defineApiAudit({
  id: 'sequential-ids',
  area: 'authorisation',
  title: 'Ids of objects cannot be counted through',
  failingTitle: 'Ids of objects can be counted through',
  severity: 'low',
  references: { checklist: 'backend-decides', cwe: [340, 639], api10: ['API1:2023'] },
  why: 'Consecutive numbers say how many there are and give every other id away; one missing check of the owner then opens all.',
  remedy: { text: 'Give objects random ids outwards.', language: 'sql', code: 'id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16))))' },
  remains: { owner: 'backend', because: 'it makes the ids' },
  needs: ['userData'],
  check({ userData }, probe) {
    for (const answer of userData) {
      const ids = idsIn(answer.body).map((id) => (/^\d{1,12}$/.test(String(id)) ? Number(id) : Number.NaN));
      // One number may be anything; of several that lie close together nobody drew lots.
      const numbers = ids.filter((id) => !Number.isNaN(id)).sort((a, b) => a - b);
      if (numbers.length < 2 || numbers.length < ids.length) continue;
      const span = (numbers.at(-1) as number) - (numbers[0] as number);
      if (span > numbers.length * 100) continue;
      probe.report({
        where: probe.nameOf(answer.request),
        message: 'Ids are small consecutive numbers.',
        evidence: numbers.slice(0, 6).join(', '),
      });
    }
  },
});
