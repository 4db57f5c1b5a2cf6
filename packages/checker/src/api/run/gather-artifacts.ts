import { createPublicKey } from 'node:crypto';
import { parseCompactJws, parseSpkiPin } from '@sallyport/protocol';
import { answerShape, parseJson } from '../http/answer-shape.ts';
import { isSuccess } from '../http/compare-answers.ts';
import { type Answer, NoAnswer, type Request } from '../http/exchange.ts';
import { type OpenApi, OpenApiFault, readOpenApi } from '../openapi/read-openapi.ts';
import type { CheckApiOptions, TestUser } from '../options.ts';
import { isLoopback, type Target } from '../target.ts';
import { askTls } from '../tls/ask-tls.ts';
import { readCertificate } from '../tls/read-certificate.ts';
import { surveyTls } from '../tls/survey-tls.ts';
import type { ArtifactName, Artifacts, OAuthServer, OwnedObject } from './artifacts.ts';
import { objectRequests } from './object-requests.ts';
import type { Sender } from './send.ts';

/** An artifact that cannot be had. */
export class Missing extends Error {
  readonly state: 'not-applicable' | 'inconclusive' | 'manual';
  constructor(state: Missing['state'], why: string) {
    super(why);
    this.state = state;
  }
}

export interface GatherContext extends Sender {
  readonly target: Target;
  readonly options: CheckApiOptions;
  readonly countConnection: () => void;
  readonly random: (bytes: number) => Uint8Array;
  /** Milliseconds for one connection. */
  readonly timeout: number;
  /** Why no credential may be sent, if so. */
  readonly distrust: string | undefined;
}

type Gatherers = { readonly [Name in ArtifactName]: (context: GatherContext, need: Need) => Promise<Artifacts[Name]> | Artifacts[Name] };
export type Need = <Name extends ArtifactName>(name: Name) => Promise<Artifacts[Name]>;

/** Protected routes looked at when the document lists many. */
const MAX_ROUTES = 20;

/** Objects compared between two users. */
const MAX_OBJECTS = 8;

/** Each artifact is made once and shared, also when it is missing. */
export function artifactsOf(context: GatherContext): Need {
  const made = new Map<ArtifactName, Promise<unknown>>();
  const need: Need = (name) => {
    let artifact = made.get(name);
    if (artifact === undefined) {
      artifact = Promise.resolve().then(() => gatherers[name](context, need));
      made.set(name, artifact);
    }
    return artifact as Promise<never>;
  };
  return need;
}

const gatherers: Gatherers = {
  survey({ target, timeout, countConnection, random }) {
    requireTls(target);
    return surveyTls((version, suites) => {
      countConnection();
      return askTls(target.host, target.port, { version, suites, host: target.host, random: random(64) }, timeout);
    });
  },

  async certificate({ target, options, timeout, countConnection }) {
    requireTls(target);
    countConnection();
    try {
      return await readCertificate({ host: target.host, port: target.port, ca: options.ca, timeout });
    } catch (error) {
      throw new Missing(
        'inconclusive',
        `No TLS handshake came about (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`,
      );
    }
  },

  pins({ options }) {
    const { pins = [] } = options;
    if (pins.length === 0) throw new Missing('not-applicable', 'No pins were given; name the pins your app carries with --pin.');
    return pins.map((text) => {
      const pin = parseSpkiPin(text);
      if (pin === undefined)
        throw new Missing(
          'inconclusive',
          `"${text.slice(0, 80)}" is no pin: 44 characters of base64, the SHA-256 of a public key, are wanted.`,
        );
      return pin;
    });
  },

  anonymous: async ({ send, options }) => answered(send({ method: 'GET', url: options.url })),

  async protectedRequests({ options, target }, need) {
    const path = target.url.pathname;
    const own: Request = { method: 'GET', url: options.url };
    if (options.openapi === undefined) return [own];
    const document = await need('document');
    const listed = documentedRequests(document, target).filter((request) => request.secured);
    const requests = path === '/' || path === document.prefix ? listed : [own, ...listed.filter(({ url }) => url !== own.url)];
    if (requests.length === 0)
      throw new Missing(
        'inconclusive',
        'The OpenAPI document names no GET route that needs credentials and no parameters; give the address of one.',
      );
    return requests.slice(0, MAX_ROUTES);
  },

  async baseline({ options, send, sendAs, distrust }, need) {
    const { user } = options;
    if (user === undefined)
      throw new Missing('inconclusive', 'No test credentials were given; without an honest answer to compare with, nothing can be said.');
    if (distrust !== undefined) throw new Missing('inconclusive', distrust);
    const refusals: string[] = [];
    for (const request of (await need('protectedRequests')).slice(0, 5)) {
      const valid = await answered(sendAs(user, request));
      if (isSuccess(valid)) return { user, request, valid, anonymous: await answered(send(request)) };
      refusals.push(`${new URL(request.url).pathname} answered ${describe(valid)}`);
    }
    throw new Missing('inconclusive', `The test user gets no success: ${refusals.join('; ')}.`);
  },

  async userData({ sendAs }, need) {
    const baseline = await need('baseline');
    const answers = [baseline.valid];
    for (const request of await need('protectedRequests')) {
      if (request.url === baseline.request.url) continue;
      const answer = await answered(sendAs(baseline.user, request));
      if (isSuccess(answer)) answers.push(answer);
    }
    const objects = await need('ownedObjects').catch((error: unknown) => {
      if (error instanceof Missing) return [];
      throw error;
    });
    // One of each list says as much as all of them.
    return [...answers, ...objects.slice(0, 1).map(({ own }) => own)];
  },

  accessToken({ options }) {
    const { user } = options;
    if (user === undefined) throw new Missing('inconclusive', 'No access token was given.');
    const jws = parseCompactJws(user.accessToken);
    const alg = jws?.header.alg;
    if (jws === undefined || typeof alg !== 'string') throw new Missing('not-applicable', 'The access token is opaque, not a JWT.');
    return { text: user.accessToken, header: { ...jws.header, alg }, payload: jws.payload };
  },

  async publicKeys({ send, target, options }, need) {
    const { jwksUrl } = await need('oauth');
    if (jwksUrl === undefined) throw new Missing('inconclusive', 'The issuer names no JWKS; give its address.');
    requireOwned(jwksUrl, target, options);
    const keys = (parseJson((await answered(send({ method: 'GET', url: jwksUrl }))).body) as { keys?: unknown } | undefined)?.keys;
    if (!Array.isArray(keys)) throw new Missing('inconclusive', `${jwksUrl} holds no key set.`);
    const usable = keys.flatMap((jwk) => {
      try {
        return [{ jwk, kid: typeof jwk.kid === 'string' ? jwk.kid : undefined, key: createPublicKey({ key: jwk, format: 'jwk' }) }];
      } catch {
        return [];
      }
    });
    if (usable.length === 0) throw new Missing('inconclusive', `${jwksUrl} holds no public key.`);
    return usable;
  },

  async oauth({ send, target, options }): Promise<OAuthServer> {
    const { oauth } = options;
    const issuer = oauth?.issuer ?? issuerOf(options.user);
    const given = {
      clientId: oauth?.clientId ?? '',
      tokenEndpoint: oauth?.tokenEndpoint,
      revocationEndpoint: oauth?.revocationEndpoint,
      jwksUrl: oauth?.jwksUrl,
    };
    for (const url of [given.tokenEndpoint, given.revocationEndpoint, given.jwksUrl])
      if (url !== undefined) requireOwned(url, target, options);
    const complete = given.tokenEndpoint !== undefined && given.revocationEndpoint !== undefined && given.jwksUrl !== undefined;
    if (complete || issuer === undefined || !URL.canParse(issuer) || !isOwned(new URL(issuer).hostname, target, options)) {
      if (given.tokenEndpoint ?? given.jwksUrl ?? given.revocationEndpoint) return given;
      throw new Missing('inconclusive', 'Nothing is known of the server that issues the tokens; give its addresses.');
    }
    for (const url of metadataUrls(issuer)) {
      const answer = await send({ method: 'GET', url }).catch((error: unknown) => {
        if (error instanceof NoAnswer) return undefined;
        throw error;
      });
      const metadata =
        answer !== undefined && isSuccess(answer) ? (parseJson(answer.body) as Record<string, unknown> | undefined) : undefined;
      if (metadata === undefined || metadata === null) continue;
      // Metadata is somebody's word; credentials go to owned hosts only.
      const text = (name: string) => {
        const url = metadata[name];
        return typeof url === 'string' && isOwnedUrl(url, target, options) ? url : undefined;
      };
      return {
        clientId: given.clientId,
        tokenEndpoint: given.tokenEndpoint ?? text('token_endpoint'),
        revocationEndpoint: given.revocationEndpoint ?? text('revocation_endpoint'),
        jwksUrl: given.jwksUrl ?? text('jwks_uri'),
      };
    }
    return given;
  },

  document({ options }) {
    if (options.openapi === undefined) throw new Missing('not-applicable', 'No OpenAPI document was given.');
    try {
      return readOpenApi(options.openapi);
    } catch (error) {
      if (error instanceof OpenApiFault) throw new Missing('inconclusive', `${error.message}.`);
      throw error;
    }
  },

  async ownedObjects({ options, target, send, sendAs }, need) {
    const { user, request, valid } = await need('baseline');
    const candidates = objectRequests({ list: request, answer: valid, objects: options.objects ?? [], target });
    const objects: OwnedObject[] = [];
    for (const candidate of candidates.slice(0, MAX_OBJECTS)) {
      const own = await answered(sendAs(user, candidate));
      if (!isSuccess(own)) continue;
      objects.push({ request: candidate, own, anonymous: await answered(send(candidate)) });
    }
    if (objects.length === 0) throw new Missing('inconclusive', 'No object of the first user was found; name some with --object.');
    return objects;
  },

  async secondUser({ options, sendAs, distrust }, need) {
    const { secondUser } = options;
    if (secondUser === undefined) throw new Missing('inconclusive', 'Only one test user was given; give the token of a second one.');
    if (distrust !== undefined) throw new Missing('inconclusive', distrust);
    const { request } = await need('baseline');
    const answer = await answered(sendAs(secondUser, request));
    const subjects = [options.user, secondUser].map((user) => parseCompactJws(user?.accessToken ?? '')?.payload.sub);
    if (secondUser.accessToken === options.user?.accessToken || (subjects[0] !== undefined && subjects[0] === subjects[1]))
      throw new Missing('inconclusive', 'Both tokens are of the same user; give the token of another one.');
    // 403 and 404 are answers to a user who is known; only 401 says that the token is no good.
    if (answer.status === 401) throw new Missing('inconclusive', `The second user's token is refused: ${describe(answer)}.`);
    return secondUser;
  },

  async dpopUser({ options }, need) {
    const { user } = await need('baseline');
    if (user.dpopKey === undefined || options.user === undefined)
      throw new Missing('not-applicable', 'The access token is not bound to a key (no DPoP key was given).');
    return { ...user, dpopKey: user.dpopKey };
  },

  async signIn({ options, distrust }) {
    if (options.signIn === undefined) throw new Missing('not-applicable', 'No sign-in route was described.');
    if (distrust !== undefined) throw new Missing('inconclusive', distrust);
    return { encoding: 'json', userField: 'username', passwordField: 'password', ...options.signIn };
  },

  idempotentRoute({ options }) {
    if (options.idempotentRoute === undefined)
      throw new Missing('not-applicable', 'No route was named that may be called again and again without harm.');
    return options.idempotentRoute;
  },

  active({ options }) {
    if (options.active !== true) throw new Missing('inconclusive', 'Floods and wrong passwords are only sent with --active.');
    return true;
  },
};

/** Turns a missing answer into a reason. */
async function answered(sending: Promise<Answer>): Promise<Answer> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof NoAnswer) throw new Missing('inconclusive', `No answer came (${error.code}: ${error.message}).`);
    throw error;
  }
}

/** @example '302 to https://login.example/' */
export function describe(answer: Answer): string {
  const { location } = answer.headers;
  if (answer.status >= 300 && answer.status < 400 && location !== undefined)
    return `${answer.status} to ${location.slice(0, 200)}, which was not followed`;
  return `${answer.status}${answer.body === '' ? '' : ` (${answerShape(answer).slice(0, 100)})`}`;
}

function requireTls(target: Target): void {
  if (!target.secure) throw new Missing('not-applicable', 'The address is plain HTTP.');
}

function requireOwned(url: string, target: Target, options: CheckApiOptions): void {
  if (isOwnedUrl(url, target, options)) return;
  const host = URL.canParse(url) ? new URL(url).hostname : url.slice(0, 100);
  throw new Missing(
    'inconclusive',
    `${host} is plain HTTP or belongs to somebody else as far as we know; give an HTTPS address, and --i-own ${host}.`,
  );
}

/** An address to which a credential may go: of an owned host, and over TLS unless it never leaves the machine. */
function isOwnedUrl(text: string, target: Target, options: CheckApiOptions): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return isOwned(hostname, target, options) && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}

function isOwned(host: string, target: Target, { owned = [] }: CheckApiOptions): boolean {
  return host === target.host || isLoopback(host) || owned.includes(host);
}

function issuerOf(user: TestUser | undefined): string | undefined {
  const issuer = user === undefined ? undefined : parseCompactJws(user.accessToken)?.payload.iss;
  return typeof issuer === 'string' ? issuer : undefined;
}

/** RFC 8414 §3.1 and OpenID Connect Discovery §4: they put the well-known part in different places. */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [`${origin}${path}/.well-known/openid-configuration`, `${origin}/.well-known/oauth-authorization-server${path}`];
}

/** GET requests of the document that need no more than the examples it gives for its parameters. */
function documentedRequests(document: OpenApi, target: Target): (Request & { readonly secured: boolean })[] {
  return document.operations.flatMap((operation) => {
    if (operation.method !== 'GET') return [];
    const wanted = operation.parameters.filter((parameter) => parameter.in === 'path' || (parameter.in === 'query' && parameter.required));
    if (wanted.some((parameter) => parameter.example === undefined)) return [];
    let path = operation.template;
    const query = new URLSearchParams();
    for (const { name, in: place, example = '' } of wanted) {
      if (place === 'path') path = path.replaceAll(`{${name}}`, encodeURIComponent(example));
      else query.set(name, example);
    }
    if (path.includes('{')) return [];
    const search = query.size === 0 ? '' : `?${query}`;
    return [{ method: 'GET', url: `${target.url.origin}${document.prefix}${path}${search}`, secured: operation.secured }];
  });
}
