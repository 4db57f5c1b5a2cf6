import type { Audit } from '../audit.ts';
import { checklistPhrase, referenceList } from './report.ts';

/** One half of `docs/reference/audits.md`, made from the audits themselves so that it cannot drift. @param command `check app` or `check api` */
export function auditReference(command: string, audits: readonly Audit[]): string {
  const areas = [...new Set(audits.map((audit) => audit.area))];
  const out = [
    `# Audits of \`sallyport ${command}\``,
    '',
    `${audits.length} audits. Generated from the code; do not edit.`,
    '',
    '| audit | severity | what holds when it passes |',
    '|---|---|---|',
  ];
  for (const audit of audits) out.push(`| [\`${audit.id}\`](#${audit.id}) | ${audit.severity} | ${audit.title} |`);
  for (const area of areas) {
    out.push('', `## ${area[0]?.toUpperCase()}${area.slice(1)}`);
    for (const audit of audits.filter((item) => item.area === area)) {
      out.push(
        '',
        `### ${audit.id}`,
        '',
        `**${audit.failingTitle}** (${audit.severity})`,
        '',
        audit.why,
        '',
        ...Object.entries(audit.neededBy ?? {}).map(([kind, reason]) => `- With \`--app-kind ${kind}\` of lower severity. ${reason}`),
        ...(audit.neededBy === undefined ? [] : ['']),
        `Fix: ${audit.remedy.text}`,
        '',
        `\`\`\`${audit.remedy.language}`,
        audit.remedy.code,
        '```',
        ...(audit.remedy.script === undefined ? [] : ['', '```ts', audit.remedy.script, '```']),
        '',
        `${checklistPhrase(audit)}. ${referenceList(audit).join(' · ')}. ${audit.needs.length === 0 ? '' : `Reads: ${audit.needs.join(', ')}.`}`.trimEnd(),
      );
    }
  }
  return `${out.join('\n')}\n`;
}
