import { livePins } from '../set/live-pins.ts';
import type { Pin, PinnedHost, PinSet } from '../set/pin-set.ts';
import type { Renewal } from './lifetime-calendar.ts';
import type { Outcome, PinLife, PlanCertificate, ScenarioId } from './plan.ts';

export interface Situation {
  readonly set: PinSet;
  readonly host: PinnedHost;
  /** `undefined`: not looked at. */
  readonly chain: readonly PlanCertificate[] | undefined;
  readonly renewals: readonly Renewal[];
  readonly lives: readonly PinLife[];
  readonly now: number;
  readonly until: number;
}

type Judge = (situation: Situation) => Omit<Outcome, 'id' | 'stranded' | 'strandedShare'> & {
  /** The pins that are still a way to life; an app version that carries none of them is cut off. */
  readonly left: readonly Pin[];
};

/** Every scenario with its judge, told in this order. */
const judges: readonly (readonly [ScenarioId, Judge])[] = [
  ['today', judgeToday],
  ['renewal', judgeRenewal],
  ['leaf-key-lost', (situation) => judgeLoss(situation, (pin) => isServed(pin, situation), 'the leaf key is stolen or lost', BACKUP)],
  [
    'issuer-changed',
    (situation) =>
      judgeLoss(situation, isIssuer, 'the issuer, its intermediate or root changes', 'Pin the key served and a backup key of your own.'),
  ],
  [
    'backup-lost',
    (situation) =>
      judgeLoss(
        situation,
        (pin) => pin.role === 'backup' && !isServed(pin, situation),
        'the backup key is lost',
        'Pin the key served, and keep it at renewals.',
      ),
  ],
  [
    'leaf-and-issuer-lost',
    (situation) =>
      judgeLoss(
        situation,
        (pin) => isServed(pin, situation) || isIssuer(pin),
        'the leaf key is stolen and the certificate must come from another issuer',
        BACKUP,
      ),
  ],
  ['issuer-expires', judgeIssuerExpiry],
  ['pins-expire', judgePinExpiry],
];

const BACKUP = 'Make a key, keep it offline, and pin it with role "backup".';

/** Whether a pin is of the key in use: it has that role, or the host shows it as its leaf. */
function isServed(pin: Pin, { chain }: Situation): boolean {
  return pin.role === 'leaf' || pin.kind === 'certificate' || chain?.[0]?.pin === pin.pin;
}

const isIssuer = ({ role }: Pin) => role === 'intermediate' || role === 'root';

/** How a host fares in every scenario, and which app versions in use are cut off. */
export function judgeScenarios(situation: Situation): readonly Outcome[] {
  return judges.map(([id, judge]) => {
    const { left, ...outcome } = judge(situation);
    const stranded = outcome.verdict === 'unknown' ? [] : cutOff(situation, left);
    const survives = outcome.verdict === 'survives' && stranded.length > 0 && id !== 'pins-expire';
    return {
      id,
      ...outcome,
      ...(survives && {
        verdict: 'breaks' as const,
        why: `${outcome.why}; but app ${stranded.map(({ version }) => version).join(', ')} carries none of these pins`,
        remedy: 'Wait until these versions are out of use, or force their update (supported: false).',
      }),
      stranded: stranded.map(({ version }) => version),
      strandedShare: shareOf(stranded),
    };
  });
}

function cutOff({ set, host }: Situation, left: readonly Pin[]) {
  return set.apps.filter(({ version, supported }) => {
    const carries = ({ carriedBy }: Pin) => carriedBy.includes(version);
    return supported && host.pins.some(carries) && !left.some(carries);
  });
}

function shareOf(apps: PinSet['apps']): number | undefined {
  if (apps.some(({ share }) => share === undefined)) return undefined;
  return apps.reduce((sum, { share = 0 }) => sum + share, 0);
}

function judgeToday({ host, chain, now }: Situation): ReturnType<Judge> {
  const live = livePins(host);
  if (chain === undefined)
    return { verdict: 'unknown', left: live, why: 'the live chain was not looked at', remedy: 'Plan with the host reachable.' };
  const left = live.filter(({ pin, kind }) => chain.some((each) => (kind === 'spki' ? each.pin : each.certificatePin) === pin));
  const expired = chain.find(({ notAfter }) => notAfter <= now);
  if (expired !== undefined) {
    return {
      verdict: 'breaks',
      at: expired.notAfter,
      left: [],
      why: `${expired.subject} has expired`,
      remedy: 'Renew the certificate now.',
    };
  }
  return left.length > 0
    ? { verdict: 'survives', left, why: `the host shows what is pinned: ${describe(left)}`, remedy: '' }
    : {
        verdict: 'breaks',
        at: now,
        left,
        why: 'no certificate the host shows has an active pin',
        remedy: 'Serve a pinned key, or pin the one served.',
      };
}

function judgeRenewal(situation: Situation): ReturnType<Judge> {
  const { host, lives, renewals, chain, until } = situation;
  const next = renewals[0];
  const live = livePins(host);
  if (next === undefined) return { verdict: 'survives', left: live, why: 'no renewal falls into this time', remedy: '' };
  // A backup key that is not served does not help here: the renewal happens by itself, and serves what it makes.
  const served = (pin: Pin) => (chain === undefined ? pin.role !== 'backup' : chain.some((each) => each.pin === pin.pin));
  const left = live.filter((pin) => pin.kind === 'spki' && served(pin) && (isIssuer(pin) || host.keepsKey));
  const lasting = left.filter((pin) => (lives.find((life) => life.pin === pin.pin)?.endsAt ?? Number.POSITIVE_INFINITY) > next.at);
  const perYear = Math.round((renewals.length / Math.max(1, until - situation.now)) * 365 * 86_400_000 * 10) / 10;
  if (chain === undefined && !host.keepsKey && !lasting.some(isIssuer)) {
    return {
      verdict: 'unknown',
      left: live,
      why: 'the live chain was not looked at, and renewals make a new key',
      remedy: 'Plan with the host reachable.',
    };
  }
  return lasting.length > 0
    ? {
        verdict: 'survives',
        at: next.at,
        left: lasting,
        why: `${renewals.length} renewals (${perYear} a year) keep what is pinned: ${describe(lasting)}`,
        remedy: '',
      }
    : {
        verdict: 'breaks',
        at: next.at,
        left: lasting,
        why: 'the next renewal serves a key that no app has pinned',
        remedy: 'Let renewals reuse the key (certbot --reuse-key) and set keepsKey, or stage the next key before it is served.',
      };
}

function judgeLoss({ host }: Situation, lost: (pin: Pin) => boolean, what: string, remedy: string): ReturnType<Judge> {
  const left = livePins(host).filter((pin) => !lost(pin) && pin.kind === 'spki');
  return left.length > 0
    ? { verdict: 'survives', left, why: `if ${what}, there remains: ${describe(left)}`, remedy: '' }
    : { verdict: 'breaks', left, why: `if ${what}, no active pin remains`, remedy };
}

function describe(pins: readonly Pin[]): string {
  return [...new Set(pins.map(({ role }) => role))].join(', ');
}

function judgeIssuerExpiry({ host, lives, until }: Situation): ReturnType<Judge> {
  const live = livePins(host);
  const endOf = ({ pin }: Pin) => lives.find((life) => life.pin === pin)?.endsAt ?? Number.POSITIVE_INFINITY;
  const ends = live
    .filter(isIssuer)
    .map(endOf)
    .filter((end) => end <= until)
    .sort((a, b) => a - b);
  const [first] = ends;
  if (first === undefined) return { verdict: 'survives', left: live, why: 'no pinned issuer ends in this time', remedy: '' };
  // One after the other: that a second issuer outlives the first helps only until it ends too.
  const leftAfter = (end: number) => live.filter((pin) => endOf(pin) > end);
  const last = ends.find((end) => leftAfter(end).length === 0);
  if (last !== undefined) {
    return {
      verdict: 'breaks',
      at: last,
      left: [],
      why: 'by then every pinned issuer has ended and nothing else is pinned',
      remedy: 'Pin keys of your own before that.',
    };
  }
  const left = leftAfter(ends.at(-1) ?? first);
  return { verdict: 'survives', at: first, left, why: `a pinned issuer ends, and there remains: ${describe(left)}`, remedy: '' };
}

function judgePinExpiry({ host, until }: Situation): ReturnType<Judge> {
  const left = livePins(host);
  const at = host.expires === undefined ? undefined : Date.parse(host.expires);
  if (at === undefined || at > until) return { verdict: 'survives', left, why: 'the pins do not expire in this time', remedy: '' };
  return host.afterExpiry === 'refuse'
    ? {
        verdict: 'breaks',
        at,
        left: [],
        why: 'apps that are not updated by then refuse the host',
        remedy: 'Release an app with a later expiry well before.',
      }
    : { verdict: 'survives', at, left, why: 'from then on any publicly trusted certificate passes: the pins protect no more', remedy: '' };
}
