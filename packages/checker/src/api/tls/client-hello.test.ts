import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeClientHello, TLS_VERSIONS, type TlsVersion } from './client-hello.ts';

const random = new Uint8Array(64).fill(1);

/** Takes a hello apart by the text of RFC 8446 §4.1.2, to hold the lengths against each other. */
function read(bytes: Buffer) {
  expect(bytes[0]).toBe(22);
  expect(bytes.readUInt16BE(3)).toBe(bytes.length - 5);
  expect(bytes[5]).toBe(1);
  expect(bytes.readUIntBE(6, 3)).toBe(bytes.length - 9);
  const version = bytes.readUInt16BE(9);
  let at = 11 + 32;
  at += 1 + (bytes[at] as number);
  const suiteBytes = bytes.readUInt16BE(at);
  const suites = Array.from({ length: suiteBytes / 2 }, (_, index) => bytes.readUInt16BE(at + 2 + index * 2));
  at += 2 + suiteBytes;
  at += 1 + (bytes[at] as number);
  const extensions = new Map<number, Buffer>();
  if (at < bytes.length) {
    expect(bytes.readUInt16BE(at)).toBe(bytes.length - at - 2);
    at += 2;
    while (at < bytes.length) {
      const length = bytes.readUInt16BE(at + 2);
      extensions.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    expect(at).toBe(bytes.length);
  }
  return { version, suites, extensions };
}

describe('encodeClientHello', () => {
  it('writes lengths that agree, for any suites and host', () => {
    const hosts = fc.domain();
    const versions = fc.constantFrom(...(Object.keys(TLS_VERSIONS) as TlsVersion[]));
    fc.assert(
      fc.property(
        versions,
        fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 90 }),
        hosts,
        (version, suites, host) => {
          const hello = read(encodeClientHello({ version, suites, host, random }));
          expect(hello.suites).toEqual(suites);
          expect(hello.version).toBe(Math.min(TLS_VERSIONS[version], 0x0303));
          if (version !== 'SSL 3.0') expect(hello.extensions.get(0)?.toString('latin1')).toContain(host);
        },
      ),
    );
  });

  it('names no server when the host is an address', () => {
    for (const host of ['127.0.0.1', '[::1]'])
      expect(read(encodeClientHello({ version: 'TLS 1.2', suites: [1], host, random })).extensions.has(0)).toBe(false);
  });

  it('offers TLS 1.3 by extension alone, and only when asked to', () => {
    const modern = read(encodeClientHello({ version: 'TLS 1.3', suites: [0x1301], host: 'a.example', random }));
    expect([...(modern.extensions.get(43) ?? [])]).toEqual([2, 3, 4]);
    expect(read(encodeClientHello({ version: 'TLS 1.2', suites: [1], host: 'a.example', random })).extensions.has(43)).toBe(false);
  });
});
