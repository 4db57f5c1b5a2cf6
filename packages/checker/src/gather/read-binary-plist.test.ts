import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBinaryPlist } from './read-binary-plist.ts';
import { PlistError } from './read-xml-plist.ts';

/** Lays objects out as Apple does: header, objects, one-byte offsets, trailer. The first object is the top one. */
function binary(...objects: Buffer[]): Buffer {
  const offsets: number[] = [];
  let at = 8;
  for (const object of objects) {
    offsets.push(at);
    at += object.length;
  }
  const trailer = Buffer.alloc(32);
  trailer[6] = 1;
  trailer[7] = 1;
  trailer.writeBigUInt64BE(BigInt(objects.length), 8);
  trailer.writeBigUInt64BE(BigInt(at), 24);
  return Buffer.concat([Buffer.from('bplist00'), ...objects, Buffer.from(offsets), trailer]);
}
const ascii = (text: string) => Buffer.concat([Buffer.of(0x50 | text.length), Buffer.from(text)]);

it('reads a dictionary of a text, a number and a truth', () => {
  const bytes = binary(
    Buffer.of(0xd3, 1, 2, 3, 4, 5, 6),
    ascii('a'),
    ascii('b'),
    ascii('c'),
    ascii('hello'),
    Buffer.of(0x10, 7),
    Buffer.of(0x09),
  );
  const root = readBinaryPlist(bytes);
  expect(root.kind === 'dict' && [...root.entries]).toMatchObject([
    ['a', { kind: 'text', text: 'hello' }],
    ['b', { kind: 'number', number: 7 }],
    ['c', { kind: 'boolean', boolean: true }],
  ]);
});
it('refuses an object that holds itself', () => {
  expect(() => readBinaryPlist(binary(Buffer.of(0xa1, 0)))).toThrow(PlistError);
});
it('refuses a small file that unfolds without end', () => {
  // Each array holds the next one fifteen times: 15^12 objects.
  const bomb = Array.from({ length: 12 }, (_item, index) => Buffer.from([0xae, ...new Array<number>(14).fill(index + 1)]));
  expect(() => readBinaryPlist(binary(...bomb, ascii('x')))).toThrow(PlistError);
});
it('reads any bytes or refuses them by name', () => {
  const whole = binary(Buffer.of(0xd1, 1, 2), ascii('a'), ascii('b'));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      try {
        readBinaryPlist(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(PlistError);
      }
    }),
    { numRuns: 2_000 },
  );
});
