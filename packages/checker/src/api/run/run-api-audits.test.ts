import { describe, expect, it } from 'vitest';
import { type ApiAudit, defineApiAudit } from '../api-audit.ts';
import { NoAnswer } from '../http/answer.ts';
import { createLedger } from '../http/ledger.ts';
import type { Target } from '../target.ts';
import type { Need } from './gather-artifacts.ts';
import { Missing } from './missing.ts';
import { runApiAudits } from './run-api-audits.ts';

function audit(id: string, check: ApiAudit['check'], needs: ApiAudit['needs'] = []): ApiAudit {
  const texts = {
    title: '',
    failingTitle: '',
    why: '',
    remedy: { text: '', language: '', code: '' },
    references: { checklist: 'https-only' as const, cwe: [] },
  };
  return defineApiAudit({ id, area: 'transport', severity: 'high', needs, check, ...texts });
}

function run(audits: ApiAudit[], need: Need = async () => undefined as never, maxRequests = 10) {
  const url = new URL('https://127.0.0.1:1/orders');
  const target: Target = { url, secure: true, host: url.hostname, port: 1, loopback: true };
  const ledger = createLedger({ maxRequests, maxTime: 1000, now: () => 0 });
  const exchange = {
    send: async () => ({ request: { method: 'GET', url: url.href }, status: 200, headers: {}, body: '', cut: false, time: 1 }),
    close: () => undefined,
  };
  return runApiAudits(audits, {
    target,
    options: { url: url.href },
    ledger,
    sending: {
      exchange,
      ledger,
      carrier: { kind: 'authorization' },
      timeout: 10,
      now: () => 0,
      wait: async () => undefined,
      nonces: new Map(),
      silence: new Map(),
    },
    need,
    trusted: true,
    random: (bytes) => new Uint8Array(bytes),
    now: () => 0,
    secrets: ['hunter2-token'],
  });
}

describe('runApiAudits', () => {
  it('keeps the crash of one audit to itself', async () => {
    const results = await run([
      audit('crash', () => {
        throw new Error('undefined is not a function');
      }),
      audit('fine', () => undefined),
    ]);
    expect(results.map(({ state, why }) => [state, why])).toEqual([
      ['error', 'The audit itself failed: undefined is not a function'],
      ['pass', undefined],
    ]);
  });

  it('passes on why an artifact is missing', async () => {
    const need: Need = async () => {
      throw new Missing('not-applicable', 'No pins were given.');
    };
    expect(await run([audit('pins', () => undefined, ['pins'])], need)).toMatchObject([
      { state: 'not-applicable', why: 'No pins were given.' },
    ]);
  });

  it('leaves open what the caps, or a server that went away, cut off', async () => {
    const greedy = audit('greedy', async (_, probe) => {
      for (;;) await probe.send({ method: 'GET', url: probe.at('/') });
    });
    const gone = audit('gone', () => {
      throw new NoAnswer('ECONNRESET', 'socket hang up');
    });
    const [first, second, third] = await run([greedy, gone, greedy], undefined, 3);
    expect(first).toMatchObject({ state: 'inconclusive', sent: 3, why: expect.stringContaining('--max-requests') });
    expect(second).toMatchObject({ state: 'inconclusive', why: expect.stringContaining('ECONNRESET') });
    expect(third).toMatchObject({ state: 'inconclusive', sent: 3 });
  });

  it('keeps findings made before a cap was reached', async () => {
    const results = await run(
      [
        audit('found', async (_, probe) => {
          probe.report({ where: 'GET /a', message: 'bad' });
          for (;;) await probe.send({ method: 'GET', url: probe.at('/') });
        }),
      ],
      undefined,
      2,
    );
    expect(results[0]).toMatchObject({ state: 'fail', why: expect.stringContaining('cap') });
  });

  it('tells failures from warnings by severity and confidence, and masks secrets everywhere', async () => {
    const results = await run([
      audit('a', (_, probe) => probe.report({ where: 'GET /a', message: 'says hunter2-token', evidence: 'Bearer abcdefghij \u001b[31m' })),
      audit('b', (_, probe) => probe.report({ where: 'GET /a', message: 'small', severity: 'low' })),
      audit('c', (_, probe) => probe.report({ where: 'GET /a', message: 'perhaps', confidence: 'low' })),
    ]);
    expect(results.map(({ state }) => state)).toEqual(['fail', 'warn', 'warn']);
    const [finding] = results[0]?.findings ?? [];
    expect([finding?.message, finding?.evidence]).toEqual(['says [redacted]', 'Bearer [redacted]  [31m']);
  });

  it('gives the same finding the same fingerprint in every run, and two findings two', async () => {
    const twice = audit('x', (_, probe) => {
      probe.report({ where: 'GET /a', message: 'one', evidence: String(Math.random()) });
      probe.report({ where: 'GET /a', message: 'two' });
    });
    const [first, second] = [await run([twice]), await run([twice])].map(([result]) =>
      result?.findings.map(({ fingerprint }) => fingerprint),
    );
    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(2);
  });
});
