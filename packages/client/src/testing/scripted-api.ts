import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatProblem, PROBLEM_MEDIA_TYPE, type ReasonCode, reasons } from '@sallyport/protocol';
import type { ServedCertificate } from './certificates.ts';
import { createProofChecker, type ProofChecker } from './check-proof.ts';
import { listenTls } from './listen-tls.ts';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type ApiScript = (received: Received, response: ServerResponse) => void;

export interface ScriptedApi {
  readonly url: string;
  readonly proofs: ProofChecker;
  /** Requests that passed token and proof. */
  readonly admitted: Received[];
  /** Every request there was. */
  readonly received: Received[];
  /** Answers the next admitted requests, one each; then {@link answer} does. */
  readonly next: ApiScript[];
  answer: ApiScript;
  /** Answers the next requests before token and proof are looked at. */
  readonly atTheDoor: ApiScript[];
  bytesRead(): number;
  close(): Promise<void>;
}

export const SUPPORT_CODE = 'V1StGXR8Z5jdHi6B';

/** Refuses as the gateway does. */
export function refuse(response: ServerResponse, reason: ReasonCode, headers: Record<string, string> = {}): void {
  response
    .writeHead(reasons[reason].status, { 'content-type': PROBLEM_MEDIA_TYPE, 'x-correlation-id': SUPPORT_CODE, ...headers })
    .end(formatProblem(reason, SUPPORT_CODE));
}

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A small API for tests, over real TLS: it admits only tokens that are good, with a proof that is, and a current nonce. */
export async function startScriptedApi(certificate: ServedCertificate, accessTokens: ReadonlyMap<string, string>): Promise<ScriptedApi> {
  const listening = await listenTls(certificate, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
    api.received.push(received);
    const door = api.atTheDoor.shift();
    if (door !== undefined) return door(received, response);
    const token = /^DPoP (\S+)$/.exec(headers.authorization ?? '')?.[1];
    const verdict = token === undefined ? undefined : api.proofs.check(request, api.url + url, token);
    const fresh = { 'dpop-nonce': api.proofs.nonce };
    if (verdict === undefined) return refuse(response, 'token-missing');
    if ('fault' in verdict) {
      if (verdict.fault !== 'nonce') return refuse(response, verdict.fault === 'replayed' ? 'proof-replayed' : 'proof-target-mismatch');
      return refuse(response, 'proof-nonce-required', { ...fresh, 'www-authenticate': 'DPoP error="use_dpop_nonce"' });
    }
    const jkt = accessTokens.get(token ?? '');
    if (jkt === undefined) return refuse(response, 'token-expired', { 'www-authenticate': 'DPoP error="invalid_token"' });
    if (jkt !== verdict.jkt) return refuse(response, 'proof-key-mismatch');
    api.admitted.push(received);
    (api.next.shift() ?? api.answer)(received, response);
  });
  const api: ScriptedApi = {
    url: `https://localhost:${listening.port}`,
    proofs: createProofChecker(),
    admitted: [],
    received: [],
    next: [],
    answer: (_, response) => answerJson(response, 200, { ok: true }),
    atTheDoor: [],
    bytesRead: listening.bytesRead,
    close: listening.close,
  };
  return api;
}
