import type { SpkiPin } from '@sallyport/protocol';
import type { CertificateRole } from '../material/certificate-role.ts';

/** A certificate as a plan needs it. Times in milliseconds since 1970. */
export interface PlanCertificate {
  readonly role: CertificateRole;
  readonly pin: SpkiPin;
  readonly certificatePin: SpkiPin;
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** What can happen to a host, in the order a plan tells it. */
export const SCENARIOS = [
  'today',
  'renewal',
  'leaf-key-lost',
  'issuer-changed',
  'backup-lost',
  'leaf-and-issuer-lost',
  'issuer-expires',
  'pins-expire',
] as const;
export type ScenarioId = (typeof SCENARIOS)[number];

/** How a host fares in one scenario. */
export interface Outcome {
  readonly id: ScenarioId;
  /** `unknown`: the live chain was not looked at. */
  readonly verdict: 'survives' | 'breaks' | 'unknown';
  /** When it happens, if it has a date. */
  readonly at?: number | undefined;
  readonly why: string;
  /** What to do; empty when it survives. */
  readonly remedy: string;
  /** App versions in use that are cut off, and their share of all users (`undefined` when shares are not known). */
  readonly stranded: readonly string[];
  readonly strandedShare?: number | undefined;
}

/** One thing that happens on a day. */
export interface PlanEvent {
  readonly at: number;
  readonly kind: 'renewal' | 'lifetime-cap' | 'certificate-expires' | 'pin-ends' | 'pins-expire' | 'rehearsal-due';
  readonly severity: 'info' | 'warning' | 'break';
  readonly text: string;
}

/** How long a pin is a way to life: a bar of the timeline. */
export interface PinLife {
  readonly pin: SpkiPin;
  readonly label: string;
  readonly role: string;
  readonly state: string;
  /** When it stops being one; `undefined`: nothing known ends it. */
  readonly endsAt?: number | undefined;
  readonly why: string;
}

export interface HostPlan {
  readonly host: string;
  /** `breaks`: apps are cut off by what is sure to come. `single-path`: one mishap cuts them off. */
  readonly verdict: 'survives' | 'single-path' | 'breaks';
  readonly outcomes: readonly Outcome[];
  readonly events: readonly PlanEvent[];
  readonly lives: readonly PinLife[];
}

export interface Plan {
  readonly at: number;
  readonly until: number;
  readonly version: number;
  readonly verdict: HostPlan['verdict'];
  readonly hosts: readonly HostPlan[];
}
