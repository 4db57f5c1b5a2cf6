/** Just enough DER (X.690) to write the certificates tests serve with. It reads nothing. */

/** One value: tag, length, content. @example der(0x30, der(0x02, Buffer.of(1))) // a SEQUENCE of INTEGER 1 */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}

export const sequence = (...content: readonly Uint8Array[]) => der(0x30, ...content);
export const octets = (content: Uint8Array) => der(0x04, content);
export const bits = (content: Uint8Array) => der(0x03, Buffer.of(0), content);
export const text = (value: string) => der(0x0c, Buffer.from(value));
export const TRUE = der(0x01, Buffer.of(255));

/** OBJECT IDENTIFIER. @example oid('2.5.4.3') // commonName */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const digits = [arc & 127];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left & 127) | 128);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

/** UTCTime, which is what dates before 2050 are written in (RFC 5280 §4.1.2.5). */
export function time(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`));
}
