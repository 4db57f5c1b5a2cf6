import { connect, type Socket } from 'node:net';
import type { Place } from './host-name.ts';
import { refuseConnection } from './refuse.ts';

/** Longest wait for the host, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;
/** Longest silence in both directions, in milliseconds. */
const IDLE_TIMEOUT = 60_000;

/**
 * Connects a client with a host it asked for and looks at nothing in between.
 *
 * @param head what the client sent ahead.
 * @param ready called once the host is reached; answers the client.
 */
export function passOn(client: Socket, { host, port }: Place, head: Buffer, ready: () => void): void {
  const onward = connect({ host, port });
  let reached = false;
  const end = () => {
    onward.destroy();
    if (reached) client.destroy();
    else refuseConnection(client, 'unreachable');
  };
  onward.setTimeout(CONNECT_TIMEOUT, end);
  onward.once('error', end);
  client.once('error', () => onward.destroy());
  client.once('close', () => onward.destroy());
  onward.once('connect', () => {
    reached = true;
    onward.setTimeout(IDLE_TIMEOUT);
    ready();
    onward.write(head);
    client.pipe(onward).pipe(client);
  });
}
