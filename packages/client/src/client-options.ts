import { isPlainPath, parseAddress } from './client-address.ts';
import { ClientError } from './errors.ts';
import { isSecureAddress } from './interceptors/https-only.ts';
import type { Platform } from './ports.ts';

/** What an app tells the client. None of it is a secret. */
export interface ClientOptions {
  /** Address of the API, as the gateway's publicUrl has it. Paths of requests are put behind it. */
  readonly api: string;
  /** The auth server, character by character as it names itself. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where the system browser comes back to, character by character as registered. */
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly platform: Platform;
  /** The API as tokens name it (RFC 8707). Default: `api`. */
  readonly resource?: string;
  /** Milliseconds for a whole call: all attempts, waits and a renewal. Default 30 s. */
  readonly timeout?: number;
  /** Milliseconds for one attempt of a call that may be repeated. Default half of `timeout`, so that a second one fits. */
  readonly attemptTimeout?: number;
  /** Largest answer, in bytes. Default 10 MiB. */
  readonly maxBytes?: number;
  /** Hosts, `host` or `host:port`, that may be called over plain HTTP. For development, by name, none by default. */
  readonly plainHttpHosts?: readonly string[];
}

/** REQUIREMENTS C1. */
const TIMEOUT = 30_000;

/** 10 MiB: more in one answer is a mistake or an attack on the memory of a phone. */
const MAX_BYTES = 10_485_760;

/** 24 days: more milliseconds, and platforms' timers (32 bits, signed) fire at once. */
const MAX_NUMBER = 2_147_483_647;

/** Absolute address with a scheme; no query or fragment, which the answer is put into. */
const REDIRECT_URI = /^[a-z][a-z0-9+.-]*:[\x21\x24-\x3e\x40-\x5b\x5d-\x7e]+$/;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ClientError `insecure-url` or `invalid-option`, naming the option.
 */
export function readOptions(options: ClientOptions): Required<ClientOptions> {
  const { timeout = TIMEOUT, maxBytes = MAX_BYTES, plainHttpHosts = [], resource = options.api } = options;
  const { attemptTimeout = timeout / 2 } = options;
  for (const name of ['api', 'issuer'] as const) {
    const url = options[name];
    const address = parseAddress(url);
    if (address === undefined || url.includes('?') || !isPlainPath(address.path))
      throw invalid(name, 'an https:// address with at most a plain path, without query and fragment');
    if (!isSecureAddress(url, plainHttpHosts)) throw new ClientError('insecure-url');
  }
  if (options.clientId === '') throw invalid('clientId', 'the client_id as registered');
  if (!REDIRECT_URI.test(options.redirectUri)) throw invalid('redirectUri', 'an address such as com.example.app:/signed-in, without query');
  if (options.scopes.some((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)))
    throw invalid('scopes', 'scopes without spaces or quotes');
  for (const [name, value] of Object.entries({ timeout, attemptTimeout, maxBytes })) {
    if (!(value > 0 && value <= MAX_NUMBER)) throw invalid(name, `a number above 0 and at most ${MAX_NUMBER}`);
  }
  for (const host of plainHttpHosts) {
    if (parseAddress(`http://${host}/`)?.authority !== host) throw invalid('plainHttpHosts', 'a list of host or host:port, in lower case');
  }
  return { ...options, resource, timeout, attemptTimeout, maxBytes, plainHttpHosts };
}

function invalid(name: string, wanted: string): ClientError {
  return new ClientError('invalid-option', `The option ${name} must be ${wanted}.`);
}
