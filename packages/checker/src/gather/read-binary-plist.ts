import { PlistError, type PlistNode } from './read-xml-plist.ts';

/** More objects than any app's property list; a bomb's offset table is refused before it is walked. */
const MAX_OBJECTS = 200_000;
/** Shared references could make a small file a huge tree: every object is read at most so many times in total. */
const MAX_READS = 500_000;

/**
 * Reads a binary property list (`bplist00`). There are no lines in it, so every node says line 1.
 *
 * @throws PlistError when offsets point outside the file, references loop, or the tree is too large.
 */
export function readBinaryPlist(bytes: Buffer): PlistNode {
  if (bytes.length < 40 || bytes.toString('latin1', 0, 6) !== 'bplist') throw new PlistError('not a binary property list', 1);
  const trailer = bytes.subarray(bytes.length - 32);
  const offsetSize = trailer.readUInt8(6);
  const referenceSize = trailer.readUInt8(7);
  const count = Number(trailer.readBigUInt64BE(8));
  const top = Number(trailer.readBigUInt64BE(16));
  const table = Number(trailer.readBigUInt64BE(24));
  if (
    count > MAX_OBJECTS ||
    table + count * offsetSize > bytes.length ||
    offsetSize < 1 ||
    offsetSize > 6 ||
    referenceSize < 1 ||
    referenceSize > 6
  ) {
    throw new PlistError('the binary property list has a broken trailer', 1);
  }
  let reads = 0;
  const active = new Set<number>();
  const line = 1;

  const read = (reference: number): PlistNode => {
    if (reference >= count || ++reads > MAX_READS || active.has(reference))
      throw new PlistError('the binary property list has a broken reference', 1);
    const at = bytes.readUIntBE(table + reference * offsetSize, offsetSize);
    if (at >= table) throw new PlistError('the binary property list has a broken offset', 1);
    active.add(reference);
    const node = object(at);
    active.delete(reference);
    return node;
  };

  const object = (at: number): PlistNode => {
    const marker = bytes.readUInt8(at);
    const type = marker >> 4;
    let size = marker & 15;
    let from = at + 1;
    if (size === 15 && type >= 4) {
      const width = 2 ** (bytes.readUInt8(from) & 15);
      size = bytes.readUIntBE(from + 1, Math.min(6, width));
      from += 1 + width;
    }
    const need = (length: number) => {
      if (from + length > bytes.length) throw new PlistError('the binary property list is cut short', 1);
    };
    switch (type) {
      case 0:
        return { kind: 'boolean', boolean: marker === 9, line };
      case 1: {
        const width = 2 ** size;
        need(width);
        return {
          kind: 'number',
          number: width === 8 ? Number(bytes.readBigInt64BE(from)) : width > 6 ? 0 : bytes.readUIntBE(from, width),
          line,
        };
      }
      case 2:
        need(2 ** size);
        return { kind: 'number', number: size === 2 ? bytes.readFloatBE(from) : bytes.readDoubleBE(from), line };
      case 3:
        return { kind: 'text', text: 'date', line };
      case 4:
        need(size);
        return { kind: 'data', text: bytes.toString('base64', from, from + size), line };
      case 5:
        need(size);
        return { kind: 'text', text: bytes.toString('latin1', from, from + size), line };
      case 6: {
        need(size * 2);
        const swapped = Buffer.from(bytes.subarray(from, from + size * 2)).swap16();
        return { kind: 'text', text: swapped.toString('utf16le'), line };
      }
      case 10:
      case 12:
        need(size * referenceSize);
        return {
          kind: 'array',
          items: Array.from({ length: size }, (_, index) => read(bytes.readUIntBE(from + index * referenceSize, referenceSize))),
          line,
        };
      case 13: {
        need(size * referenceSize * 2);
        const entries = new Map<string, PlistNode>();
        for (let index = 0; index < size; index++) {
          const key = read(bytes.readUIntBE(from + index * referenceSize, referenceSize));
          const value = read(bytes.readUIntBE(from + (size + index) * referenceSize, referenceSize));
          if (key.kind === 'text') entries.set(key.text, value);
        }
        return { kind: 'dict', entries, line };
      }
      default:
        return { kind: 'text', text: '', line };
    }
  };
  return read(top);
}
