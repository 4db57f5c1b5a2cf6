import { connect, type TLSSocket } from 'node:tls';

export interface LoadOptions {
  readonly port: number;
  readonly certificateAuthority: string;
  readonly connections: number;
  readonly requests: number;
  /** The bytes of the next request. */
  next(): string;
}

/**
 * Sends requests over kept-alive connections, one at a time on each, and checks that every answer is 200.
 *
 * Hand-made, because an HTTP client's own cost would starve the server of the second core.
 *
 * @returns requests per second.
 * @throws when any answer is not 200, so that a benchmark of refusals cannot pass for one of requests.
 */
export async function load({ port, certificateAuthority, connections, requests, next }: LoadOptions): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port, certificateAuthority)));
  const started = performance.now();
  let left = requests;
  await Promise.all(
    sockets.map(async (socket) => {
      while (left-- > 0) await exchange(socket, next());
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.destroy();
  return requests / seconds;
}

function open(port: number, ca: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca, ALPNProtocols: ['http/1.1'] }, () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}

function exchange(socket: TLSSocket, bytes: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (error?: Error) => {
      socket.off('data', read);
      socket.off('close', closed);
      if (error === undefined) resolve();
      else reject(error);
    };
    const closed = () => settle(new Error(`the server closed the connection: ${text.slice(0, 200)}`));
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
      const whole = length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= head + 4 + Number(length);
      if (whole) settle(text.startsWith('HTTP/1.1 200') ? undefined : new Error(text.slice(0, 400)));
    };
    socket.on('data', read);
    socket.once('close', closed);
    socket.write(bytes);
  });
}
