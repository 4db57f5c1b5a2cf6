import { type OAuthStore, StoreUnavailableError } from '@sallyport/storage';
import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';
import { digestOf, open, seal } from '../seal.ts';

/** Longest id that is looked up, in characters. Ours have 43; a longer one is nobody's. */
const MAX_ID_LENGTH = 128;

/** What may be used once; the loser of a race is told so. */
const spent: Readonly<Record<string, () => Error>> = {
  ReplayDetection: () => new errors.InvalidGrant('DPoP proof replay detected'),
  PushedAuthorizationRequest: () => new errors.InvalidRequestUri('request_uri was already used'),
};

/** The store failed: 503, and a body that says no more than `server_error`. */
export class StoreFailed extends errors.OIDCProviderError {
  constructor(cause: StoreUnavailableError) {
    super(503, 'temporarily_unavailable');
    this.cause = cause;
  }
}

/**
 * Puts the token engine on an {@link OAuthStore}.
 *
 * The engine's ids are the raw tokens, codes and cookies. The store gets their digests only, and payloads sealed under a
 * key derived from the raw id, because payloads repeat ids. The engine reads before it writes; every write that must have
 * one winner (`consume`, a replay) is therefore decided by the store, and the loser throws.
 *
 * @param now milliseconds since 1970.
 */
export function storageAdapter(store: OAuthStore, now: () => number): AdapterFactory {
  return (kind) => (kind === 'Session' ? noSession : createAdapter(kind, store, now));
}

/** How a payload is sealed: bound to its kind. */
export function sealPayload(kind: string, id: string, payload: AdapterPayload): Uint8Array {
  return seal(id, `entry ${kind}`, Buffer.from(JSON.stringify(payload)));
}

function createAdapter(kind: string, store: OAuthStore, now: () => number): Adapter {
  return {
    upsert: (id, payload, lifetime) =>
      guarded(async () => {
        const expiresAt = payload.exp === undefined ? now() + (lifetime ?? 0) * 1000 : payload.exp * 1000;
        const grant = payload.grantId === undefined ? undefined : digestOf(payload.grantId);
        const entry = { kind, id: digestOf(id), payload: sealPayload(kind, id, payload), grant, expiresAt };
        if (kind !== 'ReplayDetection') await store.save(entry);
        else if (!(await store.claim(entry, now()))) throw lost(kind);
      }),
    find: (id) =>
      guarded(async () => {
        if (id.length > MAX_ID_LENGTH) return undefined;
        const found = await store.find(kind, digestOf(id));
        const bytes = found && open(id, `entry ${kind}`, found.payload);
        if (found === undefined || bytes === undefined) return undefined;
        const payload = JSON.parse(bytes.toString()) as AdapterPayload;
        // The columns are the truth: both may have changed since the payload was sealed.
        payload.exp = Math.floor(found.expiresAt / 1000);
        if (found.consumedAt !== undefined) payload.consumed = Math.floor(found.consumedAt / 1000);
        return payload;
      }),
    consume: (id) =>
      guarded(async () => {
        if (!(await store.consume(kind, digestOf(id), now()))) throw lost(kind);
      }),
    destroy: (id) => guarded(() => store.remove(kind, digestOf(id))),
    revokeByGrantId: (grantId) => guarded(() => store.removeOfGrant(kind, digestOf(grantId))),
    // Only the device flow and sessions are found so, and neither exists here.
    findByUserCode: async () => undefined,
    findByUid: async () => undefined,
  };
}

/**
 * The browser keeps no session: every sign-in asks for the password. A session would outlive a sign-out in the app, and
 * whoever holds the phone would then be signed in again without being asked.
 */
const noSession: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
};

function lost(kind: string): Error {
  return spent[kind]?.() ?? new errors.InvalidGrant(`${kind} was already used`);
}

/** A store that fails is a 503, never a reason to go on. */
export async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StoreUnavailableError ? new StoreFailed(error) : error;
  }
}
