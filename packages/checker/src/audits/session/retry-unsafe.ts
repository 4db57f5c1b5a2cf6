import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent, FunctionEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { handlerBody } from '../handler-body.ts';
import { repeatingLoops } from './repeating-loops.ts';

/** A request that acts. */
const ACTS =
  /\bmethod:\s*["'`](?:POST|PATCH)["'`]|\.(?:post|patch)\s*(?:<[^>]*>)?\(|httpMethod\s*=\s*"(?:POST|PATCH)"|method:\s*\.(?:post|patch)\b/i;
/** What makes repeating harmless. */
const ONCE = /idempot|operationId|clientRequestId|requestId|dedup/i;
/** A condition that looks at what it repeats. */
const CHOOSES = /idempotent|\.method\b|isSafe|\bGET\b|["']get["']/i;

export const retryUnsafe = defineAudit({
  id: 'retry-unsafe',
  area: 'session',
  title: 'Only what may be repeated is repeated',
  failingTitle: 'A request that acts is repeated after a failure',
  severity: 'medium',
  references: { checklist: 'idempotency', masvs: ['MASVS-NETWORK-1'], cwe: [837, 841], api10: ['API6:2023'] },
  why: 'A timeout does not say that nothing happened: the order, payment or message is then made a second time.',
  remedy: {
    text: 'Repeat GET, HEAD, PUT and DELETE only, or send an Idempotency-Key that stays the same over all attempts.',
    language: 'typescript',
    code: 'axiosRetry(api, {\n  retries: 3,\n  retryDelay: axiosRetry.exponentialDelay,\n  retryCondition: axiosRetry.isNetworkOrIdempotentRequestError,\n});',
  },
  needs: ['code'],
  samples: {
    fail: [
      'let policy = RetryPolicy(retryLimit: 5, retryableHTTPMethods: [.get, .post])',
      { path: 'a.ts', text: 'axiosRetry(api, { retries: 3, retryDelay: axiosRetry.exponentialDelay, retryCondition: () => true });' },
      { path: 'a.ts', text: 'export const usePay = () => useMutation({ mutationFn: (o) => api.post("/payments", o), retry: 3 });' },
      { path: 'a.ts', text: 'export const client = ky.create({ retry: { limit: 3, methods: ["get", "post"] } });' },
      { path: 'a.ts', text: 'export const pay = (o) => pRetry(() => fetch("/payments", { method: "POST", body: o }), { retries: 5 });' },
      {
        path: 'a.ts',
        text: 'export async function pay(o) { for (let i = 0; i < 3; i++) { try { return await api.post("/pay", o); } catch (e) { await wait(2 ** i); } } }',
      },
      {
        path: 'a.ts',
        text: 'api.interceptors.response.use(undefined, (error) => { if (error.code === "ECONNABORTED") return api.request(error.config); throw error; });',
      },
      'final class Again: RequestInterceptor { func retry(_ request: Request, for session: Session, dueTo error: Error, completion: @escaping (RetryResult) -> Void) { if let code = request.response?.statusCode, code >= 500, request.retryCount < 3 { completion(.retryWithDelay(2)) } else { completion(.doNotRetry) } } }',
      'func place(_ o: Data) -> AnyPublisher<Data, Error> { var r = URLRequest(url: u); r.httpMethod = "POST"; r.httpBody = o; return session.dataTaskPublisher(for: r).map(\\.data).retry(3).eraseToAnyPublisher() }',
      'func send(_ order: Order, retries: Int = 3) async throws { var r = URLRequest(url: u); r.httpMethod = "POST"; do { _ = try await session.data(for: r) } catch { if retries > 0 { try await Task.sleep(for: .seconds(pow(2, 3 - retries))); return try await send(order, retries: retries - 1) }; throw error } }',
    ],
    pass: [
      'let policy = RetryPolicy(retryLimit: 5, retryableHTTPMethods: [.get, .head])',
      'final class Again: RequestInterceptor { func retry(_ request: Request, for session: Session, dueTo error: Error, completion: @escaping (RetryResult) -> Void) { guard request.request?.httpMethod == "GET" else { return completion(.doNotRetry) }; if let code = request.response?.statusCode, code >= 500, request.retryCount < 3 { completion(.retryWithDelay(2)) } else { completion(.doNotRetry) } } }',
      'final class Renew: RequestInterceptor { func retry(_ request: Request, for session: Session, dueTo error: Error, completion: @escaping (RetryResult) -> Void) { guard request.response?.statusCode == 401 else { return completion(.doNotRetry) }; renew { completion(.retry) } } }',
      'func place(_ o: Data, key: UUID) -> AnyPublisher<Data, Error> { var r = URLRequest(url: u); r.httpMethod = "POST"; r.setValue(key.uuidString, forHTTPHeaderField: "Idempotency-Key"); return session.dataTaskPublisher(for: r).map(\\.data).retry(3).eraseToAnyPublisher() }',
      { path: 'a.ts', text: 'axiosRetry(api, { retries: 3, retryDelay: axiosRetry.exponentialDelay });' },
      { path: 'a.ts', text: 'export const usePay = () => useMutation({ mutationFn: (o) => api.post("/payments", o), retry: false });' },
      {
        path: 'a.ts',
        text: 'export const usePay = () => useMutation({ mutationFn: (o) => api.post("/payments", o, { headers: { "Idempotency-Key": o.key } }), retry: 3 });',
      },
      {
        path: 'a.ts',
        text: 'export async function load() { for (let i = 0; i < 3; i++) { try { return await api.get("/items"); } catch (e) { await wait(2 ** i); } } }',
      },
      {
        path: 'a.ts',
        text: 'export async function send(all) { for (const item of all) { try { await api.post("/items", item); } catch (e) { failed.push(item); } } }',
      },
      {
        path: 'a.ts',
        text: 'api.interceptors.response.use(undefined, (error) => { if (error.code === "ECONNABORTED" && error.config.method === "get") return api.request(error.config); throw error; });',
      },
    ],
  },
  calls: [
    {
      names: ['axiosRetry', 'axios_retry', 'raxConfig'],
      check(event, context) {
        const condition = event.argNode('retryCondition');
        if (condition === undefined) return;
        const options = textOf(event, event.node);
        const at = options.search(/retryCondition/);
        if (!CHOOSES.test(options.slice(at)) && !ONCE.test(options))
          report(event, context, 'Every request is repeated, whatever its method.');
      },
    },
    {
      // Alamofire repeats what has no side effects unless it is told otherwise.
      names: ['RetryPolicy', 'ConnectionLostRetryPolicy'],
      check(event, context) {
        const methods = event.argNode('retryableHTTPMethods');
        if (methods !== undefined && /\.(?:post|patch)\b/.test(textOf(event, methods)) && !ONCE.test(textOf(event, event.node)))
          report(event, context, 'POST and PATCH are repeated when they fail.');
      },
    },
    {
      names: ['useMutation'],
      check(event, context) {
        const retry = event.arg('retry');
        if ((retry?.number ?? 0) < 1 && retry?.symbol !== 'true') return;
        if (!ONCE.test(textOf(event, event.node)))
          report(event, context, 'What changes something on the server is repeated when it fails.');
      },
    },
    {
      names: ['create', 'extend', 'ky', 'got'],
      check(event, context) {
        const methods = event.arg('retry')?.entries?.get('methods')?.items ?? [];
        if (methods.some(({ text }) => /^(?:post|patch)$/i.test(text ?? '')) && !ONCE.test(textOf(event, event.node)))
          report(event, context, 'POST and PATCH are repeated when they fail.');
      },
    },
    {
      names: ['pRetry', 'retry', 'backOff', 'asyncRetry', 'promiseRetry', 'retryAsync', 'withRetry', 'retryWithBackoff', 'fetchWithRetry'],
      check(event, context) {
        const text = textOf(event, event.node);
        if (event.scene.unit.language === 'script' && ACTS.test(text) && !ONCE.test(text))
          report(event, context, 'A request that acts is repeated when it fails.');
      },
    },
    {
      names: ['use'],
      check(event, context) {
        const handler = event.args[1];
        if (handler === undefined || !/interceptors\.response\.use$/.test(event.path)) return;
        const body = handlerBody(event.scene, handler.value);
        const text = event.scene.unit.source.slice(body.start, body.end);
        const repeats = /\b(?:axios|api\w*|client|instance|http\w*)(?:\.request)?\(\s*(?:\w+\.)?(?:config|original\w*|request\w*)\b/i.exec(
          text,
        );
        const failed = /!\w+\.response\b|ECONNABORTED|ETIMEDOUT|Network Error|timeout|status\s*>=?\s*5|\b50[0-4]\b/i.test(text);
        if (repeats === null || !failed || CHOOSES.test(text) || ONCE.test(text)) return;
        context.report({
          at: { unit: event.scene.unit, start: body.start + repeats.index, end: body.start + repeats.index + repeats[0].length },
          message: 'Every failed request is sent again, whatever its method.',
          confidence: 'medium',
        });
      },
    },
  ],
  functions(event, context) {
    for (const loop of repeatingLoops(event)) {
      const text = event.scene.unit.source.slice(loop.start, loop.end);
      if (ACTS.test(text) && !ONCE.test(event.text()))
        context.report({ at: here(event.scene, loop), message: 'A request that acts is sent again when it fails.', confidence: 'medium' });
    }
    recursion(event, context);
    publisher(event, context);
    retrier(event, context);
  },
});

/** A function that counts its attempts and calls itself after a failure. */
function recursion(event: FunctionEvent, context: AuditContext): void {
  const counts = event.node.params.some(({ name }) =>
    /^(?:retr(?:y|ies)\w*|attempts?\w*|maxRetries|remaining\w*|\w*RetryCount|tries)$/i.test(name),
  );
  const again = counts ? event.calls.find((call) => call.name === event.node.name) : undefined;
  if (again === undefined) return;
  const text = event.text();
  if (ACTS.test(text) && !ONCE.test(text) && !CHOOSES.test(text) && !/\b401\b|unauthori[sz]ed/i.test(text))
    context.report({
      at: here(event.scene, again.node),
      message: 'A request that acts is sent again when it fails.',
      confidence: 'medium',
    });
}

/** `session.dataTaskPublisher(for: order).retry(3)`, of Combine and RxSwift. */
function publisher(event: FunctionEvent, context: AuditContext): void {
  const again = event.calls.find(({ name, path }) => (name === 'retry' || name === 'retryWhen') && /publisher|request|rx\./i.test(path));
  const text = again === undefined ? '' : event.text();
  if (again === undefined || !ACTS.test(text) || ONCE.test(text)) return;
  const { callee, start, end } = again.node;
  context.report({
    at: { unit: event.scene.unit, start: callee.kind === 'member' ? callee.at : start, end },
    message: `${event.node.name} repeats a request that acts.`,
    confidence: 'medium',
  });
}

/** A server that failed, or an answer that never came: the request may have been carried out. */
const FAILED_LATE = /\b5\d\d\b|serverError|\.timedOut\b|networkConnectionLost/;
/** Alamofire's word for another attempt. */
const AGAIN = /\.(?:retry|retryWithDelay)\b(?!\s*\()|\.retryWithDelay\(/;
/** A request asked for its method. */
const ASKS_METHOD = /\.httpMethod\b/;
/** An answer that says nothing was done, which any request may be repeated after. */
const REFUSED = /\b401\b|unauthori[sz]ed/i;

/** `func retry(_ request:, for:, dueTo:, completion:)` of Alamofire, which is asked about requests of every method. */
function retrier(event: FunctionEvent, context: AuditContext): void {
  if (event.node.name !== 'retry' || !event.node.params.some(({ label }) => label === 'dueTo')) return;
  const text = event.text();
  const again = AGAIN.exec(text);
  if (again === null || !FAILED_LATE.test(text) || REFUSED.test(text)) return;
  if (CHOOSES.test(text) || ASKS_METHOD.test(text) || ONCE.test(text)) return;
  const start = event.node.start + again.index;
  context.report({
    at: { unit: event.scene.unit, start, end: start + again[0].length },
    message: 'A request the server failed at is sent again, whatever its method.',
    confidence: 'medium',
  });
}

const textOf = (event: CallEvent, node: { start: number; end: number }): string => event.scene.unit.source.slice(node.start, node.end);

const report = (event: CallEvent, context: AuditContext, message: string): void =>
  context.report({ at: here(event.scene, event.node), message, confidence: 'medium' });
