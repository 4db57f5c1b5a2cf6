import { defineAudit } from '../../audit.ts';
import { findSecret } from '../../secrets/secret-patterns.ts';

export const historySecret = defineAudit({
  id: 'history-secret',
  area: 'secrets',
  title: 'The git history holds no secret',
  failingTitle: 'A secret is in the git history',
  severity: 'high',
  references: {
    checklist: 'no-secrets',
    masvs: ['MASVS-STORAGE-1'],
    maswe: ['MASWE-0005'],
    cwe: [798, 540],
  },
  why: 'Deleting the line did not delete it from the history: every clone and fork still has it.',
  remedy: {
    text: 'Revoke the secret; only then rewrite the history, if it must be.',
    language: 'sh',
    code: 'git log --all -S "$(cat leaked.txt)" --oneline   # where it is',
  },
  needs: ['history'],
  samples: { fail: [], pass: [] },
  check(artifacts, context) {
    if (artifacts.historyMissing !== undefined) context.inconclusive(artifacts.historyMissing);
    const seen = new Set<string>();
    for (const blob of artifacts.history) {
      const found = findSecret(blob.source);
      if (found === undefined || found.pattern.identifier === true || seen.has(found.match)) continue;
      seen.add(found.match);
      const line = blob.source.slice(0, found.index).split('\n').length;
      context.report({
        place: { path: blob.path, line, evidence: blob.source.split('\n')[line - 1] ?? '' },
        message: `An older version (git object ${blob.id.slice(0, 10)}) holds ${found.pattern.name}.`,
        secrets: [found.match],
      });
    }
  },
});
