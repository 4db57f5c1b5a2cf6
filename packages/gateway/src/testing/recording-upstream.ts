import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the upstream received it. */
export interface Recorded {
  readonly method: string;
  readonly url: string;
  /** Name, value, name, value … */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  body: string;
}

/** A backend that writes down what it receives: the witness of what the gateway let through. */
export interface RecordingUpstream {
  readonly url: string;
  readonly received: Recorded[];
  /** Answers from now on; until then 200 with method, address and body. */
  answer: (request: IncomingMessage, response: ServerResponse, recorded: Recorded) => void;
  close(): Promise<void>;
}

export async function startRecordingUpstream(): Promise<RecordingUpstream> {
  const received: Recorded[] = [];
  const upstream: Pick<RecordingUpstream, 'answer'> = {
    answer: (_, response, { method, url, body }) => response.end(`${method} ${url} ${body}`),
  };
  const listener: RequestListener = (request, response) => {
    const { method = '', url = '', rawHeaders, headers } = request;
    const recorded: Recorded = { method, url, rawHeaders, headers, body: '' };
    received.push(recorded);
    request.setEncoding('latin1');
    request.on('data', (chunk: string) => {
      recorded.body += chunk;
    });
    request.on('error', () => undefined);
    request.on('end', () => self.answer(request, response, recorded));
  };
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: RecordingUpstream = {
    ...upstream,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return self;
}
