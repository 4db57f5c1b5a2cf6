import { compact, type FactsAfter, onlyIf, ordered } from '@sallyport/pipeline';
import type { Policy } from '@sallyport/policy';
import type { IdempotencyStore, RateLimiter, ReplayStore } from '@sallyport/storage';
import { prepareChallenges } from './challenge.ts';
import type { DeviceKeys } from './device-keys.ts';
import type { Arrival, Route } from './exchange.ts';
import { accessToken } from './guards/access-token.ts';
import { addressRateLimit, publicRouteRateLimit } from './guards/address-rate-limit.ts';
import { correlationId } from './guards/correlation-id.ts';
import { idempotency } from './guards/idempotency.ts';
import { principalRateLimit, routeRateLimit } from './guards/principal-rate-limit.ts';
import { route } from './guards/route.ts';
import { scope } from './guards/scope.ts';
import { senderProof } from './guards/sender-proof.ts';
import { routeSizeLimit, sizeLimit } from './guards/size-limit.ts';
import { acceptedHosts, transport } from './guards/transport.ts';
import type { KeySource } from './key-source.ts';
import type { Nonces } from './nonces.ts';
import type { AnswerFields } from './rate-limit.ts';
import type { TokenVerdicts } from './token-verdicts.ts';

/** Everything the guards are made of. */
export interface Parts {
  readonly routes: readonly Route[];
  /** Origin the app calls, in its normal form. */
  readonly publicUrl: string;
  readonly headerBytes: number;
  readonly issuer: string;
  readonly audience: string;
  readonly rateLimits: Policy['rateLimits'];
  readonly keys: KeySource;
  readonly verdicts: TokenVerdicts;
  readonly nonces: Nonces;
  readonly deviceKeys: DeviceKeys;
  readonly replayStore: ReplayStore;
  readonly rateLimiter: RateLimiter;
  readonly idempotencyStore: IdempotencyStore;
  readonly newSupportCode: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type Start = Arrival & AnswerFields;
type Admitted = FactsAfter<ReturnType<typeof admit>, Start>;

/** What every request passes first. Nothing is believed yet, and nothing here costs more than a look. */
export function admit({ newSupportCode, publicUrl, headerBytes, routes, rateLimiter, rateLimits }: Parts) {
  return ordered<Start>()([
    // First, so that whatever happens next has a name in the answer and in the log.
    correlationId(newSupportCode),
    // Only what every reader reads alike may be decided on: one host, one framing, one path.
    transport(acceptedHosts(publicUrl)),
    // Before any byte of a body is read.
    sizeLimit(headerBytes, Math.max(...routes.map(({ bodyBytes }) => bodyBytes))),
    // Default deny: what the policy does not list is not there.
    route(routes),
    // Before any signature is checked: a flood of made-up tokens must stay cheap.
    addressRateLimit(rateLimiter, rateLimits.address),
  ]);
}

/** What a request to a route with `access: 'user'` passes next, compiled once per route. */
export function admitUser(parts: Parts, of: Route) {
  const { rateLimiter, rateLimits, replayStore, idempotencyStore, publicUrl } = parts;
  const challenges = prepareChallenges(of.proof === 'if-bound', of.scopes);
  return compact(
    ordered<Admitted>()([
      routeSizeLimit(),
      // Who is asking: a token of our issuer, for us, in force.
      accessToken({ ...parts, challenges }),
      // Is it really them: the device key signed this very request, for the first time.
      senderProof({ ...parts, proof: of.proof, origin: publicUrl, replays: replayStore, challenges }),
      // After the proof, or a thief could spend the share of the owner.
      principalRateLimit(rateLimiter, rateLimits.principal),
      onlyIf(of.rateLimit !== undefined, () => routeRateLimit(rateLimiter, of.rateLimit ?? rateLimits.principal, of)),
      // May they do this.
      onlyIf(of.scopes.length > 0, () => scope(of.scopes, challenges)),
      // Last, because it remembers: what was refused above has used up no key.
      onlyIf(of.idempotency !== 'off', () => idempotency(idempotencyStore)),
    ]),
  );
}

/** What a request to a route with `access: 'public'` passes next. */
export function admitAnybody({ rateLimiter, rateLimits }: Parts, of: Route) {
  return compact(
    ordered<Admitted>()([
      routeSizeLimit(),
      onlyIf(of.rateLimit !== undefined, () => publicRouteRateLimit(rateLimiter, of.rateLimit ?? rateLimits.address, of)),
    ]),
  );
}
