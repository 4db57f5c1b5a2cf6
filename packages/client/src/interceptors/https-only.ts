import type { Interceptor } from '../call.ts';
import { parseAddress } from '../client-address.ts';
import { ClientError } from '../errors.ts';

/**
 * Whether an address may be used (REQUIREMENTS C2).
 *
 * @param plainHttpHosts the exceptions, each one `host` or `host:port` by name. There is no way to except everything.
 */
export function isSecureAddress(url: string, plainHttpHosts: readonly string[]): boolean {
  const address = parseAddress(url);
  return address?.scheme === 'https' || (address !== undefined && plainHttpHosts.includes(address.authority));
}

/** Lets nothing out over plain HTTP, whoever built the address. */
export function httpsOnly(plainHttpHosts: readonly string[]): Interceptor {
  return (call, next) => (isSecureAddress(call.url, plainHttpHosts) ? next(call) : Promise.reject(new ClientError('insecure-url')));
}
