import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the backend received: the witness in the tests and attacks, since only what arrives here could do harm. */
export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface Order {
  readonly id: string;
  readonly item: string;
  readonly quantity: number;
}

export interface OrdersApi {
  readonly url: string;
  /** Everything received so far, oldest first. */
  readonly received: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** Largest body it reads, in bytes. The gateway bounds bodies before; a backend is still the final authority. */
const MAX_BODY = 65_536;

/** How many received requests it remembers; a demo left running must not grow without end. */
const MAX_REMEMBERED = 1000;

/**
 * Starts the sample backend on loopback: orders in memory, one list per user. It trusts the identity fields because
 * only the gateway can reach it, and does not check tokens.
 *
 * @param port 0 takes a free one.
 */
export async function createOrdersApi({ port = 0, randomId }: { port?: number; randomId: () => string }): Promise<OrdersApi> {
  const received: ReceivedRequest[] = [];
  const orders = new Map<string, Order[]>();

  const server = createServer(async (request, response) => {
    const body = await readText(request);
    received.push({ method: request.method ?? '', target: request.url ?? '', headers: request.headers, body });
    if (received.length > MAX_REMEMBERED) received.shift();
    send(response, answer(request, body));
  });

  function answer(request: IncomingMessage, body: string): Answer {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const subject = String(request.headers['x-sallyport-subject'] ?? '');
    const own = orders.get(subject) ?? [];
    if (path === '/health') return { status: 200, body: { ok: true } };
    if (subject === '') return { status: 401, body: { error: 'no subject' } };
    if (request.method === 'GET' && path === '/orders') return { status: 200, body: own };
    if (request.method === 'POST' && path === '/orders') {
      const order = parseOrder(body, randomId());
      if (order === undefined) return { status: 422, body: { error: 'an order has an item and a quantity from 1 to 99' } };
      orders.set(subject, [...own, order]);
      return { status: 201, body: order, headers: { location: `/orders/${order.id}` } };
    }
    // Own orders only: whether an id exists for somebody else must not show (OWASP API1:2023).
    const order = own.find(({ id }) => path === `/orders/${id}`);
    if (order === undefined) return { status: 404, body: { error: 'no such order' } };
    if (request.method === 'GET') return { status: 200, body: order };
    if (request.method === 'DELETE') {
      orders.set(
        subject,
        own.filter((other) => other !== order),
      );
      return { status: 204 };
    }
    return { status: 405, body: { error: 'no such method' } };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parseOrder(body: string, id: string): Order | undefined {
  try {
    const { item, quantity } = JSON.parse(body);
    const valid = typeof item === 'string' && item.length >= 1 && item.length <= 100 && Number.isInteger(quantity);
    return valid && quantity >= 1 && quantity <= 99 ? { id, item, quantity } : undefined;
  } catch {
    return undefined;
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size > MAX_BODY) break;
      chunks.push(chunk);
    }
  } catch {
    // The caller went away in the middle; what came is recorded, and nobody waits for the answer.
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
