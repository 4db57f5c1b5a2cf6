/**
 * Writes DER (ITU-T X.690), as much of it as a certificate needs. Only writing: certificates are read by node:crypto, and
 * so nothing from outside ever meets this code.
 */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
};

/** Tag, length and value (X.690 §8.1). */
function encode(tag: number, value: Uint8Array): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), value]);
  const size = length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 3;
  const head = Buffer.alloc(2 + size);
  head[0] = tag;
  head[1] = 0x80 | size;
  head.writeUIntBE(length, 2, size);
  return Buffer.concat([head, value]);
}

export function derSequence(...items: readonly Uint8Array[]): Buffer {
  return encode(0x30, Buffer.concat(items));
}

export function derSet(...items: readonly Uint8Array[]): Buffer {
  return encode(0x31, Buffer.concat(items));
}

/** A context-specific tag: constructed around what is inside it, or primitive in place of another tag. */
export function derContext(number: number, value: Uint8Array, form: 'constructed' | 'primitive'): Buffer {
  return encode((form === 'constructed' ? 0xa0 : 0x80) | number, value);
}

export function derTrue(): Buffer {
  return encode(TAG.boolean, Buffer.of(0xff));
}

/** A whole number that is not negative, given as its bytes: leading zeros go, and one comes if it would read as negative. */
export function derInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? Buffer.of(0) : bytes.subarray(first);
  return encode(TAG.integer, (significant[0] as number) < 0x80 ? significant : Buffer.concat([Buffer.of(0), significant]));
}

/** @example derBits(Buffer.of(0x06), 1) // keyCertSign and cRLSign */
export function derBits(bytes: Uint8Array, unusedBits = 0): Buffer {
  return encode(TAG.bitString, Buffer.concat([Buffer.of(unusedBits), bytes]));
}

export function derOctets(bytes: Uint8Array): Buffer {
  return encode(TAG.octetString, bytes);
}

export function derText(text: string): Buffer {
  return encode(TAG.utf8String, Buffer.from(text));
}

/** @example derOid('1.2.840.10045.4.3.2') */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return encode(TAG.oid, Buffer.from(bytes));
}

/** A moment, to the second. Two digits of the year until 2049, four after (RFC 5280 §4.1.2.5). */
export function derTime(moment: Date): Buffer {
  const text = `${moment.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`;
  return moment.getUTCFullYear() < 2050 ? encode(TAG.utcTime, Buffer.from(text.slice(2))) : encode(TAG.generalizedTime, Buffer.from(text));
}
