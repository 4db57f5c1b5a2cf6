import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('./testing/gateway-process.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** One run of a gateway that sends itself one request; what it said before it died or ended. */
function run(killAt = ''): Promise<{ signal: string | null; said: Record<string, unknown>[] }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, join(folder, 'gateway.sqlite'), killAt], (_, stdout) => {
      const said = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      resolve({ signal: child.signalCode, said });
    });
  });
}

const EXECUTED = { executed: true };
const UNKNOWN = { status: 409, reason: 'idempotency-outcome-unknown' };
const MADE = { status: 201, text: 'made' };

test.each([
  ['before-claim', [], [EXECUTED, MADE]],
  ['after-claim', [], [UNKNOWN]],
  ['after-execution', [EXECUTED], [UNKNOWN]],
  ['before-keeping', [EXECUTED], [UNKNOWN]],
  ['before-reply', [EXECUTED], [MADE]],
])(
  'killed %s: the request is executed at most once, and a repeat learns the truth',
  async (point, before, after) => {
    expect(await run(point)).toEqual({ signal: 'SIGKILL', said: before });
    expect(await run()).toEqual({ signal: null, said: after });
    // And so it stays.
    expect((await run()).said).toEqual([after.at(-1)]);
  },
  60_000,
);
