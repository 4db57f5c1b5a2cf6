import { createHash, generateKeyPairSync } from 'node:crypto';
import { parseDpopProof } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { type Answer, NoAnswer, type Request } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { createLedger } from '../http/ledger.ts';
import type { TokenCarrier } from '../options.ts';
import { createSender } from './send.ts';

const url = 'https://api.example/orders?page=2';
const dpopKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

function setUp(answers: (Partial<Answer> | ((request: Request) => Partial<Answer>))[], carrier: TokenCarrier = { kind: 'authorization' }) {
  const sent: Request[] = [];
  const waits: number[] = [];
  const exchange: Exchange = {
    send: async (request) => {
      sent.push(request);
      const next = answers[Math.min(sent.length, answers.length) - 1] ?? {};
      return { request, status: 200, headers: {}, body: '', cut: false, time: 1, ...(typeof next === 'function' ? next(request) : next) };
    },
    close: () => undefined,
  };
  const ledger = createLedger({ maxRequests: 20, maxTime: 60_000, now: () => 0 });
  const sender = createSender(
    {
      exchange,
      ledger,
      carrier,
      timeout: 1000,
      now: () => 1_700_000_000_000,
      wait: async (time) => void waits.push(time),
      nonces: new Map(),
      silence: new Map(),
    },
    'audit',
  );
  return { sender, sent, waits, ledger };
}

describe('createSender', () => {
  it('leaves a server alone that answered none of two requests, and none that ever answered', async () => {
    const silent = () => {
      throw new NoAnswer('ETIMEDOUT', 'no whole answer within 1000 ms');
    };
    const dead = setUp([silent]);
    for (let index = 0; index < 3; index++)
      await expect(dead.sender.send({ method: 'GET', url })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect([dead.sent.length, dead.ledger.total]).toEqual([2, 2]);
    const slow = setUp([{}, silent]);
    await slow.sender.send({ method: 'GET', url });
    for (let index = 0; index < 3; index++)
      await expect(slow.sender.send({ method: 'GET', url })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(slow.sent).toHaveLength(4);
  });

  it('uses the scheme, field or cookie the API wants', async () => {
    for (const [carrier, field] of [
      [{ kind: 'authorization', scheme: 'Token' }, { authorization: 'Token t' }],
      [{ kind: 'header', name: 'X-Token' }, { 'x-token': 't' }],
      [{ kind: 'cookie', name: 'sid' }, { cookie: 'sid=t' }],
    ] as const) {
      const { sender, sent } = setUp([{}], carrier);
      await sender.sendAs({ accessToken: 't' }, { method: 'GET', url });
      expect(sent[0]?.headers).toEqual(field);
    }
    const { sender, sent } = setUp([{}], { kind: 'cookie', name: 'sid' });
    await sender.sendAs({ accessToken: 't' }, { method: 'POST', url });
    expect(sent[0]?.headers).toEqual({ cookie: 'sid=t', origin: 'https://api.example' });
  });

  it.each<[TokenCarrier, Record<string, string>]>([
    [{ kind: 'authorization' }, { authorization: 'Bearer t' }],
    [{ kind: 'header', name: 'X-Token' }, { 'x-token': 't' }],
    [{ kind: 'cookie', name: 'sid' }, { cookie: 'sid=t' }],
  ])('carries the token by %j', async (carrier, headers) => {
    const { sender, sent } = setUp([], carrier);
    await sender.sendAs({ accessToken: 't' }, { method: 'GET', url });
    expect(sent[0]?.headers).toEqual(headers);
  });

  it('makes a proof for this very request and token', async () => {
    const { sender, sent } = setUp([]);
    await sender.sendAs({ accessToken: 't', dpopKey }, { method: 'GET', url });
    expect(sent[0]?.headers?.authorization).toBe('DPoP t');
    expect(parseDpopProof(sent[0]?.headers?.dpop ?? '')).toMatchObject({
      htm: 'GET',
      htu: 'https://api.example/orders',
      iat: 1_700_000_000,
      ath: createHash('sha256').update('t').digest('base64url'),
    });
  });

  it('sends the nonce a server wants, asks once only, and keeps it for the next request', async () => {
    const wants = { status: 401, headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n1' } };
    const { sender, sent } = setUp([wants, {}, {}]);
    expect((await sender.sendAs({ accessToken: 't', dpopKey }, { method: 'GET', url })).status).toBe(200);
    await sender.sendAs({ accessToken: 't', dpopKey }, { method: 'GET', url });
    expect(sent.map(({ headers }) => parseDpopProof(headers?.dpop ?? '')?.nonce)).toEqual([undefined, 'n1', 'n1']);
    const stubborn = setUp([wants]);
    expect((await stubborn.sender.sendAs({ accessToken: 't', dpopKey }, { method: 'GET', url })).status).toBe(401);
    expect(stubborn.sent).toHaveLength(2);
  });

  it('leaves a proof given by the audit as it is', async () => {
    const { sender, sent } = setUp([{ status: 401, headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"' } }]);
    await sender.sendAs({ accessToken: 't', dpopKey }, { method: 'GET', url }, { proof: 'mine' });
    await sender.sendAs({ accessToken: 't', dpopKey }, { method: 'GET', url }, { proof: null, scheme: 'Bearer' });
    expect(sent.map(({ headers }) => [headers?.authorization, headers?.dpop])).toEqual([
      ['DPoP t', 'mine'],
      ['Bearer t', undefined],
    ]);
  });

  it('waits as long as a limit says, once, unless it is too long or the audit is a flood', async () => {
    const limited = { status: 429, headers: { 'retry-after': '3' } };
    const patient = setUp([limited, {}]);
    expect((await patient.sender.send({ method: 'GET', url })).status).toBe(200);
    expect(patient.waits).toEqual([3000]);
    const long = setUp([{ status: 429, headers: { 'retry-after': '900' } }]);
    expect((await long.sender.send({ method: 'GET', url })).status).toBe(429);
    const flood = setUp([limited]);
    expect((await flood.sender.send({ method: 'GET', url }, { impatient: true })).status).toBe(429);
    expect([long.waits, flood.waits]).toEqual([[], []]);
  });

  it('counts every request, repeats too', async () => {
    const { sender, ledger } = setUp([{ status: 429, headers: { 'retry-after': '1' } }, {}]);
    await sender.send({ method: 'GET', url });
    expect(ledger.sentBy('audit')).toBe(2);
  });
});
