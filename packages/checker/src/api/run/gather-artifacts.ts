import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { parseCompactJws, parseSpkiPin } from '@sallyport/protocol';
import type { AlertInbox } from '../alerts/alert-inbox.ts';
import { parseJson } from '../http/answer-shape.ts';
import { documentedRequests } from '../openapi/documented-requests.ts';
import { placeDocument } from '../openapi/place-document.ts';
import { findOperation, OpenApiFault, readOpenApi } from '../openapi/read-openapi.ts';
import type { CheckApiOptions } from '../options.ts';
import type { Target } from '../target.ts';
import { askTls } from '../tls/ask-tls.ts';
import { readCertificate } from '../tls/read-certificate.ts';
import { surveyTls } from '../tls/survey-tls.ts';
import type { ArtifactName, Artifacts, PublicKey } from './artifacts.ts';
import { discoverOAuth, requireOwned } from './discover-oauth.ts';
import { answerGatherers } from './gather-answers.ts';
import { answered, Missing, withoutMissing } from './missing.ts';
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
  /** Where alerts arrive, when the user wants it. */
  readonly inbox?: AlertInbox | undefined;
}

export type Gatherers = {
  readonly [Name in ArtifactName]: (context: GatherContext, need: Need) => Promise<Artifacts[Name]> | Artifacts[Name];
};
export type Need = <Name extends ArtifactName>(name: Name) => Promise<Artifacts[Name]>;

/** Protected routes looked at when the document lists many. */
const MAX_ROUTES = 20;

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
  ...answerGatherers,

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
    if (pins.length === 0) throw new Missing('not-given', 'No pins were given; name the pins your app carries with --pins.');
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
    if (options.openapi === undefined) return [{ method: 'GET', url: options.url }];
    const document = await need('document');
    const own = { method: 'GET', url: options.url, secured: findOperation(document, 'GET', path)?.secured };
    const listed = documentedRequests(document, target).filter((request) => request.secured);
    const requests =
      path.replace(/\/$/, '') === document.prefix || path === '/' ? listed : [own, ...listed.filter(({ url }) => url !== own.url)];
    if (requests.length === 0)
      throw new Missing(
        'inconclusive',
        'The OpenAPI document names no GET route that needs credentials and no parameters; give the address of one.',
      );
    return requests.slice(0, MAX_ROUTES);
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
      return options.publicKeys.map(({ pem, jwk }) => readJwk(jwk, 'publicKeys of the file of --credentials', pem));
    const alg = parseCompactJws(options.user?.accessToken ?? '')?.header.alg;
    if (typeof alg === 'string' && alg.startsWith('HS'))
      throw new Missing('not-applicable', 'Tokens are signed by HMAC; there is no public key.');
    const { jwksUrl } = await need('oauth');
    if (jwksUrl === undefined) throw new Missing('inconclusive', 'The issuer names no JWKS; give its address.');
    requireOwned(jwksUrl, target, options);
    const keys = (parseJson((await answered(send({ method: 'GET', url: jwksUrl }))).body) as { keys?: unknown } | undefined)?.keys;
    if (!Array.isArray(keys)) throw new Missing('inconclusive', `${jwksUrl} holds no key set.`);
    const usable = keys.flatMap((jwk) => {
      try {
        return [readJwk(jwk, jwksUrl)];
      } catch {
        return [];
      }
    });
    if (usable.length === 0) throw new Missing('inconclusive', `${jwksUrl} holds no public key.`);
    return usable;
  },

  oauth: ({ send, target, options }) => discoverOAuth({ send, target, options }),

  document({ options, target }) {
    if (options.openapi === undefined) throw new Missing('not-given', 'No OpenAPI document was given.');
    try {
      return placeDocument(readOpenApi(options.openapi), target.url.pathname);
    } catch (error) {
      if (error instanceof OpenApiFault) throw new Missing('inconclusive', `${error.message}.`);
      throw error;
    }
  },

  async dpopUser({ options }, need) {
    const { user } = await need('baseline');
    if (user.dpopKey === undefined || options.user === undefined)
      throw new Missing('not-applicable', 'The access token is not bound to a key (no DPoP key was given).');
    return { ...user, dpopKey: user.dpopKey };
  },

  signIn({ options, target, distrust }) {
    if (options.signIn === undefined)
      throw new Missing('not-given', 'No sign-in route was described; name it as signIn in the file of --credentials.');
    if (distrust !== undefined) throw new Missing('inconclusive', distrust);
    const { href: url } = new URL(options.signIn.url, target.url);
    requireOwned(url, target, options);
    return { encoding: 'json', userField: 'username', passwordField: 'password', ...options.signIn, url };
  },

  async drill({ options, inbox, distrust }, need) {
    const signIn = await need('signIn').catch(withoutMissing);
    const { user } = options;
    const oauth = await need('oauth').catch(withoutMissing);
    const session =
      user?.refreshToken === undefined || oauth?.tokenEndpoint === undefined || distrust !== undefined
        ? undefined
        : { user, refreshToken: user.refreshToken, tokenEndpoint: oauth.tokenEndpoint, clientId: oauth.clientId };
    return { signIn, session, inbox };
  },

  idempotentRoute({ options, target }) {
    if (options.idempotentRoute === undefined)
      throw new Missing(
        'not-given',
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

/** @throws Error when it is no key. */
function readJwk(jwk: JsonWebKey, from: string, pem?: string): PublicKey {
  const { kid } = jwk as { kid?: unknown };
  return {
    jwk: jwk as PublicKey['jwk'],
    kid: typeof kid === 'string' ? kid : undefined,
    key: createPublicKey({ key: jwk, format: 'jwk' }),
    from,
    pem,
  };
}

function requireTls(target: Target): void {
  if (!target.secure) throw new Missing('not-applicable', 'The address is plain HTTP.');
}
