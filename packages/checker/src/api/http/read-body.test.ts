import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_BODY, readBody } from './read-body.ts';

const text = '{"items":[{"id":1,"item":"lamp"}]}';
const read = (bytes: Uint8Array, coding?: string) => readBody(Readable.from([bytes]), coding);

describe('readBody', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity', Buffer.from(text)],
    ['', Buffer.from(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
  ])('undoes %j', async (coding, bytes) => {
    expect(await read(bytes, coding)).toEqual({ text, cut: false });
  });

  it('leaves a coding it does not know as it came', async () => {
    expect(await read(Buffer.from('abc'), 'exotic')).toEqual({ text: 'abc', cut: false });
    expect(await read(Buffer.from('abc'), 'gzip, gzip, gzip, gzip')).toEqual({ text: 'abc', cut: false });
    expect(await read(Buffer.from('abc'), '__proto__')).toEqual({ text: 'abc', cut: false });
  });

  it.each([
    ['is no gzip at all', Buffer.from('plain text'), ''],
    ['breaks off', gzipSync(Buffer.from(text.repeat(3))).subarray(0, 30), expect.stringMatching(/^(\{.*)?$/)],
  ])('keeps what it could read of a coding that %s', async (_, bytes, read) => {
    expect(await readBody(Readable.from([bytes]), 'gzip')).toEqual({ text: read, cut: true });
  });

  it('reads an answer that has the field and no body', async () => {
    expect(await readBody(Readable.from([]), 'gzip')).toEqual({ text: '', cut: false });
  });

  it('leaves a bomb after the first mebibyte', async () => {
    // 64 MiB of zeros in 64 kB, and the same once more inside.
    const bomb = gzipSync(gzipSync(Buffer.alloc(64 * MAX_BODY), { level: 9 }), { level: 9 });
    const before = process.memoryUsage.rss();
    for (const [bytes, coding] of [
      [bomb, 'gzip, gzip'],
      [brotliCompressSync(Buffer.alloc(64 * MAX_BODY)), 'br'],
    ] as const) {
      const { text, cut } = await read(bytes, coding);
      expect([text.length, cut]).toEqual([MAX_BODY, true]);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * MAX_BODY);
  });

  it('leaves input without end that unfolds to nothing', async () => {
    // An empty stored block of deflate (RFC 1951 §3.2.4), again and again.
    const head = Buffer.from('1f8b0800000000000003', 'hex');
    const block = Buffer.alloc(65_535, Buffer.from('000000ffff', 'hex'));
    async function* endless() {
      yield head;
      for (;;) yield block;
    }
    expect(await readBody(Readable.from(endless()), 'gzip')).toEqual({ text: '', cut: true });
  });
});
