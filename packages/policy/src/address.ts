import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** RFC 1918, RFC 6598 (carrier-grade), link-local and unique local addresses: nothing on them crosses the open internet. */
const ownNetwork = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  ownNetwork.addSubnet(net, prefix, 'ipv4');
ownNetwork.addSubnet('fc00::', 7, 'ipv6');
ownNetwork.addSubnet('fe80::', 10, 'ipv6');

/**
 * Whether a host is this machine.
 *
 * @param host as `URL.hostname` gives it, or a bare address.
 * @example isLoopbackHost('[::1]') // true
 */
export function isLoopbackHost(host: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(host) || isIn(loopback, host);
}

/**
 * Whether a host is this machine or on a network of one's own: a private address, a name without a dot (as containers
 * have), or one ending in .internal, .local or .home.arpa, which are never delegated.
 *
 * @example isPrivateHost('10.0.0.7') // true;  isPrivateHost('api.example.com') // false
 */
export function isPrivateHost(host: string): boolean {
  if (isLoopbackHost(host) || isIn(ownNetwork, host)) return true;
  return isIP(bare(host)) === 0 && (/^[^.]+\.?$/.test(host) || /\.(internal|local|home\.arpa)\.?$/i.test(host));
}

function isIn(list: BlockList, host: string): boolean {
  const address = bare(host);
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
