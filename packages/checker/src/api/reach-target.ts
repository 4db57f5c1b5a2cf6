import { connect } from 'node:net';
import type { Target } from './target.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; start the API first, or correct the port',
  ENOTFOUND: 'the name is unknown; correct it',
  EAI_AGAIN: 'the name could not be looked up; see whether the network is up',
  EHOSTUNREACH: 'there is no way to the host; see whether the network is up',
  ENETUNREACH: 'there is no way to the network; see whether the network is up',
};

/**
 * Opens one connection, so that a server that is down is said once and not by every audit.
 *
 * @returns one line saying what is wrong, or `undefined` when somebody listens.
 */
export function reachTarget({ host, port }: Pick<Target, 'host' | 'port'>, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port });
    const finish = (message: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(message);
    };
    const timer = setTimeout(
      () => finish(`${host}:${port} does not answer within ${timeout / 1000} s; see whether it is up and reachable from here.`),
      timeout,
    );
    socket.once('connect', () => finish(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish(`${host}:${port} cannot be reached: ${REASONS[error.code ?? ''] ?? error.message}.`),
    );
  });
}
