import type { Reason } from '@sallyport/protocol';
import { generatedFrom, markdownTable } from './markdown.ts';

/** docs/reference/reasons.md: every refusal reason, in the order a request meets them. */
export function formatReasonsReference(reasons: readonly (readonly [code: string, reason: Reason])[]): string {
  return `${[
    generatedFrom('packages/protocol/src/reasons.ts'),
    '# Reasons',
    'Why a request was refused. The answer is `application/problem+json` (RFC 9457) with the code in `reason` and, in `supportCode`, what finds the log line. A code is permanent: it may be retired, never renamed or given another meaning. What the caller is told is coarse on purpose; the rest of this page is for operators.',
    markdownTable(
      ['Code', 'Status', 'The caller is told'],
      reasons.map(([code, { status, title }]) => [`[\`${code}\`](#${code})`, String(status), title]),
    ),
    ...reasons.map(([code, { status, title, operator, remedy, reference }]) =>
      [`## ${code}`, `**${status}** ${title}`, `What happened: ${operator}`, `What to do: ${remedy}`, `Reference: ${reference}`].join(
        '\n\n',
      ),
    ),
  ].join('\n\n')}\n`;
}
