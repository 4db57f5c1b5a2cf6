import { expect, it } from 'vitest';
import { assemble } from '../../gather/assemble.ts';
import { runAudits } from '../../judge/run-audits.ts';
import { secretsOnPasteboard } from './secrets-on-pasteboard.ts';

/** Where secrets are put on the pasteboard, as `path:line`. */
async function places(files: Record<string, string>): Promise<string[]> {
  const entries = Object.entries(files).map(([path, text]) => ({ path, size: text.length, read: () => Buffer.from(text) }));
  const artifacts = await assemble(entries, [], { blobs: [], missing: undefined });
  const [result] = runAudits([secretsOnPasteboard], artifacts);
  return (result?.findings ?? []).map(({ path, line }) => `${path}:${line}`);
}

const COPY = 'export async function copyText(text) {\n  Clipboard.setString(text);\n}';

it('points at the call that hands a secret to a function which copies whatever it is given', async () => {
  const screen = "import { copyText } from './copy';\nexport const show = (recoveryPhrase) =>\n  copyText(recoveryPhrase);";
  expect(await places({ 'copy.ts': COPY, 'screen.ts': screen })).toEqual(['screen.ts:3']);
});

it('says nothing of such a function, nor of what else it is handed', async () => {
  const screen = "import { copyText } from './copy';\nexport const show = (address) =>\n  copyText(address);";
  expect(await places({ 'copy.ts': COPY, 'screen.ts': screen })).toEqual([]);
});
