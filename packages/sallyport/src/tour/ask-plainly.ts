import { connect } from 'node:http2';
import type { Stack } from '../stack/start-stack.ts';

export interface PlainAnswer {
  readonly status: number;
  readonly body: string;
  /** Protocol the server chose, such as `h2`. */
  readonly protocol: string;
}

/** Longest wait, in milliseconds; the tour must end. */
const TIMEOUT = 10_000;

/** Asks over HTTP/2 with neither token nor pins, as any stranger can. */
export function askPlainly({ gatewayUrl, certificateAuthority }: Stack, path: string): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const session = connect(gatewayUrl, { ca: certificateAuthority });
    session.once('error', reject);
    session.setTimeout(TIMEOUT, () => session.destroy(new Error('no answer in time')));
    const stream = session.request({ ':path': path });
    let status = 0;
    let body = '';
    stream.once('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      body += text;
    });
    stream.once('error', reject);
    stream.once('end', () => {
      resolve({ status, body, protocol: session.alpnProtocol ?? '' });
      session.close();
    });
    stream.end();
  });
}
