import type { DpopSigner } from '@sallyport/protocol';

/**
 * Tells work to stop. The part of the platform's `AbortSignal` that we use, named here because React Native's engine has
 * none; a real `AbortSignal` fits.
 */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** One HTTP request as it goes out. The header names are in lower case. */
export interface TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** When it fires, stop at once. Time limits reach the transport through it too. */
  readonly signal: CancelSignal;
  /** Largest response body, in bytes. A larger one is a `too-large` failure, found while it arrives. */
  readonly maxBytes: number;
}

/** One HTTP response, whole. The header names are in lower case; repeated fields are joined by a comma. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Carries one request to a server and the answer back. It follows no redirect, keeps no cookie and no cache, checks the
 * certificate, the host name and the pins, and retries nothing.
 */
export interface Transport {
  /** @throws TransportError for every failure; it says whether the request may have reached the server. */
  send(request: TransportRequest): Promise<TransportResponse>;
}

/**
 * Keeps one small secret text: keychain, keystore, or memory.
 *
 * Locked is not absent: a store that cannot be read now throws {@link StoreLockedError} and never answers `undefined`,
 * because `undefined` signs the user out.
 */
export interface CredentialStore {
  /** @returns the text, or `undefined` when there is none. */
  read(): Promise<string | undefined>;
  /** Replaces the text, all or nothing: after a crash the store holds the old one or the new one. */
  save(text: string): Promise<void>;
  clear(): Promise<void>;
}

/**
 * The ES256 key pair that stands for this device: Secure Enclave, StrongBox, or a key that cannot be exported. One per
 * installation.
 */
export interface DeviceKey {
  /** @returns the key, or `undefined` when there is none (new installation, restored backup). */
  load(): Promise<DpopSigner | undefined>;
  /** Makes a new key in place of any old one. */
  create(): Promise<DpopSigner>;
  remove(): Promise<void>;
}

/** One holder at a time among everybody who shares a credential store: other clients, other tabs, other processes. */
export interface Lock {
  /**
   * Runs the task while holding the lock, and gives the lock back however it ends.
   *
   * @param patience milliseconds to wait for the lock.
   * @throws LockTimeoutError when it was not free in time; the task has not run.
   */
  run<T>(patience: number, task: () => Promise<T>): Promise<T>;
}

/** Time. Injected, so that no test sleeps. */
export interface Clock {
  /** Milliseconds since 1970, by the device; it may be wrong and it may jump. */
  now(): number;
  /** Milliseconds since some start; never jumps. */
  uptime(): number;
  /** Calls back once after so many milliseconds. @returns cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export interface Random {
  /** Bytes of a cryptographic generator. */
  bytes(count: number): Uint8Array;
}

export interface Digest {
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
}

/** One thing that happened. Values are redacted before a logger sees them. */
export interface LogRecord {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface Logger {
  log(record: LogRecord): void;
}

/** The system's browser, never an embedded web view (RFC 8252 §8.12). */
export interface SystemBrowser {
  /**
   * Shows the address and waits until the browser comes back to the redirect URI.
   *
   * @returns the whole address it came back with, or `undefined` when the user closed it.
   */
  open(url: string, redirectUri: string): Promise<string | undefined>;
}

/** Everything a platform supplies. The adapters `memory` and `node` answer it. */
export interface Platform {
  readonly transport: Transport;
  readonly store: CredentialStore;
  readonly deviceKey: DeviceKey;
  readonly lock: Lock;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  readonly browser: SystemBrowser;
  readonly logger?: Logger | undefined;
}
