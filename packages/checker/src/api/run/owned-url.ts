import type { CheckApiOptions } from '../options.ts';
import { isLoopback, type Target } from '../target.ts';

/** A host a credential may go to: the target's own, loopback, or one the user calls their own. */
function isOwned(host: string, target: Target, { owned = [] }: CheckApiOptions): boolean {
  return host === target.host || isLoopback(host) || owned.includes(host);
}

/** An address a credential may go to: of an owned host, and over TLS unless it never leaves the machine. */
export function isOwnedUrl(text: string, target: Target, options: CheckApiOptions): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return isOwned(hostname, target, options) && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}
