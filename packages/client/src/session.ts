import type { DpopSigner } from '@sallyport/protocol';
import { createCancellation, untilCancelled } from './cancellation.ts';
import { type Credentials, formatCredentials, parseCredentials } from './credentials.ts';
import { ClientError, LockTimeoutError, type SessionEnd, SessionEndedError, StoreLockedError } from './errors.ts';
import type { Renewal } from './oauth/renew-tokens.ts';
import type { CancelSignal, Clock, CredentialStore, DeviceKey, Lock, Logger } from './ports.ts';
import { createRefreshBreaker } from './refresh-breaker.ts';

/** Renew when less than this is left of an access token, in milliseconds (REQUIREMENTS C6) … */
const EARLY = 300_000;
/** … but of a short-lived token never more than its last third, or every request would renew it. */
const EARLY_SHARE = 1 / 3;

/** How long a request waits for an early renewal before it goes on with the token that is still good, in milliseconds. */
const EARLY_PATIENCE = 3000;

/** After an early renewal failed or dawdled, none is waited for so long, in milliseconds; the token at hand is still good. */
const EARLY_PAUSE = 10_000;

/** How long to wait for another process that renews: as long as its attempts usually take at the worst. In milliseconds. */
const RENEWAL_PATIENCE = 35_000;

/** How long a sign-out waits for the lock before it wipes all the same, in milliseconds. */
const SIGN_OUT_PATIENCE = 5000;

/** Tokens, and the key that proves that they are ours. */
export interface Grant {
  readonly credentials: Credentials;
  readonly signer: DpopSigner;
}

interface SessionOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly store: CredentialStore;
  readonly deviceKey: DeviceKey;
  readonly lock: Lock;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asks the token endpoint; see {@link Renewal}. */
  readonly renewTokens: (grant: Grant, signal: CancelSignal) => Promise<Renewal>;
}

export interface Session {
  /** The tokens to use now, renewed first when they are about to expire. @throws ClientError `sign-in-required`, `session-ended`, `store-locked` */
  fresh(signal: CancelSignal | undefined): Promise<Grant>;
  /**
   * New tokens after those of `generation` were refused.
   *
   * @returns `undefined` when there were too many such renewals; the refusal then goes to the caller.
   */
  renewRefused(generation: string, signal: CancelSignal | undefined): Promise<Grant | undefined>;
  /** New tokens now, whatever is left of the old ones. */
  renew(signal: CancelSignal | undefined): Promise<Grant>;
  read(): Promise<Credentials | undefined>;
  /** Takes over what a sign-in brought. */
  adopt(credentials: Credentials): Promise<void>;
  /** Forgets the tokens on this device and ends the session. @returns what was forgotten, so that it can be revoked. */
  wipe(): Promise<{ readonly credentials: Credentials; readonly signer: DpopSigner | undefined } | undefined>;
  /** Forgets the key, last: the revocation is signed with it. */
  dropKey(): Promise<void>;
  onEnded(listener: (why: SessionEnd) => void): () => void;
}

interface Flight {
  readonly generation: string;
  readonly result: Promise<Grant>;
  end(): void;
}

/**
 * The one keeper of the session. One renewal at a time, for one generation of tokens, under a lock that other processes
 * share; the new pair is saved before anybody goes on with it; the session ends once.
 */
export function createSession(options: SessionOptions): Session {
  const { issuer, clientId, store, deviceKey, lock, clock, logger, renewTokens } = options;
  const listeners = new Set<(why: SessionEnd) => void>();
  const breaker = createRefreshBreaker(clock);
  let flight: Flight | undefined;
  /** Generation this client knows of: what tells "has ended" from "never was". */
  let known: string | undefined;
  /** Counts beginnings and ends, so that a read that was under way meanwhile does not bring the past back. */
  let epoch = 0;
  let lastEnd: SessionEnd = 'ended-elsewhere';
  let earlyPauseEnds = Number.NEGATIVE_INFINITY;

  function begin(generation: string): void {
    known = generation;
    epoch++;
  }

  function end(why: SessionEnd): void {
    if (known === undefined) return;
    known = undefined;
    lastEnd = why;
    epoch++;
    logger.log({ event: 'session-ended', why });
    for (const listener of [...listeners]) {
      try {
        listener(why);
      } catch {
        // A listener's fault must not keep the next one from hearing of it.
        logger.log({ event: 'listener-failed', listener: 'onSessionEnded' });
      }
    }
  }

  async function read(): Promise<Credentials | undefined> {
    const before = epoch;
    const text = await store.read();
    const found = text === undefined ? undefined : parseCredentials(text);
    const credentials = found?.issuer === issuer && found.clientId === clientId ? found : undefined;
    if (epoch === before) {
      if (credentials === undefined) end('ended-elsewhere');
      else known = credentials.generation;
    }
    return credentials;
  }

  /** The tokens with their key; `undefined` when that is gone or another one, as after a restored backup. */
  async function withKey(credentials: Credentials): Promise<Grant | undefined> {
    const signer = await deviceKey.load();
    return signer?.jwk.x === credentials.jwk.x && signer.jwk.y === credentials.jwk.y ? { credentials, signer } : undefined;
  }

  /** The tokens with their key, under the lock: without it they are worthless for good. */
  async function demandKey(credentials: Credentials): Promise<Grant> {
    const grant = await withKey(credentials);
    if (grant === undefined) throw await endIfStill(credentials.generation, 'device-key-lost');
    return grant;
  }

  /** Under the lock: ends the session on this device, unless somebody has already put a newer one in its place. */
  async function endIfStill(generation: string, why: SessionEnd): Promise<SessionEndedError> {
    if ((await read())?.generation === generation) {
      await store.clear();
      // A key that is there although ours is lost belongs to a sign-in that is under way.
      if (why !== 'device-key-lost') await deviceKey.remove();
      end(why);
    }
    return new SessionEndedError(why);
  }

  function fly(generation: string): Promise<Grant> {
    if (flight?.generation === generation) return flight.result;
    const earlier = flight?.result;
    const cancellation = createCancellation<SessionEnd>();
    const result = (async () => {
      await earlier?.catch(() => undefined);
      try {
        return await lock.run(RENEWAL_PATIENCE, () => renewUnderLock(generation, cancellation.signal));
      } catch (error) {
        throw cancellation.why === undefined ? error : new SessionEndedError(cancellation.why);
      }
    })();
    const own: Flight = { generation, result, end: () => cancellation.cancel('signed-out') };
    flight = own;
    const land = () => {
      if (flight === own) flight = undefined;
    };
    result.then(land, land);
    return result;
  }

  async function renewUnderLock(generation: string, signal: CancelSignal): Promise<Grant> {
    const current = await read();
    if (current === undefined) throw new SessionEndedError(lastEnd);
    const grant = await demandKey(current);
    // Somebody else was faster; their tokens are as good.
    if (current.generation !== generation) return grant;
    if (current.refreshToken === undefined) throw await endIfStill(generation, 'expired');
    const renewal = await untilCancelled(signal, renewTokens(grant, signal));
    if (renewal.refused) {
      const now = await read();
      if (now !== undefined && now.generation !== generation) return demandKey(now);
      throw await endIfStill(generation, 'refused');
    }
    // Signed out while we asked (here or, had its patience run out, elsewhere): the new pair must not bring the session back.
    if ((await read())?.generation !== generation || signal.aborted) throw new SessionEndedError('signed-out');
    await store.save(formatCredentials(renewal.credentials));
    begin(renewal.credentials.generation);
    return { credentials: renewal.credentials, signer: grant.signer };
  }

  function waitFor(work: Promise<Grant>, signal: CancelSignal | undefined): Promise<Grant> {
    return signal === undefined ? work : untilCancelled(signal, work);
  }

  /** An early renewal that fails or dawdles costs nothing: the token at hand is still good. */
  async function renewEarly(grant: Grant, signal: CancelSignal | undefined): Promise<Grant> {
    if (clock.uptime() < earlyPauseEnds) return grant;
    const giveUp = () => {
      earlyPauseEnds = clock.uptime() + EARLY_PAUSE;
      return grant;
    };
    let stop = (): void => {};
    const patience = new Promise<Grant>((resolve) => {
      stop = clock.after(EARLY_PATIENCE, () => resolve(giveUp()));
    });
    const attempt = fly(grant.credentials.generation).catch((error) => {
      if (error instanceof SessionEndedError) throw error;
      return giveUp();
    });
    try {
      return await waitFor(Promise.race([attempt, patience]), signal);
    } finally {
      stop();
    }
  }

  return {
    read,
    async fresh(signal) {
      const credentials = await read();
      if (credentials === undefined) throw new ClientError('sign-in-required');
      const { generation, expiresAt, lifetime, refreshToken } = credentials;
      const left = expiresAt - clock.now();
      const grant = await withKey(credentials);
      // A lost key is judged where renewals are, under the lock: a sign-in elsewhere may be putting both in place just now.
      if (grant === undefined || left <= 0) return waitFor(fly(generation), signal);
      const early = left < Math.min(EARLY, lifetime * EARLY_SHARE) && refreshToken !== undefined;
      return early ? renewEarly(grant, signal) : grant;
    },
    async renewRefused(generation, signal) {
      const current = await read();
      if (current === undefined) throw new SessionEndedError(lastEnd);
      if (current.generation !== generation) return (await withKey(current)) ?? waitFor(fly(current.generation), signal);
      // Joining a renewal that is under way is no further renewal.
      if (flight?.generation !== generation && !breaker.allow()) {
        logger.log({ event: 'renewal-stopped', why: 'too many renewals after 401' });
        return undefined;
      }
      return waitFor(fly(generation), signal);
    },
    async renew(signal) {
      const credentials = await read();
      if (credentials === undefined) throw new ClientError('sign-in-required');
      return waitFor(fly(credentials.generation), signal);
    },
    async adopt(credentials) {
      await lock.run(RENEWAL_PATIENCE, () => store.save(formatCredentials(credentials)));
      begin(credentials.generation);
    },
    async wipe() {
      flight?.end();
      const forget = async () => {
        const credentials = await read();
        await store.clear();
        return credentials;
      };
      try {
        const credentials = await lock.run(SIGN_OUT_PATIENCE, forget).catch((error) => {
          // Another process hangs with the lock. The user said sign out.
          if (error instanceof LockTimeoutError) return forget();
          throw error;
        });
        end('signed-out');
        return credentials && { credentials, signer: await deviceKey.load().catch(() => undefined) };
      } catch (error) {
        // A store that cannot forget: without the key what it holds is worthless. A locked one will forget later.
        if (!(error instanceof StoreLockedError)) await deviceKey.remove();
        throw error;
      }
    },
    dropKey: () => deviceKey.remove(),
    onEnded(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
