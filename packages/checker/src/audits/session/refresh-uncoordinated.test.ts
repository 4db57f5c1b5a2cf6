import { expect, it } from 'vitest';
import { assemble } from '../../gather/assemble.ts';
import { runAudits } from '../../judge/run-audits.ts';
import { refreshUncoordinated } from './refresh-uncoordinated.ts';

/** What is found, by line. */
async function found(lines: readonly string[]): Promise<string[]> {
  const text = lines.join('\n');
  const file = { path: 'api.ts', size: text.length, read: () => Buffer.from(text) };
  const artifacts = await assemble([file], [], { blobs: [], missing: undefined });
  return runAudits([refreshUncoordinated], artifacts).flatMap(({ findings }) => findings.map(({ line, message }) => `${line} ${message}`));
}

const handler = (status: number, repeated: string) => [
  'client.interceptors.response.use((r) => r, async (failure) => {',
  `  if (failure.response.status === ${status}) {`,
  '    const refreshToken = getRefreshToken();',
  "    const { data } = await axios.post('/user/refresh', { refreshToken });",
  '    setAccessToken(data.access);',
  `    return ${repeated}(failure.config);`,
  '  }',
  '  throw failure;',
  '});',
];

it('names the line that asks for new tokens, not the one that reads the old, whether the server says 401 or 403', async () => {
  for (const status of [401, 403])
    expect(await found(handler(status, 'axios'))).toEqual(['4 Every refused answer starts a refresh of its own.']);
});

it('finds no end only where the request is repeated on the client that has the handler', async () => {
  expect(await found(handler(403, 'client'))).toContain('6 A request that is refused is repeated without a limit.');
});

it('leaves an answer alone that is no refusal', async () => {
  expect(await found(handler(503, 'client'))).toEqual([]);
});
