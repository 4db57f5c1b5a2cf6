import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const BACKOFF =
  /backoff|back_off|pow\(|jitter|exponential|\*\s*2|<<|Retry-?After|retryAfter|delay|sleep|asyncAfter|setTimeout|interval|(?<!a)wait/i;

export const retryWithoutBackoff = defineAudit({
  id: 'retry-without-backoff',
  area: 'session',
  title: 'Retries wait longer each time and repeat only what may be repeated',
  failingTitle: 'Requests are repeated at once, or repeated though they act',
  severity: 'low',
  references: { checklist: 'idempotency', masvs: ['MASVS-NETWORK-1'], cwe: [400, 837], api10: ['API4:2023'] },
  why: 'All apps repeating at once keep a struggling server down; a payment repeated after a timeout is paid twice.',
  remedy: {
    text: 'Wait with exponential backoff and full jitter, honour Retry-After, stop after a total time, and send an Idempotency-Key with everything that acts.',
    language: 'swift',
    code: 'let wait = Double.random(in: 0...min(30, 0.5 * pow(2, Double(attempt))))\ntry await Task.sleep(for: .seconds(wait))',
    script: 'await delay(Math.random() * Math.min(30_000, 500 * 2 ** attempt));',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func send(_ r: URLRequest, retries: Int = 3) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retries > 0 { return try await send(r, retries: retries - 1) }; throw error } }',
    ],
    pass: [
      'func send(_ r: URLRequest, retry: Bool = true) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retry { return try await send(r, retry: false) }; throw error } }',
      'func send(_ r: URLRequest, retries: Int = 3) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retries > 0 { try await Task.sleep(for: .seconds(pow(2, 3 - retries))); return try await send(r, retries: retries - 1) }; throw error } }',
      'func send(_ r: URLRequest) async throws -> Data { try await session.data(for: r).0 }',
    ],
  },
  functions(event, context) {
    const { node } = event;
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
