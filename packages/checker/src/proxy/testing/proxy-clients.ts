import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { spkiPinOf } from '@sallyport/pipeline/certificates';

/** A credential that no report, no line and no answer may hold. */
export const CANARY = 'at-canary-4f1c9d7e';

export interface AppOptions {
  readonly port: number;
  readonly host: string;
  /** PEM the device trusts; left out: it does not know the authority. */
  readonly ca?: string | undefined;
  /** Pins it holds the key against once the handshake is done, as most libraries do. */
  readonly pins?: readonly string[];
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** What its TLS asks for, where that is not the host. */
  readonly servername?: string;
  /** What it sends instead of a request. */
  readonly says?: string;
}

/**
 * An app in Node: CONNECT, TLS, its pins, and only then a request with a credential.
 *
 * @returns the first line of the answer, or the code of the error.
 */
export async function callThroughProxy(options: AppOptions): Promise<string> {
  const tunnel = await openTunnel(options.port, `${options.host}:443`);
  if (tunnel.destroyed) return 'closed';
  return new Promise((resolve) => {
    const tls: TLSSocket = connectTls({
      socket: tunnel,
      servername: options.servername ?? options.host,
      ca: options.ca,
      maxVersion: options.maxVersion ?? 'TLSv1.3',
      checkServerIdentity: (_, { raw }) =>
        options.pins === undefined || options.pins.includes(spkiPinOf(new X509Certificate(raw).publicKey))
          ? undefined
          : Object.assign(new Error('no pin'), { code: 'PIN' }),
    });
    tls.once('secureConnect', () => tls.write(options.says ?? request(options.host)));
    tls.once('data', (chunk) => {
      resolve(String(chunk).split('\r\n', 1)[0] as string);
      tls.destroy();
    });
    tls.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    tls.once('close', () => resolve('closed'));
  });
}

/** The answer to a CONNECT, and the socket behind it. */
export async function openTunnel(port: number, place: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\nProxy-Authorization: Basic ${CANARY}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
  return socket;
}

/** Sends bytes to the proxy and waits until it closes. @returns all it answered. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(bytes);
  });
}

/** curl as an app: the authority by file, pins by its own option. @returns the exit code; 60 is an unknown authority, 90 a pin. */
export function curlThroughProxy(options: {
  readonly port: number;
  readonly url: string;
  readonly ca?: string;
  readonly pin?: string;
  readonly more?: readonly string[];
}): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-curl-'));
  const [file, pins] = [join(folder, 'ca.pem'), options.pin === undefined ? [] : ['--pinnedpubkey', `sha256//${options.pin}`]];
  if (options.ca !== undefined) writeFileSync(file, options.ca);
  const trust = options.ca === undefined ? [] : ['--cacert', file];
  const way = ['-q', '--silent', '--max-time', '10', '--noproxy', '', '--proxy', `http://127.0.0.1:${options.port}`];
  const credential = ['-H', `Authorization: Bearer ${CANARY}`];
  return new Promise((resolve) => {
    execFile('curl', [...way, ...trust, ...pins, ...credential, ...(options.more ?? []), options.url], (error) => {
      rmSync(folder, { recursive: true, force: true });
      resolve(error === null ? 0 : Number(error.code));
    });
  });
}

const request = (host: string) =>
  `GET /orders/4711?access_token=${CANARY} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${CANARY}\r\nUser-Agent: Sample/1.0\r\n\r\n`;
