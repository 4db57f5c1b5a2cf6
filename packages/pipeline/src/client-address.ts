/**
 * The network address a limit is kept for. IPv4 in its plain form, IPv6 by its /64, because one subscriber owns a whole
 * /64 and would else have as many limits as he likes.
 *
 * @param remote `socket.remoteAddress`, as node writes it, or {@link peerAddress}.
 * @example clientAddress('::ffff:192.0.2.1') // '192.0.2.1'
 * @example clientAddress('2001:db8:1:2:3::9') // '2001:db8:1:2::/64'
 */
export function clientAddress(remote: string | undefined): string {
  if (remote === undefined) return 'unknown';
  if (!remote.includes(':')) return remote;
  if (remote.startsWith('::ffff:') && remote.includes('.')) return remote.slice(7);
  const [address = ''] = remote.split('%', 1);
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...new Array<string>(Math.max(zeros, 0)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
