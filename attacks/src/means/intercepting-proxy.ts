import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer, type Server } from 'node:tls';

interface Interception {
  /** What the proxy shows the app. PEM. */
  readonly certificate: string;
  readonly key: string;
  readonly target: string;
  readonly targetAuthority: string;
}

/** Ends TLS with a certificate of its own, reads everything, and passes it on to the real server. */
export class InterceptingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #text = '';
  bytesRead = 0;
  connections = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start({ certificate, key, target, targetAuthority }: Interception): Promise<InterceptingProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer({ cert: certificate, key, ALPNProtocols: ['http/1.1'] });
    const proxy = new InterceptingProxy(server);
    server.on('connection', (socket: Socket) => {
      proxy.connections++;
      proxy.#keep(socket);
    });
    server.on('secureConnection', (app) => {
      const onward = connect({
        host: '127.0.0.1',
        port: Number(port),
        servername: hostname,
        ca: targetAuthority,
        ALPNProtocols: ['http/1.1'],
      });
      proxy.#keep(onward);
      for (const socket of [app, onward]) socket.on('error', () => socket.destroy());
      app.on('data', (chunk: Buffer) => {
        proxy.bytesRead += chunk.length;
        proxy.#text += chunk.toString('latin1');
      });
      app.pipe(onward).pipe(app);
    });
    // A refused handshake is what the lab hopes for; it shows in the counts.
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many access tokens it read. */
  get credentialsSeen(): number {
    return this.#text.match(/authorization: *(dpop|bearer) /gi)?.length ?? 0;
  }

  forget(): void {
    this.#text = '';
    this.bytesRead = 0;
    this.connections = 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
