import { connect } from 'node:tls';
import { reasonOf, type Sent } from './send.ts';

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 10_000;

/**
 * Writes bytes on a fresh TLS connection and reads the answer to the end: the only way to be sure that two requests are
 * the very same bytes. The request must say `Connection: close`.
 */
export function sendRaw(bytes: string, url: string, certificateAuthority: string): Promise<Sent> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(port),
      servername: hostname,
      ca: certificateAuthority,
      ALPNProtocols: ['http/1.1'],
    });
    const chunks: Buffer[] = [];
    socket.setTimeout(TIMEOUT, () => socket.destroy(new Error('no answer in time')));
    socket.on('secureConnect', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(readAnswer(Buffer.concat(chunks).toString('utf8'))));
  });
}

/** Enough of HTTP/1.1 to tell one complete answer: status, fields, and the body as it stands (chunk sizes included). */
export function readAnswer(text: string): Sent {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end === -1 ? text.length : end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? 0);
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = end === -1 ? '' : text.slice(end + 4);
  const json = /\{.*\}/s.exec(body)?.[0] ?? '';
  return { status, headers, body, reason: reasonOf(status, json) };
}
