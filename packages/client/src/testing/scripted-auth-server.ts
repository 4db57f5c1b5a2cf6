import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServedCertificate } from './certificates.ts';
import { createProofChecker, type ProofChecker } from './check-proof.ts';
import { type Listening, listenTls } from './listen-tls.ts';

/** Does something in place of the answer. @returns `true` when it has answered (or hung up) itself. */
export type Script = (request: IncomingMessage, response: ServerResponse, form: URLSearchParams) => boolean | Promise<boolean>;

interface RefreshToken {
  readonly grant: string;
  readonly jkt: string;
  successor?: { accessToken: string; refreshToken: string };
  used: boolean;
}

export interface ScriptedAuthServer {
  readonly issuer: string;
  readonly proofs: ProofChecker;
  /** Every request, as `METHOD path grant_type`. */
  readonly requests: string[];
  /** Access tokens that are good, with the thumbprint they are bound to. */
  readonly accessTokens: Map<string, string>;
  readonly revoked: string[];
  readonly rotations: () => number;
  /** Seconds that new access tokens live. */
  lifetime: number;
  /** Changes of the metadata. */
  metadata: Record<string, unknown>;
  /** Changes of the next callback. */
  callback: Record<string, string | undefined>;
  /** Runs once, before the next request to the path is looked at. */
  before(path: string, script: Script): void;
  /** Runs once, after the next request to the path took its effect, in place of its answer. */
  after(path: string, script: Script): void;
  revokeEverything(): void;
  close(): Promise<void>;
}

const id = (kind: string) => `${kind}-${randomBytes(16).toString('base64url')}`;

/**
 * A small auth server for tests, over real TLS: discovery, PAR, code with PKCE, DPoP with required nonces, rotation in
 * which the old token with the same key gets the same successor until that is used, revocation.
 */
export async function startScriptedAuthServer(certificate: ServedCertificate): Promise<ScriptedAuthServer> {
  const pushed = new Map<string, URLSearchParams>();
  const codes = new Map<string, URLSearchParams>();
  const refreshTokens = new Map<string, RefreshToken>();
  const dead = new Set<string>();
  const scripts = { before: new Map<string, Script[]>(), after: new Map<string, Script[]>() };
  let rotations = 0;

  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json', 'dpop-nonce': server.proofs.nonce }).end(JSON.stringify(body));
  };
  const issue = (grant: string, jkt: string) => {
    const pair = { accessToken: id('at'), refreshToken: id('rt') };
    server.accessTokens.set(pair.accessToken, jkt);
    refreshTokens.set(pair.refreshToken, { grant, jkt, used: false });
    return pair;
  };
  const answerTokens = ({ accessToken, refreshToken }: { accessToken: string; refreshToken: string }, extra = {}) => ({
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: 'DPoP',
    expires_in: server.lifetime,
    scope: 'orders.read',
    ...extra,
  });

  type Reply = [status: number, body: unknown];
  const redeem = (form: URLSearchParams, jkt: string): Reply => {
    const question = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const fits =
      question?.get('code_challenge') === challenge &&
      question.get('dpop_jkt') === jkt &&
      question.get('redirect_uri') === form.get('redirect_uri') &&
      question.get('resource') === form.get('resource');
    if (!fits) return [400, { error: 'invalid_grant' }];
    const nonce = question.get('nonce');
    const claims = { iss: server.issuer, aud: form.get('client_id'), sub: 'ada', nonce };
    const idToken = `${[{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
    return [200, answerTokens(issue(id('grant'), jkt), nonce === null ? {} : { id_token: idToken })];
  };
  const refresh = (form: URLSearchParams, jkt: string): Reply => {
    const token = refreshTokens.get(form.get('refresh_token') ?? '');
    if (token === undefined || token.jkt !== jkt || dead.has(token.grant)) return [400, { error: 'invalid_grant' }];
    if (token.successor !== undefined && refreshTokens.get(token.successor.refreshToken)?.used) {
      dead.add(token.grant);
      return [400, { error: 'invalid_grant' }];
    }
    token.used = true;
    if (token.successor === undefined) {
      rotations++;
      token.successor = issue(token.grant, jkt);
    }
    return [200, answerTokens(token.successor)];
  };

  const routes: Record<string, (form: URLSearchParams, request: IncomingMessage, url: URL, response: ServerResponse) => Reply | undefined> =
    {
      'GET /.well-known/openid-configuration': () => [
        200,
        {
          issuer: server.issuer,
          authorization_endpoint: `${server.issuer}/authorize`,
          token_endpoint: `${server.issuer}/token`,
          revocation_endpoint: `${server.issuer}/revoke`,
          pushed_authorization_request_endpoint: `${server.issuer}/par`,
          authorization_response_iss_parameter_supported: true,
          code_challenge_methods_supported: ['S256'],
          dpop_signing_alg_values_supported: ['ES256'],
          ...server.metadata,
        },
      ],
      'POST /par': (form, request) => {
        const verdict = server.proofs.check(request, `${server.issuer}/par`);
        if ('fault' in verdict) return [400, { error: verdict.fault === 'nonce' ? 'use_dpop_nonce' : 'invalid_dpop_proof' }];
        const uri = `urn:ietf:params:oauth:request_uri:${id('par')}`;
        pushed.set(uri, form);
        return [201, { request_uri: uri, expires_in: 60 }];
      },
      'GET /authorize': (_form, _request, url, response) => {
        const question = pushed.get(url.searchParams.get('request_uri') ?? '') ?? url.searchParams;
        const code = id('code');
        codes.set(code, question);
        const answer = { code, state: question.get('state') ?? undefined, iss: server.issuer, ...server.callback };
        server.callback = {};
        const query = Object.entries(answer).flatMap(([name, value]) =>
          value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
        );
        response.writeHead(303, { location: `${question.get('redirect_uri')}?${query.join('&')}` }).end();
        return undefined;
      },
      'POST /token': (form, request) => {
        const verdict = server.proofs.check(request, `${server.issuer}/token`);
        if ('fault' in verdict) return [400, { error: verdict.fault === 'nonce' ? 'use_dpop_nonce' : 'invalid_dpop_proof' }];
        return form.get('grant_type') === 'refresh_token' ? refresh(form, verdict.jkt) : redeem(form, verdict.jkt);
      },
      'POST /revoke': (form) => {
        const text = form.get('token') ?? '';
        const token = refreshTokens.get(text);
        if (token !== undefined) dead.add(token.grant);
        server.revoked.push(text);
        return [200, {}];
      },
    };

  const run = (when: Map<string, Script[]>, path: string) => when.get(path)?.shift();
  const listening: Listening = await listenTls(certificate, async (request, response) => {
    const url = new URL(request.url ?? '', server.issuer);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    server.requests.push([request.method, url.pathname, form.get('grant_type')].filter(Boolean).join(' '));
    if (await run(scripts.before, url.pathname)?.(request, response, form)) return;
    const reply = routes[`${request.method} ${url.pathname}`]?.(form, request, url, response);
    // A proof that lacks the nonce was refused; scripts are for what takes effect.
    const refused = JSON.stringify(reply?.[1] ?? '').includes('use_dpop_nonce');
    if (!refused && (await run(scripts.after, url.pathname)?.(request, response, form))) return;
    if (reply !== undefined) json(response, ...reply);
    else if (!response.headersSent) json(response, 404, {});
  });

  const server: ScriptedAuthServer = {
    issuer: `https://localhost:${listening.port}`,
    proofs: createProofChecker(),
    requests: [],
    accessTokens: new Map(),
    revoked: [],
    rotations: () => rotations,
    lifetime: 900,
    metadata: {},
    callback: {},
    before: (path, script) => void scripts.before.set(path, [...(scripts.before.get(path) ?? []), script]),
    after: (path, script) => void scripts.after.set(path, [...(scripts.after.get(path) ?? []), script]),
    revokeEverything() {
      for (const { grant } of refreshTokens.values()) dead.add(grant);
      server.accessTokens.clear();
    },
    close: listening.close,
  };
  return server;
}
