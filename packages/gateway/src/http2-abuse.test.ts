import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** RFC 9113 §6. */
const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION] = [0, 1, 3, 4, 6, 7, 8, 9];
const [END_STREAM, END_HEADERS] = [1, 4];

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** HPACK without a table: method and scheme by their static index, the others as literals (RFC 7541 §6). */
function head(method: 'GET' | 'POST', path: string): Buffer {
  const literal = (index: number, value: string) => Buffer.concat([Buffer.from([index, value.length]), Buffer.from(value)]);
  return Buffer.concat([Buffer.from([method === 'GET' ? 0x82 : 0x83, 0x87]), literal(4, path), literal(1, `localhost:${stage.port}`)]);
}

const get = (stream: number) => frame(HEADERS, END_HEADERS | END_STREAM, stream, head('GET', '/public/a'));
const reset = (stream: number) => frame(RST_STREAM, 0, stream, uint32(8));
const odd = (index: number) => 2 * index + 1;
const times = (count: number, make: (index: number) => Buffer) => Array.from({ length: count }, (_, index) => make(index));

/** A connection whose preface is done. */
async function open(): Promise<TLSSocket> {
  const socket = connect({ port: stage.port, host: '127.0.0.1', servername: 'localhost', ca: stage.authority, ALPNProtocols: ['h2'] });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, 0)]));
  return socket;
}

test.each<[string, () => Buffer[]]>([
  ['rapid reset (CVE-2023-44487)', () => times(20_000, (index) => Buffer.concat([get(odd(index)), reset(odd(index))]))],
  [
    'resets the server is made to send (CVE-2025-8671)',
    () => times(20_000, (index) => Buffer.concat([get(odd(index)), frame(WINDOW_UPDATE, 0, odd(index), uint32(0))])),
  ],
  [
    'endless CONTINUATION (CVE-2024-27316)',
    () => [
      frame(HEADERS, END_STREAM, 1, head('GET', '/public/a')),
      ...times(20_000, () => frame(CONTINUATION, 0, 1, Buffer.from([0x00, 1, 0x78, 1, 0x79]))),
    ],
  ],
  ['a flood of empty CONTINUATION', () => [frame(HEADERS, END_STREAM, 1), ...times(50_000, () => frame(CONTINUATION, 0, 1))]],
  [
    'a flood of empty DATA',
    () => [frame(HEADERS, END_HEADERS, 1, head('POST', '/public/upload')), ...times(50_000, () => frame(DATA, 0, 1))],
  ],
  ['a flood of SETTINGS', () => times(50_000, () => frame(SETTINGS, 0, 0))],
  ['a window that overflows', () => times(10, () => frame(WINDOW_UPDATE, 0, 0, uint32(0x7fffffff)))],
  ['a table of HPACK that does not exist', () => [frame(HEADERS, END_HEADERS | END_STREAM, 1, Buffer.from([0xff, 0xff, 0xff, 0x7f]))]],
  ['a frame above the size agreed on', () => [frame(DATA, 0, 1, Buffer.alloc(16_385))]],
])('%s ends the connection, and the others are served', async (_, attack) => {
  const socket = await open();
  const closed = once(socket, 'close');
  // Not read, so that answers pile up at the server, as an attacker would have it; the end is noticed by the writes.
  let next = 0;
  const frames = attack();
  const pour = () => {
    while (next < frames.length && !socket.destroyed) if (!socket.write(frames[next++] as Buffer)) return;
    socket.resume();
  };
  socket.on('drain', pour);
  pour();
  expect(await stage.send('/public/b')).toMatchObject({ status: 200 });
  await closed;
  expect(await stage.send('/public/c')).toMatchObject({ status: 200 });
});

test('a flood of PING is answered, and disturbs nobody', async () => {
  const socket = await open();
  let answered = 0;
  const all = Promise.withResolvers<void>();
  socket.on('data', (chunk: Buffer) => {
    answered += chunk.length;
    if (answered >= 17 * 20_000) all.resolve();
  });
  for (const each of times(20_000, () => frame(PING, 0, 0, Buffer.alloc(8)))) socket.write(each);
  expect(await stage.send('/public/b')).toMatchObject({ status: 200 });
  await all.promise;
  socket.destroy();
});

test('a hundred streams at once are served, more are refused, and other connections do not notice', async () => {
  const held: (() => void)[] = [];
  stage.upstream.answer = (request, response) => {
    if (request.url === '/public/a') held.push(() => response.end('late'));
    else response.end('ok');
  };
  stage.upstream.received.length = 0;
  const socket = await open();
  const frames: number[] = [];
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3); rest = rest.subarray(9 + rest.readUIntBE(0, 3)))
      frames.push(rest[3] as number);
  });
  for (const each of times(150, (index) => get(odd(index)))) socket.write(each);
  while (held.length < 100 || frames.filter((type) => type === RST_STREAM || type === GOAWAY).length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await stage.send('/public/b')).toMatchObject({ status: 200, text: 'ok' });
  expect(held).toHaveLength(100);
  for (const release of held) release();
  socket.destroy();
});
