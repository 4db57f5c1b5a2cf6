import { type AuditContext, defineAudit } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';

const BACKOFF =
  /backoff|back_off|pow\(|jitter|exponential|\*\s*2|<<|Retry-?After|retryAfter|delay|sleep|asyncAfter|setTimeout|interval|(?<!a)wait/i;

export const retryWithoutBackoff = defineAudit({
  id: 'retry-without-backoff',
  area: 'session',
  title: 'Retries wait longer each time and repeat only what may be repeated',
  failingTitle: 'Requests are repeated at once, or repeated though they act',
  severity: 'low',
  references: { checklist: 'Idempotency or status recovery', masvs: ['MASVS-NETWORK-1'], cwe: [400, 837], api10: ['API4:2023'] },
  why: 'All apps repeating at once keep a struggling server down; a payment repeated after a timeout is paid twice.',
  remedy: {
    text: 'Wait with exponential backoff and full jitter, honour Retry-After, stop after a total time, and send an Idempotency-Key with everything that acts.',
    language: 'swift',
    code: 'let wait = Double.random(in: 0...min(30, 0.5 * pow(2, Double(attempt))))\ntry await Task.sleep(for: .seconds(wait))',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func feed(_ u: URL) async -> Data { while true { if let (d, _) = try? await session.data(from: u) { return d } } }',
      'func place(_ o: Data) -> AnyPublisher<Data, Error> { var r = URLRequest(url: u); r.httpMethod = "POST"; r.httpBody = o; return session.dataTaskPublisher(for: r).map(\\.data).retry(3).eraseToAnyPublisher() }',
      'func send(_ r: URLRequest, retries: Int = 3) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retries > 0 { return try await send(r, retries: retries - 1) }; throw error } }',
    ],
    pass: [
      'func feed(_ u: URL) async throws -> Data { while true { if let (d, _) = try? await session.data(from: u) { return d }; try await Task.sleep(for: .seconds(2)) } }',
      'func place(_ o: Data, key: UUID) -> AnyPublisher<Data, Error> { var r = URLRequest(url: u); r.httpMethod = "POST"; r.setValue(key.uuidString, forHTTPHeaderField: "Idempotency-Key"); return session.dataTaskPublisher(for: r).map(\\.data).retry(3).eraseToAnyPublisher() }',
      'func read(_ s: Socket) throws { while true { let chunk = try s.read(); if chunk.isEmpty { break } } }',
      'func send(_ r: URLRequest, retries: Int = 3) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retries > 0 { try await Task.sleep(for: .seconds(pow(2, 3 - retries))); return try await send(r, retries: retries - 1) }; throw error } }',
      'func send(_ r: URLRequest) async throws -> Data { try await session.data(for: r).0 }',
    ],
  },
  functions(event, context) {
    const { node } = event;
    unsafeRetry(event, context);
    endlessLoop(event, context);
    const counter = node.params.find((parameter) =>
      /^(?:retr(?:y|ies)\w*|attempts?\w*|maxRetries|remaining\w*|\w*RetryCount|tries)$/i.test(parameter.name),
    );
    const text = event.text();
    if (counter === undefined || !/data\(for|dataTask|request\(|fetch\(|axios|\.send\(|perform\(/.test(text)) return;
    const again = event.calls.find((call) => call.name === node.name);
    if (again === undefined || BACKOFF.test(text.slice(text.indexOf('{')))) return;
    if (/401|unauthorized|refresh/i.test(text)) return;
    context.report({ at: here(event.scene, again.node), message: `${node.name} repeats the request at once.`, confidence: 'medium' });
  },
});

/** Repeating an order may place it twice, unless the server can tell that it is the same (Idempotency-Key). */
function unsafeRetry(event: FunctionEvent, context: AuditContext): void {
  const text = event.text();
  if (!/httpMethod\s*=\s*"(?:POST|PATCH)"|method:\s*\.(?:post|patch)\b/.test(text) || /idempoten/i.test(text)) return;
  const again = event.calls.find((call) => /^(?:retry|retryWhen)$/.test(call.name) && /publisher|request|rx\./i.test(call.path));
  if (again !== undefined)
    context.report({
      at: {
        unit: event.scene.unit,
        start: again.node.callee.kind === 'member' ? again.node.callee.at : again.node.start,
        end: again.node.end,
      },
      message: `${event.node.name} repeats a call that changes something, without an Idempotency-Key.`,
      confidence: 'medium',
    });
}

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
