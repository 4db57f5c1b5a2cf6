import { createPublicKey } from 'node:crypto';
import { parseCompactJws, parseSpkiPin } from '@sallyport/protocol';
import { type Answer, NoAnswer, type Request } from '../http/answer.ts';
import { answerShape, parseJson } from '../http/answer-shape.ts';
import { isSuccess } from '../http/compare-answers.ts';
import { documentedRequests } from '../openapi/documented-requests.ts';
import { OpenApiFault, readOpenApi } from '../openapi/read-openapi.ts';
import type { CheckApiOptions } from '../options.ts';
import type { Target } from '../target.ts';
import { askTls } from '../tls/ask-tls.ts';
import { readCertificate } from '../tls/read-certificate.ts';
import { surveyTls } from '../tls/survey-tls.ts';
import type { ArtifactName, Artifacts, OwnedObject } from './artifacts.ts';
import { discoverOAuth, requireOwned } from './discover-oauth.ts';
import { Missing } from './missing.ts';
import { objectRequests } from './object-requests.ts';
import type { Sender } from './send.ts';

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
    if (pins.length === 0) throw new Missing('not-applicable', 'No pins were given; name the pins your app carries with --pins.');
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
    if (options.publicKeys !== undefined)
      return options.publicKeys.map((key) => ({ key, kid: undefined, jwk: key.export({ format: 'jwk' }) as Record<string, unknown> }));
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

  oauth: ({ send, target, options }) => discoverOAuth({ send, target, options }),

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
    if (objects.length === 0) throw new Missing('inconclusive', 'No object of the first user was found; name some with --objects.');
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

  signIn({ options, target, distrust }) {
    if (options.signIn === undefined)
      throw new Missing('not-applicable', 'No sign-in route was described; name it as signIn in the file of --credentials.');
    if (distrust !== undefined) throw new Missing('inconclusive', distrust);
    const { href: url } = new URL(options.signIn.url, target.url);
    requireOwned(url, target, options);
    return { encoding: 'json', userField: 'username', passwordField: 'password', ...options.signIn, url };
  },

  idempotentRoute({ options, target }) {
    if (options.idempotentRoute === undefined)
      throw new Missing(
        'not-applicable',
        'No route was named that may be called again and again without harm; name one as idempotentRoute in the file of --credentials.',
      );
    requireOwned(new URL(options.idempotentRoute.path, target.url).href, target, options);
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
function describe(answer: Answer): string {
  const { location } = answer.headers;
  if (answer.status >= 300 && answer.status < 400 && location !== undefined)
    return `${answer.status} to ${location.slice(0, 200)}, which was not followed`;
  return `${answer.status}${answer.body === '' ? '' : ` (${answerShape(answer).slice(0, 100)})`}`;
}

function requireTls(target: Target): void {
  if (!target.secure) throw new Missing('not-applicable', 'The address is plain HTTP.');
}
