import type { ReasonCode } from '@sallyport/protocol';

/** Header fields a refusal adds, such as `Retry-After` or `DPoP-Nonce`. */
export type RefusalHeaders = Readonly<Record<string, string>>;

/** A refusal: the one reason, what the log may know beyond it, and fields the caller needs to do better. */
export interface Refusal {
  readonly reason: ReasonCode;
  /** For the protected log only. Must hold no secret. */
  readonly detail?: string | undefined;
  readonly headers?: RefusalHeaders | undefined;
}

/** What a guard says: pass (with the facts it found out), or refuse. */
export type Verdict<Gives extends object> = { readonly facts: Gives } | { readonly refusal: Refusal };

/** The verdict of a guard that has nothing to add. One shared object, so that passing costs nothing. */
export const PASS: Verdict<Record<never, never>> = Object.freeze({ facts: Object.freeze({}) });

/** A verdict of refusal. @example return refuse('token-expired') */
export function refuse(reason: ReasonCode, detail?: string, headers?: RefusalHeaders): { readonly refusal: Refusal } {
  return { refusal: { reason, detail, headers } };
}

/**
 * One check on the way of a request. It reads the facts earlier guards gave and either adds its own or refuses. There is
 * no `next()`: a guard cannot run what comes after it, so it cannot run it twice, late, or in spite of a refusal.
 *
 * `Needs` are the facts it reads, `Gives` the facts it adds; {@link ordered} makes a wrong order a compile error.
 */
export interface Guard<Needs extends object, Gives extends object = Record<never, never>> {
  readonly name: string;
  /** Every reason this guard can give; `judge` turns any other into an `internal-error`. */
  readonly refuses: readonly ReasonCode[];
  check(facts: Needs): Verdict<Gives> | Promise<Verdict<Gives>>;
}
