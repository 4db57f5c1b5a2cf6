import { type AuditContext, defineAudit } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { immediateRepeat } from './immediate-repeat.ts';
import { repeatingLoops } from './repeating-loops.ts';

const BACKOFF =
  /backoff|back_off|pow\(|jitter|exponential|\*\s*2|<<|Retry-?After|retryAfter|delay|sleep|asyncAfter|setTimeout|interval|(?<!a)wait/i;

/** Once more after a lost connection is no burden. */
const MANY = 2;

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
      {
        path: 'a.js',
        text: "const send = async (file) => { try { await fetch(url, { method: 'POST', body: file }); } catch (e) { if (e.message === 'closed') await send(file); } };",
      },
      { path: 'a.js', text: 'export function load() { return fetch(url).then((r) => r.json()).catch(() => load()); }' },
      'class A { func load() { session.dataTask(with: url) { _, _, error in if error != nil { self.load(); return } }.resume() } }',
      {
        path: 'A.m',
        text: '- (void)load { [http GET:@"https://a.example/x" parameters:nil success:^(id t, id r) { [self show:r]; } failure:^(id t, NSError *e) { [self load]; }]; }',
      },
      'class R: RequestRetrier { func retry(_ r: Request, for s: Session, dueTo error: Error, completion: @escaping (RetryResult) -> Void) { completion(r.retryCount < 10 ? .retry : .doNotRetry); completion(.retry) } }',
      'func feed() -> AnyPublisher<Data, Error> { session.dataTaskPublisher(for: url).map(\\.data).retry(5).eraseToAnyPublisher() }',
      { path: 'a.ts', text: 'axiosRetry(api, { retries: 3 });' },
      {
        path: 'a.ts',
        text: 'export async function load() { let n = 0; while (n < 5) { try { return await axios.get("/x"); } catch (e) { n++; } } }',
      },
      'func send(_ r: URLRequest, retries: Int = 3) async throws -> Data { do { return try await session.data(for: r).0 } catch { if retries > 0 { return try await send(r, retries: retries - 1) }; throw error } }',
      'func feed(_ u: URL) async -> Data { while true { if let (d, _) = try? await session.data(from: u) { return d } } }',
    ],
    pass: [
      {
        path: 'a.tsx',
        text: "export const A = () => { const load = async () => { try { await fetch(url); } catch (e) { Alert.alert('Failed', '', [{ text: 'Again', onPress: () => load() }]); } }; };",
      },
      { path: 'a.js', text: 'export function load() { return fetch(url).catch(() => { setTimeout(load, 2 ** failures++ * 500); }); }' },
      'func load(from host: URL? = nil) async throws -> Data { do { return try await session.data(from: host ?? cloud).0 } catch { if host == nil { return try await load(from: home) }; throw error } }',
      'func load() async throws { func load() async throws { try await session.data(from: url) }\n  do { try await load() } catch { try await load() } }',
      'class A { func load() { session.dataTask(with: url) { _, _, error in if error != nil { self.alert(onRetry: { self.load() }) } }.resume() } }',
      'class R: RequestRetrier { func retry(_ r: Request, for s: Session, dueTo error: Error, completion: @escaping (RetryResult) -> Void) { completion(.retryWithDelay(pow(2, Double(r.retryCount)))) } }',
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
    {
      // Combine subscribes anew in the moment of the failure.
      names: ['retry'],
      check(event, context) {
        if (!/[pP]ublisher/.test(event.path) || (event.args[0]?.known.number ?? 0) < MANY) return;
        const { unit } = event.scene;
        const chain = unit.source.slice(event.receiverNode?.start ?? event.node.start, event.node.start + event.path.length);
        if (!/delay|catch/.test(chain))
          context.report({ at: here(event.scene, event.node), message: 'retry repeats the request at once.', confidence: 'medium' });
      },
    },
  ],
  functions(event, context) {
    const { node } = event;
    for (const loop of repeatingLoops(event))
      if (!BACKOFF.test(event.scene.unit.source.slice(loop.start, loop.end)))
        context.report({ at: here(event.scene, loop), message: 'The loop repeats the request at once.', confidence: 'medium' });
    endlessLoop(event, context);
    anew(event, context);
    retrier(event, context);
    const counter = node.params.find((parameter) =>
      /^(?:retr(?:y|ies)\w*|attempts?\w*|maxRetries|remaining\w*|\w*RetryCount|tries)$/i.test(parameter.name),
    );
    const text = event.text();
    if (counter === undefined || !/data\(for|dataTask|request\(|fetch\(|axios|\.send\(|perform\(/.test(text)) return;
    const again = event.calls.find((call) => call.name === node.name);
    // `send(retry: false)`: once more and no further.
    if (again?.args.some((arg) => arg.known.symbol === 'false') === true) return;
    if (again === undefined || BACKOFF.test(text.slice(text.indexOf('{')))) return;
    if (RENEWAL.test(text)) return;
    context.report({ at: here(event.scene, again.node), message: `${node.name} repeats the request at once.`, confidence: 'medium' });
  },
});

/** `catch { return load() }`: the failure itself starts the next request, as fast as failures come. */
function anew(event: FunctionEvent, context: AuditContext): void {
  const again = immediateRepeat(event);
  // `send(retry: false)`: once more and no further.
  if (again === undefined || again.args.some((arg) => arg.known.symbol === 'false')) return;
  const text = event.text();
  if (RENEWAL.test(text) || BACKOFF.test(text.slice(text.indexOf('{')))) return;
  context.report({
    at: here(event.scene, again.node),
    message: `${event.node.name} starts itself anew at once when its request fails.`,
    confidence: 'medium',
  });
}

/** Alamofire's retrier, when it asks for the same request without a delay. */
function retrier(event: FunctionEvent, context: AuditContext): void {
  if (event.node.name !== 'retry' || !event.node.params.some(({ label, name }) => label === 'dueTo' || name === 'dueTo')) return;
  const text = event.text();
  if (/retryWithDelay/.test(text) || RENEWAL.test(text) || BACKOFF.test(text)) return;
  const again = event.calls.find(({ name, args }) => name === 'completion' && /(?:^|\.)retry$/.test(args[0]?.known.symbol ?? ''));
  if (again !== undefined)
    context.report({ at: here(event.scene, again.node), message: 'The request is sent again without a delay.', confidence: 'medium' });
}

/** Another token, not another attempt. */
const RENEWAL = /\b401\b|unauthori[sz]ed|refresh/i;

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
