import { BlockList, isIP } from 'node:net';

/** Addresses that do not leave the house: RFC 1122 §3.2.1.3, RFC 1918, RFC 3927, RFC 4291 §2.5.3, RFC 4193, RFC 4291 §2.5.6. */
const PRIVATE: readonly (readonly [network: string, prefix: number])[] = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
];

/**
 * Who may use the proxy: private addresses, and those named.
 *
 * @param named IP addresses.
 * @example admits(['203.0.113.9'])('192.168.1.20') // true
 */
export function admits(named: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const [network, prefix] of PRIVATE) list.addSubnet(network, prefix, familyOf(network));
  for (const address of named) list.addAddress(address, familyOf(address));
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

/** The address of a peer as a person writes it: IPv4 plain, without an interface. */
export const plainAddress = (remote = ''): string => remote.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
