import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { ServedCertificate } from './certificates.ts';

export interface Listening {
  readonly port: number;
  /** Decrypted bytes that arrived, on all connections. */
  bytesRead(): number;
  /** TLS handshakes that reached their end on this side. */
  handshakes(): number;
  /** Connections that are open now. */
  connections(): number;
  close(): Promise<void>;
}

/** A real HTTPS server on the loopback interface, which counts what reaches it. */
export async function listenTls(
  { certificate, key }: ServedCertificate,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  version?: SecureVersion,
): Promise<Listening> {
  const range = version === undefined ? {} : { minVersion: version, maxVersion: version };
  const server: Server = createServer({ cert: certificate, key, ...range }, handler);
  const sockets = new Set<Socket>();
  let bytes = 0;
  let handshakes = 0;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('secureConnection', (socket) => {
    handshakes++;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    bytesRead: () => bytes,
    handshakes: () => handshakes,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
