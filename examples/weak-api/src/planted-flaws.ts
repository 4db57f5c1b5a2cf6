/** One weakness of the sample, planted on purpose. */
export interface PlantedFlaw {
  readonly id: string;
  /** What is wrong, in the words of a code review. */
  readonly what: string;
  /** The audits of `sallyport check api` that must find it. */
  readonly foundBy: readonly string[];
  /** Other audits that may see its traces. */
  readonly alsoSeenBy?: readonly string[];
  /** It cannot be there together with the others. */
  readonly alone?: true;
  /**
   * Whether it is gone for outside callers when the API stands behind the gateway. `hidden`: it no longer shows, and is there
   * all the same. A test of the command line holds each `false` to what a check then finds.
   */
  readonly stoppedByGateway: boolean | 'hidden';
}

const FORGERIES = [
  'alg-none',
  'signature-verified',
  'key-confusion',
  'kid-injection',
  'embedded-key',
  'remote-key',
  'foreign-issuer',
] as const;

/** Everything that is wrong with this API when it is started weak. A flaw without an entry here is a mistake. */
export const plantedFlaws = [
  { id: 'old-tls', what: 'TLS 1.0 and 1.1 are enabled', foundBy: ['tls-versions'], alsoSeenBy: ['tls-suites'], stoppedByGateway: true },
  { id: 'cbc-suites', what: 'CBC cipher suites are enabled', foundBy: ['tls-suites'], stoppedByGateway: true },
  {
    id: 'null-suites',
    what: 'cipher suites without encryption are enabled',
    foundBy: ['tls-suites'],
    alsoSeenBy: ['forward-secrecy'],
    stoppedByGateway: true,
  },
  { id: 'rsa-key-exchange', what: 'suites without forward secrecy are enabled', foundBy: ['forward-secrecy'], stoppedByGateway: true },
  {
    id: 'foreign-certificate',
    what: 'the certificate is made out to another host',
    foundBy: ['certificate-trust'],
    stoppedByGateway: true,
  },
  { id: 'expired-certificate', what: 'the certificate has run out', foundBy: ['certificate-expiry'], stoppedByGateway: true },
  { id: 'short-key', what: "the certificate's RSA key has 1024 bits", foundBy: ['certificate-key'], stoppedByGateway: true },
  { id: 'plain-http-redirect', what: 'plain HTTP is redirected instead of refused', foundBy: ['plain-http'], stoppedByGateway: true },
  { id: 'no-hsts', what: 'Strict-Transport-Security is missing', foundBy: ['hsts'], stoppedByGateway: true },
  { id: 'open-route', what: 'GET /customers forgot to ask for a token', foundBy: ['authentication-required'], stoppedByGateway: true },
  {
    id: 'anything-is-a-token',
    what: 'a token that does not parse counts as the first user',
    foundBy: ['malformed-token'],
    alsoSeenBy: ['token-type', 'dpop-downgrade', 'alg-none'],
    stoppedByGateway: true,
  },
  { id: 'expiry-ignored', what: 'exp is not checked', foundBy: ['expired-token'], stoppedByGateway: true },
  { id: 'alg-none', what: 'a token may say "alg":"none", in any case', foundBy: ['alg-none'], stoppedByGateway: true },
  {
    id: 'decode-only',
    what: 'tokens are decoded, not verified',
    foundBy: ['signature-verified', 'foreign-issuer'],
    alsoSeenBy: FORGERIES,
    stoppedByGateway: true,
  },
  { id: 'key-confusion', what: 'HS256 is verified with the public key', foundBy: ['key-confusion'], stoppedByGateway: true },
  { id: 'kid-is-a-path', what: 'kid is a file name', foundBy: ['kid-injection'], stoppedByGateway: true },
  { id: 'embedded-key', what: 'a jwk in the token is believed', foundBy: ['embedded-key'], stoppedByGateway: true },
  { id: 'remote-key', what: 'a jku in the token is fetched and believed', foundBy: ['remote-key'], stoppedByGateway: true },
  {
    id: 'word-as-secret',
    what: 'tokens are signed by HS256 with the word "secret"',
    foundBy: ['weak-secret'],
    alone: true,
    stoppedByGateway: true,
  },
  {
    id: 'any-token-type',
    what: 'typ and aud are not checked, so an ID token opens the API',
    foundBy: ['token-type'],
    stoppedByGateway: true,
  },
  { id: 'token-in-query', what: '?access_token= works', foundBy: ['token-in-query'], stoppedByGateway: true },
  { id: 'day-long-tokens', what: 'access tokens live a day', foundBy: ['token-lifetime'], stoppedByGateway: true },
  {
    id: 'personal-claims',
    what: "the user's email and password hash stand in the token",
    foundBy: ['token-content'],
    stoppedByGateway: true,
  },
  { id: 'bearer-only', what: 'tokens are bound to no key', foundBy: ['sender-constrained'], alone: true, stoppedByGateway: true },
  {
    id: 'proof-optional',
    what: 'a bound token works without its proof',
    foundBy: ['dpop-downgrade'],
    alsoSeenBy: ['dpop-replay'],
    stoppedByGateway: true,
  },
  { id: 'proof-reusable', what: 'a proof works again and again', foundBy: ['dpop-replay'], stoppedByGateway: true },
  { id: 'no-rotation', what: 'refresh tokens stay the same', foundBy: ['refresh-rotation'], stoppedByGateway: true },
  {
    id: 'reuse-ignored',
    what: 'a used refresh token is refused, but its session goes on',
    foundBy: ['refresh-rotation'],
    alone: true,
    stoppedByGateway: true,
  },
  {
    id: 'no-revocation',
    what: 'signing out does nothing on the server',
    foundBy: ['logout'],
    alsoSeenBy: ['refresh-rotation'],
    stoppedByGateway: true,
  },
  { id: 'any-order', what: 'GET /orders/{id} does not ask whose order it is', foundBy: ['object-access'], stoppedByGateway: false },
  { id: 'counted-ids', what: 'orders are numbered 1, 2, 3', foundBy: ['sequential-ids'], stoppedByGateway: false },
  { id: 'cacheable', what: 'answers with user data may be cached', foundBy: ['cache-control'], stoppedByGateway: true },
  { id: 'whole-rows', what: 'orders are written out as they stand in the database', foundBy: ['excess-data'], stoppedByGateway: false },
  {
    id: 'password-hash',
    what: 'GET /me shows the password hash',
    foundBy: ['sensitive-fields'],
    alsoSeenBy: ['excess-data'],
    stoppedByGateway: false,
  },
  { id: 'cors-reflected', what: 'any origin is allowed, with credentials', foundBy: ['cors'], stoppedByGateway: true },
  { id: 'stack-traces', what: 'errors show the stack', foundBy: ['error-leak'], stoppedByGateway: true },
  {
    id: 'sql-by-concatenation',
    what: 'an id is pasted into SQL, and the error shown',
    foundBy: ['database-injection'],
    alsoSeenBy: ['error-leak'],
    stoppedByGateway: false,
  },
  { id: 'open-env', what: '/.env is served', foundBy: ['debug-endpoints'], stoppedByGateway: true },
  { id: 'private-jwks', what: 'the key set holds the private key', foundBy: ['published-keys'], stoppedByGateway: true },
  { id: 'banner', what: 'Server and X-Powered-By name versions', foundBy: ['server-banner'], stoppedByGateway: true },
  { id: 'repeats', what: 'Idempotency-Key is ignored', foundBy: ['idempotency'], stoppedByGateway: true },
  { id: 'tells-users', what: 'sign-in says "no such user"', foundBy: ['user-enumeration'], stoppedByGateway: true },
  { id: 'endless-guessing', what: 'wrong passwords are not counted', foundBy: ['sign-in-lockout'], stoppedByGateway: true },
  {
    id: 'silent-alarm',
    what: 'nobody is told of wrong passwords',
    foundBy: ['monitoring-drill'],
    stoppedByGateway: 'hidden',
  },
  { id: 'no-limit', what: 'requests are not limited', foundBy: ['rate-limit'], stoppedByGateway: true },
] as const satisfies readonly PlantedFlaw[];

export type FlawId = (typeof plantedFlaws)[number]['id'];

/** Which flaws this instance has. */
export type Flaws = ReadonlySet<FlawId>;

/** All that can be there together. */
export const allFlaws: Flaws = new Set(plantedFlaws.filter((flaw) => !('alone' in flaw)).map((flaw) => flaw.id));

/** The same API with none of them: the control. */
export const noFlaws: Flaws = new Set();
