import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { openAlertInbox } from './alerts/alert-inbox.ts';
import { apiAudits } from './audits/index.ts';
import { createExchange } from './http/exchange.ts';
import { createLedger } from './http/ledger.ts';
import { OpenApiFault, readOpenApi } from './openapi/read-openapi.ts';
import type { CheckApiOptions } from './options.ts';
import { reachTarget } from './reach-target.ts';
import { remainsNotice } from './remains-notice.ts';
import { artifactsOf } from './run/gather-artifacts.ts';
import { type ApiAuditResult, runApiAudits } from './run/run-api-audits.ts';
import { createSender, type SendContext } from './run/send.ts';
import { isLoopback, parseTarget, type Target } from './target.ts';
import { readCertificate } from './tls/read-certificate.ts';

export interface CheckApiPlatform {
  /** Told what is under way; for a terminal. */
  readonly progress?: ((text: string) => void) | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly random?: (bytes: number) => Uint8Array;
}

/** What came of a run. */
export type CheckApiOutcome =
  /** Nothing could run; one line says what, why and what to do. Exit code 2. */
  | { readonly kind: 'could-not-run'; readonly message: string }
  | {
      readonly kind: 'checked';
      readonly url: string;
      readonly results: readonly ApiAuditResult[];
      /** Requests and connections in all, those for shared artifacts included. */
      readonly sent: number;
      /** Of them, those for shared artifacts. */
      readonly sentGathering: number;
      /** Things the reader must know, such as test sessions used up. */
      readonly notices: readonly string[];
      /** Milliseconds. */
      readonly time: number;
    };

/** Enough for every audit on an API of some twenty routes, with the longest burst; an API that minds it minds its users. */
const MAX_REQUESTS = 1000;
const MAX_TIME = 120_000;
const TIMEOUT = 10_000;
/** Milliseconds: long enough for what an alerting system says all the time, such as its dead man's switch, when somebody has just pointed it here. */
const QUIET = 2_000;

/** Counted for what audits share. */
const GATHERING = 'gathering';

/**
 * Probes a live API and judges it.
 *
 * Sends only to the target, to servers of the same or an owned host that the options or the issuer's metadata name, and to
 * loopback. Follows no redirect. Ends within the caps on requests and time.
 *
 * @example const outcome = await checkApi({ url: 'https://127.0.0.1:8443/orders', ca, user: { accessToken } }, {})
 */
export async function checkApi(options: CheckApiOptions, io: CheckApiPlatform): Promise<CheckApiOutcome> {
  const { now = Date.now, wait = (milliseconds) => delay(milliseconds), random = randomBytes } = io;
  const { timeout = TIMEOUT } = options;
  // Naming none is naming no restriction.
  const only = options.only?.length === 0 ? undefined : options.only;
  const target = parseTarget(options.url, options.owned ?? []);
  if ('message' in target) return { kind: 'could-not-run', message: `${target.message}.` };
  const unknown = only?.find((id) => !apiAudits.some((audit) => audit.id === id));
  if (unknown !== undefined)
    return { kind: 'could-not-run', message: `There is no audit "${unknown}"; the list is in docs/reference/audits.md.` };
  if (options.openapi !== undefined) {
    try {
      readOpenApi(options.openapi);
    } catch (error) {
      if (error instanceof OpenApiFault) return { kind: 'could-not-run', message: `${error.message}.` };
      throw error;
    }
  }
  const started = now();
  const unreachable = await reachTarget(target, timeout);
  if (unreachable !== undefined) return { kind: 'could-not-run', message: unreachable };

  const inbox = options.alerts === undefined ? undefined : await openAlertInbox(options.alerts, now).catch((error: Error) => error);
  if (inbox instanceof Error) return { kind: 'could-not-run', message: `Nothing can listen for alerts there: ${inbox.message}.` };
  if (inbox !== undefined) {
    io.progress?.(`listening for alerts at ${inbox.url}`);
    await inbox.learnNoise(options.alerts?.quiet ?? QUIET);
  }
  const maxTime = (options.maxTime ?? MAX_TIME) + (inbox?.patience ?? 0);
  const ledger = createLedger({ maxRequests: options.maxRequests ?? MAX_REQUESTS, maxTime, now });
  const distrust = await whyDistrust();
  const trusts = (host: string) => isLoopback(host) || (distrust !== undefined && host === target.host);
  const exchange = createExchange({ ca: options.ca, trusts, now });
  const sending: SendContext = {
    exchange,
    ledger,
    carrier: options.carrier ?? { kind: 'authorization' },
    timeout,
    now,
    wait,
    nonces: new Map(),
    silence: new Map(),
  };
  const countConnection = () => ledger.take(GATHERING);
  const need = artifactsOf({
    ...createSender(sending, GATHERING),
    target,
    options: { ...options, url: target.url.href },
    countConnection,
    random,
    timeout,
    distrust,
    inbox,
  });

  try {
    const audits = apiAudits.filter((audit) => only === undefined || only.includes(audit.id));
    const results = await runApiAudits(audits, {
      target,
      options,
      ledger,
      sending,
      need,
      trusted: distrust === undefined,
      random,
      now,
      secrets: secretsOf(options),
      progress: io.progress,
    });
    // Asked for by most audits, so it is there already; without it nothing is known.
    const anonymous = only === undefined ? await need('anonymous').catch(() => undefined) : undefined;
    // A port that takes connections and answers nothing is no API; audits that hold vacuously must not open a gate.
    if (only === undefined && anonymous === undefined && !results.some(({ findings }) => findings.length > 0)) {
      const message = `${target.url.host} takes connections and answers no request; see whether it is the API, and whether it speaks ${target.secure ? 'HTTPS' : 'plain HTTP'}.`;
      return { kind: 'could-not-run', message };
    }
    const remains = remainsNotice(results, anonymous);
    const unanswered =
      only === undefined && anonymous === undefined
        ? [`${target.url.host} answered no request; only what needs no answer was checked.`]
        : [];
    return {
      kind: 'checked',
      url: target.url.href,
      results,
      sent: ledger.total,
      sentGathering: ledger.sentBy(GATHERING),
      notices: [...unanswered, ...noticesOf(results), ...(remains === undefined ? [] : [remains])],
      time: now() - started,
    };
  } finally {
    exchange.close();
    await inbox?.close();
  }

  /** Why no credential may be sent to the target, if so. */
  async function whyDistrust(): Promise<string | undefined> {
    const { host, port, loopback, secure } = target as Target;
    if (loopback) return undefined;
    if (!secure) return 'Credentials are not sent over plain HTTP; test them on an HTTPS address.';
    ledger.take(GATHERING);
    const { fault, matchesName } = await readCertificate({ host, port, ca: options.ca, timeout }).catch(() => ({
      fault: 'none',
      matchesName: false,
    }));
    return fault === undefined && matchesName
      ? undefined
      : 'The certificate is not trusted, so no credential was sent; name its authority with --ca.';
  }
}

function secretsOf({ user, secondUser, expiredToken, idToken }: CheckApiOptions): string[] {
  return [user?.accessToken, user?.refreshToken, secondUser?.accessToken, secondUser?.refreshToken, expiredToken, idToken].filter(
    (secret) => secret !== undefined,
  );
}

function noticesOf(results: readonly ApiAuditResult[]): string[] {
  const used = results.some(({ audit, sent }) => audit.area === 'session' && sent > 0);
  return used ? ['The test sessions were refreshed, replayed or signed out on purpose; their tokens are used up.'] : [];
}
