import { type AuditContext, defineAudit } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { repeatingLoops } from './repeating-loops.ts';

const BACKOFF =
  /backoff|back_off|pow\(|jitter|exponential|\*\s*2|<<|Retry-?After|retryAfter|delay|sleep|asyncAfter|setTimeout|interval|(?<!a)wait/i;

export const retryWithoutBackoff = defineAudit({
  id: 'retry-without-backoff',
  area: 'session',
  title: 'Retries wait longer each time',
  failingTitle: 'Requests are repeated at once',
  severity: 'low',
  references: { checklist: 'idempotency', masvs: ['MASVS-NETWORK-1'], cwe: [400], api10: ['API4:2023'] },
  why: 'All apps repeating at once keep a struggling server down.',
  remedy: {
    text: 'Wait with exponential backoff and full jitter, honour Retry-After, and stop after a total time.',
    language: 'swift',
    code: 'let wait = Double.random(in: 0...min(30, 0.5 * pow(2, Double(attempt))))\ntry await Task.sleep(for: .seconds(wait))',
    script: 'await delay(Math.random() * Math.min(30_000, 500 * 2 ** attempt));',
  },
  needs: ['code'],
  samples: {
    fail: [
      { path: 'a.ts', text: 'axiosRetry(api, { retries: 3 });' },
      {
        path: 'a.ts',
        text: 'export async function load() { let n = 0; while (n < 5) { try { return await axios.get("/x"); } catch (e) { n++; } } }',
      },
      'func send(_ r: URLRequest, retries: Int = 3) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retries > 0 { return try await send(r, retries: retries - 1) }; throw error } }',
      'func feed(_ u: URL) async -> Data { while true { if let (d, _) = try? await session.data(from: u) { return d } } }',
    ],
    pass: [
      { path: 'a.ts', text: 'axiosRetry(api, { retries: 3, retryDelay: axiosRetry.exponentialDelay });' },
      {
        path: 'a.ts',
        text: 'export async function load() { for (let i = 0; i < 5; i++) { try { return await axios.get("/x"); } catch (e) { await sleep(2 ** i); } } }',
      },
      {
        path: 'a.ts',
        text: 'export async function all(ids) { for (const id of ids) { try { return await fetch("/x/" + id); } catch (e) { report(e); } } }',
      },
      'func send(_ r: URLRequest, retry: Bool = true) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retry { return try await send(r, retry: false) }; throw error } }',
      'func feed(_ u: URL) async throws -> Data { while true { if let (d, _) = try? await session.data(from: u) { return d }; try await Task.sleep(for: .seconds(2)) } }',
      'func read(_ s: Socket) throws { while true { let chunk = try s.read(); if chunk.isEmpty { break } } }',
      'func send(_ r: URLRequest, retries: Int = 3) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retries > 0 { try await Task.sleep(for: .seconds(pow(2, 3 - retries))); return try await send(r, retries: retries - 1) }; throw error } }',
      'func send(_ r: URLRequest) async throws -> Data { try await session.data(for: r).0 }',
    ],
  },
  calls: [
    {
      names: ['axiosRetry'],
      check(event, context) {
        if (event.args.length < 2 || event.arg('retryDelay') !== undefined || event.args[1]?.value.kind !== 'dictionary') return;
        context.report({
          at: here(event.scene, event.node),
          message: 'Without retryDelay axios-retry repeats at once.',
          confidence: 'medium',
        });
      },
    },
  ],
  functions(event, context) {
    const { node } = event;
    for (const loop of repeatingLoops(event))
      if (!BACKOFF.test(event.scene.unit.source.slice(loop.start, loop.end)))
        context.report({ at: here(event.scene, loop), message: 'The loop repeats the request at once.', confidence: 'medium' });
    endlessLoop(event, context);
    const counter = node.params.find((parameter) =>
      /^(?:retr(?:y|ies)\w*|attempts?\w*|maxRetries|remaining\w*|\w*RetryCount|tries)$/i.test(parameter.name),
    );
    const text = event.text();
    if (counter === undefined || !/data\(for|dataTask|request\(|fetch\(|axios|\.send\(|perform\(/.test(text)) return;
    const again = event.calls.find((call) => call.name === node.name);
    // `send(retry: false)`: once more and no further.
    if (again?.args.some((arg) => arg.known.symbol === 'false') === true) return;
    if (again === undefined || BACKOFF.test(text.slice(text.indexOf('{')))) return;
    if (/401|unauthorized|refresh/i.test(text)) return;
    context.report({ at: here(event.scene, again.node), message: `${node.name} repeats the request at once.`, confidence: 'medium' });
  },
});

/** `while true { try? await session.data(…) }`: a server that is down is asked as fast as the device can. */
function endlessLoop(event: FunctionEvent, context: AuditContext): void {
  for (const node of event.node.body) {
    if (node.kind !== 'if' || node.keyword !== 'while') continue;
    const [condition] = node.conditions;
    if (condition?.kind !== 'literal' || condition.text !== 'true') continue;
    const text = event.scene.unit.source.slice(node.start, node.end);
    if (!/\.data\((?:for|from):|dataTask\(|AF\.request\(|\.serializing/.test(text) || BACKOFF.test(text)) continue;
    context.report({
      at: here(event.scene, node),
      message: 'The request is repeated without a pause and without an end.',
      confidence: 'medium',
    });
  }
}
