import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';
import { handlerBody } from '../handler-body.ts';
import { mentions } from '../mentions.ts';
import {
  COORDINATED,
  isCoordinated,
  renewalIn,
  reportRefreshingInterceptor,
  reportRefreshingLink,
  reportRefreshOnDemand,
} from './refresh-on-demand.ts';
import { reportDroppedRotation } from './rotation-dropped.ts';
import { reportWipedRotation } from './rotation-wiped.ts';

const REFRESH = /^(?:refresh|renew|reissue)\w*(?:Token|Session|Credential|Credentials|Auth)?\w*$|^\w*[rR]efresh(?:Access)?Token\w*$/;
/** How a handler of answers marks a request that was repeated once. */
const MARKED = /_?_?(?:is)?[rR]etr(?:y|ied)|attempt|count|_?sent|alreadyRefreshed|hasRefreshed|refreshed\b/;

/** The answer to a token that is no longer good. */
const REFUSED = /\b401\b|unauthorized|Unauthorized/;
/** The same in a handler of answers that refreshes, where it is told from other failures: `case UNAUTHORIZED:` too, and the 403 of many servers. */
const REFUSED_IN_HANDLER = /\b40[13]\b|unauthori[sz]ed/i;

export const refreshUncoordinated = defineAudit({
  id: 'refresh-uncoordinated',
  area: 'session',
  title: 'Tokens are refreshed once, by one, and both new tokens are kept',
  failingTitle: 'Token refresh is uncoordinated, unbounded or loses the rotated token',
  severity: 'medium',
  references: {
    checklist: 'refresh-coordinated',
    masvs: ['MASVS-AUTH-1'],
    maswe: ['MASWE-0034'],
    cwe: [362, 674, 613],
    api10: ['API2:2023'],
  },
  why: 'Two refreshes at once make the server see a reused token and end the session; a refresh that fails and asks itself again never stops; a dropped rotated token signs the user out at the second refresh.',
  remedy: {
    text: 'Let an actor hold one refresh in flight, repeat a request once at most, and store the whole new pair before anybody goes on.',
    language: 'swift',
    code: 'actor Tokens {\n  private var flight: Task<Pair, Error>?\n  func refreshed() async throws -> Pair {\n    if let flight { return try await flight.value }\n    let task = Task { try await api.refresh(pair.refresh) }\n    flight = task\n    defer { flight = nil }\n    pair = try await task.value\n    return pair\n  }\n}',
    script:
      'let flight: Promise<Pair> | undefined;\nconst refreshed = () => {\n  flight ??= refreshAndStore().finally(() => {\n    flight = undefined;\n  });\n  return flight;\n};',
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'api.ts',
        text: 'async function freshToken() {\n  const pair = await store.dispatch(renewSession(kept));\n  return pair.access;\n}\napi.interceptors.response.use((r) => r, async (failure) => {\n  const { config, response } = failure;\n  if (response.status === 401 && !config.retried) {\n    config.retried = true;\n    config.headers.Authorization = bearer(await freshToken());\n    return api(config);\n  }\n  throw failure;\n});',
      },
      {
        path: 'client.ts',
        text: 'client.interceptors.response.use(undefined, async (failure) => {\n  switch (failure.response.status) {\n    case Status.UNAUTHORIZED:\n      await renewal.mutateAsync();\n      failure.config.retried = true;\n      return client(failure.config);\n    default:\n      throw failure;\n  }\n});',
      },
      {
        path: 'api.ts',
        text: 'api.interceptors.response.use((r) => r, async (error) => {\n  if (error.response.status === 401 && !error.config._retry) {\n    error.config._retry = true;\n    await renewTokens();\n    return api(error.config);\n  }\n  throw error;\n});',
      },
      {
        path: 'api.ts',
        text: 'let pending;\napi.interceptors.response.use((r) => r, async (error) => {\n  if (error.response.status === 401) {\n    pending ??= refreshTokens();\n    await pending;\n    return api(error.config);\n  }\n  throw error;\n});',
      },
      {
        path: 'api.ts',
        text: "api.interceptors.request.use(async (config) => {\n  if (jwtDecode(session.token).exp < now()) {\n    const answer = await axios.post('/token/refresh', { token: session.renewal });\n    session = answer.data;\n  }\n  return config;\n});",
      },
      {
        path: 'api.ts',
        text: 'export async function send(url) {\n  let answer = await fetch(url);\n  if (answer.status === 401) { await refreshTokens(); answer = await fetch(url); }\n  return answer;\n}',
      },
      {
        path: 'link.ts',
        text: "export const link = onError(({ graphQLErrors, operation, forward }) => {\n  if (graphQLErrors.some((e) => e.extensions.code === 'UNAUTHENTICATED')) return fromPromise(refreshToken()).flatMap(() => forward(operation));\n});",
      },
      'class Api { func send(_ r: URLRequest) async throws -> Data {\n  let (data, response) = try await session.data(for: r)\n  if (response as? HTTPURLResponse)?.statusCode == 403 { try await refreshToken(); var again = r; return try await session.data(for: again).0 }\n  return data\n} }',
      'final class Provider { func valid() async throws -> String { if tokens.isExpired { tokens = try await api.refresh(tokens.refreshToken) }; return tokens.accessToken } }',
      {
        path: 'api.ts',
        text: "const lock = new Mutex();\nasync function renew() {\n  const { access_token } = await post({ grant_type: 'refresh_token' });\n  await SecureStore.setItemAsync('a', access_token);\n}",
      },
      'actor Tokens { private var flight: Task<String, Error>?\n  func renewed() async throws -> String { let pair = try await api.refresh(old); access = pair.access; return access } }',
      'final class Renewer: RequestInterceptor {\n  func retry(_ request: Request, for session: Session, dueTo error: Error, completion: @escaping (RetryResult) -> Void) {\n    guard request.response?.statusCode == 401 else { return completion(.doNotRetry) }\n    client.refresh(store.token) { _ in completion(.retry) }\n  }\n}',
      'class Api {\n  func send(_ r: URLRequest) async throws -> Data {\n    let (data, response) = try await session.data(for: r)\n    if (response as! HTTPURLResponse).statusCode == 401 { try await refreshToken(); return try await send(r) }\n    return data\n  }\n}',
      'actor Auth {\n  private var inFlight: Task<Void, Error>?\n  func renew() { guard let refreshToken = store.pair?.refresh else { return }\n    let ask = OIDTokenRequest(configuration: place, grantType: OIDGrantTypeRefreshToken, refreshToken: refreshToken)\n    OIDAuthorizationService.perform(ask) { answer, error in self.store.save(Pair(access: answer?.accessToken, refresh: answer?.refreshToken)) } }\n}',
      'struct Answer: Decodable { let accessToken: String; let refreshToken: String? }\nactor Auth {\n  private var inFlight: Task<Void, Error>?\n  func renew() async throws { let answer: Answer = try await ask(); store.access = answer.accessToken; store.refresh = answer.refreshToken }\n}',
      'class Auth {\n  func refreshAccessToken() async throws {\n    let body = "grant_type=refresh_token&refresh_token=\\(store.refresh)"\n    let reply = try await post(body)\n    store.accessToken = reply.accessToken\n  }\n}',
    ],
    pass: [
      'actor Api { var flight: Task<Void, Error>?\n  func send(_ r: URLRequest) async throws -> Data {\n  let (data, response) = try await session.data(for: r)\n  if (response as? HTTPURLResponse)?.statusCode == 403 { try await refreshedToken(); return try await session.data(for: r).0 }\n  return data\n} }',
      {
        path: 'api.ts',
        text: 'const renewed = async () => (await lock.acquire(), store.dispatch(renew()));\nconst lock = new Mutex();\napi.interceptors.response.use((r) => r, async (failure) => {\n  if (failure.response.status === 401 && !failure.config.retried) {\n    failure.config.retried = true;\n    await renewed();\n    return api(failure.config);\n  }\n  throw failure;\n});',
      },
      {
        path: 'api.ts',
        text: "async function told() { await analytics.send('signed out'); }\napi.interceptors.response.use((r) => r, async (failure) => {\n  if (failure.response.status === 401 && !failure.config.retried) {\n    failure.config.retried = true;\n    await told();\n    return api(failure.config);\n  }\n  throw failure;\n});",
      },
      {
        path: 'api.ts',
        text: 'const lock = new Mutex();\nexport async function send(url) {\n  let answer = await fetch(url);\n  if (answer.status === 401) { await lock.runExclusive(refreshTokens); answer = await fetch(url); }\n  return answer;\n}',
      },
      {
        path: 'api.ts',
        text: "let flight;\nexport const renewed = () => (flight ??= renew());\nasync function renew() {\n  const refreshPromise = post({ grant_type: 'refresh_token' });\n  const { access_token, refresh_token } = await refreshPromise;\n  await SecureStore.setItemAsync('a', access_token);\n  await SecureStore.setItemAsync('r', refresh_token);\n}",
      },
      'struct Answer { let access_token: String; let expires_in: Int }\nactor Renewer { func refresh(_ body: Data) throws { let answer: Answer = try decode(body); try keychain.set(answer.access_token, key: "a") } }',
      'actor Tokens { private var flight: Task<Pair, Error>?\n  func valid() async throws -> String { if pair.isExpired { pair = try await refreshed() }; return pair.accessToken } }',
      {
        path: 'api.ts',
        text: 'let refreshPromise;\napi.interceptors.response.use((r) => r, async (error) => {\n  if (error.response.status === 401 && !error.config._retry) {\n    error.config._retry = true;\n    refreshPromise ??= refreshTokens().finally(() => { refreshPromise = undefined; });\n    await refreshPromise;\n    return api(error.config);\n  }\n  throw error;\n});',
      },
      'class Screen { func check(url: URL) { if answer(url) == 401 { alert(onRetry: { [weak self] in self?.check(url: url) }) } } }',
      'class Api {\n  func send(_ r: URLRequest, retried: Bool = false) async throws -> Data {\n    let (data, response) = try await session.data(for: r)\n    if (response as! HTTPURLResponse).statusCode == 401, !retried { try await tokens.refreshed(); return try await send(r, retried: true) }\n    return data\n  }\n}',
      'struct Answer: Decodable { let accessToken: String; let refreshToken: String? }\nactor Auth {\n  private var inFlight: Task<Void, Error>?\n  func renew() async throws { let answer: Answer = try await ask(); store.access = answer.accessToken; store.refresh = answer.refreshToken ?? store.refresh }\n}',
      'struct Answer: Decodable { let accessToken: String; let refreshToken: String }\nactor Auth {\n  private var inFlight: Task<Void, Error>?\n  func renew() async throws { let answer: Answer = try await ask(); store.access = answer.accessToken; store.refresh = answer.refreshToken }\n}',
      'actor Auth {\n  private var inFlight: Task<Void, Error>?\n  func refreshAccessToken() async throws {\n    let reply = try await post("grant_type=refresh_token")\n    store.accessToken = reply.accessToken\n    store.refreshToken = reply.refreshToken\n  }\n}',
    ],
  },
  calls: [
    {
      names: ['use'],
      check(event, context) {
        const [before, handler] = event.args;
        if (before !== undefined && /interceptors\.request\.use$/.test(event.path))
          reportRefreshingInterceptor(event.scene, before.value, context);
        if (handler === undefined || !/interceptors\.response\.use$/.test(event.path)) return;
        const { unit } = event.scene;
        const body = handlerBody(event.scene, handler.value);
        const text = unit.source.slice(body.start, body.end);
        if (!REFUSED_IN_HANDLER.test(text)) return;
        const renews = renewalIn(event.scene, text, context);
        const repeats = /\b(?:axios|api\w*|client|instance|http\w*)(?:\.request)?\(\s*(?:\w+\.)?(?:config|original\w*|request\w*)\b/i.exec(
          text,
        );
        if (renews === undefined || repeats === null) return;
        const place = (match: RegExpExecArray) => ({
          unit,
          start: body.start + match.index,
          end: body.start + match.index + match[0].length,
        });
        // On a client without this handler the second answer is the last.
        if (!MARKED.test(text) && (!/^axios\(/.test(repeats[0]) || event.path.startsWith('axios.')))
          context.report({ at: place(repeats), message: 'A request that is refused is repeated without a limit.', confidence: 'medium' });
        if (!isCoordinated(event.scene, renews.text, context))
          context.report({ at: place(renews.at), message: 'Every refused answer starts a refresh of its own.', confidence: 'medium' });
      },
    },
    {
      names: ['onError'],
      check(event, context) {
        const [handler] = event.args;
        if (handler !== undefined && event.scene.unit.language === 'script') reportRefreshingLink(event.scene, handler.value, context);
      },
    },
  ],
  functions(event, context) {
    reportRefreshOnDemand(event, context);
    reportDroppedRotation(event, context);
    reportWipedRotation(event, context);
    const text = event.text();
    const { node } = event;
    // A 401 answered by calling itself, with nothing that counts.
    if (mentions(event.scene.unit, REFUSED) && REFUSED.test(text)) {
      const again = event.calls.find(
        (call) =>
          call.name === node.name &&
          (call.receiverNode === undefined || /^self$/.test(call.path.split('.')[0] ?? '')) &&
          call.args.length <= node.params.length &&
          !BY_A_PERSON.test(event.scene.unit.source.slice(Math.max(node.start, call.node.start - 160), call.node.start)),
      );
      if (
        again !== undefined &&
        !/retr(?:y|ied|ies)|attempt|count|remaining|isRetry|once|didRefresh|hasRefreshed|limit/i.test(
          `${text.slice(0, text.indexOf('{') + 1)} ${again.args.map((arg) => arg.label ?? '').join(' ')} ${event.scene.conditions.length}` +
            conditionsText(text),
        )
      ) {
        context.report({
          at: here(event.scene, again.node),
          message: `${node.name} calls itself after a 401 without a limit.`,
          confidence: 'medium',
        });
      }
    }
    // Alamofire asks the interceptor once for every call that came back with 401.
    const interceptor = node.name === 'retry' && node.params.some((parameter) => parameter.label === 'dueTo' || parameter.name === 'dueTo');
    if (
      interceptor &&
      event.calls.some((call) => REFRESH.test(call.name) || /refresh/i.test(call.name)) &&
      !COORDINATED.test(enclosingText(event.scene.unit.source, event.scene.type))
    )
      context.report({
        at: here(event.scene, { start: node.start, end: node.start }),
        message: 'Every call that came back with 401 starts a refresh of its own.',
        confidence: 'medium',
      });
    if (
      !REFRESH.test(node.name) ||
      !/refresh_?token|refreshToken/i.test(text) ||
      !event.calls.some((call) => /^(?:data|dataTask|request|post|send|fetch|perform|execute|upload|call)$/.test(call.name))
    )
      return;
    const whole = enclosingText(event.scene.unit.source, event.scene.type);
    if (!COORDINATED.test(whole))
      context.report({
        at: here(event.scene, { start: node.start, end: node.start }),
        message: `Nothing keeps two callers from running ${node.name} at once.`,
        confidence: 'medium',
      });
  },
});

/** Inside `onRetry: { … }` and the like: nothing happens until somebody presses the button. */
const BY_A_PERSON = /\b(?:on[A-Z]\w*|\w*[rR]etry\w*|\w*[aA]ction|\w*[tT]ap\w*)\s*:\s*\{[^{}]*$/;

const conditionsText = (text: string): string =>
  [...text.matchAll(/(?:if|guard|while)\b([^{]{0,160})\{/g)].map((match) => match[1]).join(' ');

/** The text of the type around, or of the whole file when there is none. */
function enclosingText(source: string, type: string | undefined): string {
  if (type === undefined) return source;
  const at = source.search(new RegExp(`\\b(?:class|struct|actor|extension)\\s+${type.replaceAll(/\W/g, '')}\\b`));
  return at === -1 ? source : source.slice(Math.max(0, at - 20));
}
