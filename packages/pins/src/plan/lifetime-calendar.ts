const DAY = 86_400_000;

/**
 * The longest life a public TLS certificate may have, in days, by its day of issue: CA/Browser Forum Baseline Requirements
 * §6.3.2 as changed by ballot SC-081v3.
 */
export const LIFETIME_CAPS = [
  { from: Date.parse('2020-09-01T00:00:00Z'), days: 398 },
  { from: Date.parse('2026-03-15T00:00:00Z'), days: 200 },
  { from: Date.parse('2027-03-15T00:00:00Z'), days: 100 },
  { from: Date.parse('2029-03-15T00:00:00Z'), days: 47 },
] as const;

/** The cap for a certificate issued at an instant, in days. @example lifetimeCap(Date.parse('2027-06-01')) // 100 */
export function lifetimeCap(issuedAt: number): number {
  return LIFETIME_CAPS.findLast(({ from }) => issuedAt >= from)?.days ?? 825;
}

/** One certificate of the renewals to come; all in milliseconds since 1970. */
export interface Renewal {
  readonly at: number;
  readonly notAfter: number;
  readonly lifetimeDays: number;
}

/** Renewals that are looked at, at most: 47-day certificates for thirty years are 350. */
const MAX_RENEWALS = 1000;

/**
 * The renewals of a certificate until a horizon: at two thirds of its life, as ACME clients do, with the lifetime it has
 * had so far as long as the calendar allows it.
 *
 * @param capped whether the calendar binds the issuer; a private authority it does not.
 */
export function renewalsUntil(
  leaf: { readonly notBefore: number; readonly notAfter: number },
  horizon: number,
  now: number,
  capped: boolean,
): readonly Renewal[] {
  const usual = Math.max(1, (leaf.notAfter - leaf.notBefore) / DAY);
  const renewals: Renewal[] = [];
  let { notBefore, notAfter } = leaf;
  while (renewals.length < MAX_RENEWALS) {
    // One that is overdue happens now.
    const at = Math.max(now, notBefore + ((notAfter - notBefore) * 2) / 3);
    if (at > horizon) break;
    const lifetimeDays = capped ? Math.min(usual, lifetimeCap(at)) : usual;
    [notBefore, notAfter] = [at, at + lifetimeDays * DAY];
    renewals.push({ at, notAfter, lifetimeDays });
  }
  return renewals;
}
