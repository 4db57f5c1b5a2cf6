import type { SpkiPin } from '@sallyport/protocol';

/** One pin as a platform holds it. */
export interface ExpressedPin {
  readonly pin: SpkiPin;
  /** What is hashed. */
  readonly kind: 'spki' | 'certificate';
  /** Which certificate must match, where the platform asks; `any` elsewhere. */
  readonly place: 'leaf' | 'authority' | 'any';
}

export type AfterExpiry = 'refuse' | 'trust-store';

/** One host as a platform holds it: what is left of a set once everything the platform cannot say is gone. */
export interface ExpressedHost {
  readonly host: string;
  readonly includeSubdomains: boolean;
  readonly reportOnly: boolean;
  /** Date or instant as the platform writes it. */
  readonly expires?: string | undefined;
  /** Only with `expires`, and only where the platform can do either. */
  readonly afterExpiry?: AfterExpiry | undefined;
  readonly pins: readonly ExpressedPin[];
}

/** What a set says besides its hosts, in as far as the platform can hold it. */
export interface Expression {
  readonly hosts: readonly ExpressedHost[];
  readonly version?: number | undefined;
  readonly reportUri?: string | undefined;
}

/** What a platform can say. Each `false` or `none` becomes a note when the set asks for it. */
export interface Abilities {
  readonly subdomains: 'any-depth' | 'one-label' | 'none';
  readonly expiry: 'instant' | 'day' | 'none';
  /** What a platform does once the pins expired; more than one if it can be told. */
  readonly afterExpiry: readonly AfterExpiry[];
  /** `host`: each host for itself; `set`: all hosts or none. */
  readonly reportOnly: 'host' | 'set' | 'none';
  readonly reportUri: boolean;
  readonly certificatePins: boolean;
  readonly version: boolean;
  /** `any`: any certificate of the chain; `leaf`: the leaf only; `separate`: lists for leaf and authorities that must both match. */
  readonly place: 'any' | 'leaf' | 'separate';
}

/** A file to put into an app or beside it. */
export interface EmittedFile {
  readonly name: string;
  readonly text: string;
}

/**
 * One platform. `write` and `read` are inverse on everything {@link Abilities} admits; `emit` checks that on each run.
 */
export interface Emitter {
  readonly id: string;
  readonly title: string;
  readonly abilities: Abilities;
  /** Facts about the platform a reader of the output must know, whatever the set. */
  readonly remarks: readonly string[];
  write(expression: Expression, notes: readonly string[]): readonly EmittedFile[];
  /** Reads the platform's own format back. */
  read(files: readonly EmittedFile[]): Expression;
}
