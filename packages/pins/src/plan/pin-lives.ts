import { livePins } from '../set/live-pins.ts';
import type { Pin, PinnedHost } from '../set/pin-set.ts';
import type { Renewal } from './lifetime-calendar.ts';
import type { PinLife, PlanCertificate } from './plan.ts';

const DAY = 86_400_000;

/**
 * When each live pin of a host stops being a way to life, if nothing but what is sure to come happens.
 *
 * A leaf key lives as long as renewals keep it; a whole certificate until the next renewal; an issuer until it is too old
 * to issue a leaf that it outlives; a backup key for ever.
 */
export function pinLives(
  host: PinnedHost,
  chain: readonly PlanCertificate[] | undefined,
  renewals: readonly Renewal[],
): readonly PinLife[] {
  return livePins(host).map((pin) => ({
    pin: pin.pin,
    label: pin.label ?? `${pin.pin.slice(0, 8)}…`,
    role: pin.kind === 'certificate' ? `${pin.role}, whole certificate` : pin.role,
    state: pin.state,
    ...lifeOf(pin, host, chain, renewals),
  }));
}

function lifeOf(pin: Pin, host: PinnedHost, chain: readonly PlanCertificate[] | undefined, renewals: readonly Renewal[]) {
  const next = renewals[0]?.at;
  const seen = chain?.find((each) => each.pin === pin.pin || each.certificatePin === pin.pin);
  const notAfter = seen?.notAfter ?? (pin.notAfter === undefined ? undefined : Date.parse(pin.notAfter));
  if (pin.role === 'backup' && pin.kind === 'spki') return { why: 'own key, held offline' };
  if (pin.kind === 'certificate') return { endsAt: earliest(next, notAfter), why: 'a whole certificate ends with the next renewal' };
  if (pin.role === 'leaf') {
    return host.keepsKey ? { why: 'own key, kept at renewals' } : { endsAt: next, why: 'renewals make a new key (keepsKey is false)' };
  }
  const lifetime = (renewals[0]?.lifetimeDays ?? 90) * DAY;
  // An authority stops issuing from a certificate that would end before what it issues.
  return notAfter === undefined
    ? { endsAt: next, why: 'the issuer may change at any renewal, and its expiry is not known' }
    : {
        endsAt: pin.role === 'root' ? notAfter : notAfter - lifetime,
        why: `the ${pin.role} expires on ${new Date(notAfter).toISOString().slice(0, 10)}`,
      };
}

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
