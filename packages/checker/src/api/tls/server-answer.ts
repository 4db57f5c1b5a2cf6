import { TLS_VERSIONS, type TlsVersion } from './client-hello.ts';

/** What came back on a ClientHello. */
export type ServerAnswer =
  | { readonly kind: 'hello'; readonly version: TlsVersion; readonly suite: number }
  | { readonly kind: 'alert'; readonly description: number }
  /** More bytes are needed to tell. */
  | { readonly kind: 'incomplete' }
  /** Whatever it is, it is no TLS. */
  | { readonly kind: 'foreign' };

const ALERT = 21;
const HANDSHAKE = 22;
const SERVER_HELLO = 2;
const SUPPORTED_VERSIONS = 43;

/** RFC 8446 §5.1: a record holds 2^14 bytes; the slack is for the expansion older versions allow. */
const MAX_RECORD = 16_384 + 2_048;

/** A ServerHello is below 300 bytes; a server that sends more than this before completing one is not worth listening to. */
const MAX_HELLO = 65_536;

/**
 * Reads the first handshake message or alert of a server (RFC 8446 §4.1.3 and §6). Never throws: hostile bytes are
 * `foreign`, too few are `incomplete`.
 *
 * A HelloRetryRequest counts as a hello: it names version and suite as well.
 *
 * @example parseServerAnswer(bytes) // { kind: 'hello', version: 'TLS 1.2', suite: 0xc02f }
 */
export function parseServerAnswer(bytes: Uint8Array): ServerAnswer {
  const message: number[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const type = bytes[offset];
    if (type !== ALERT && type !== HANDSHAKE) return { kind: 'foreign' };
    if ((bytes[offset + 1] ?? 3) !== 3) return { kind: 'foreign' };
    if (offset + 5 > bytes.length) return { kind: 'incomplete' };
    const length = uint16(bytes, offset + 3);
    if (length > MAX_RECORD || length === 0) return { kind: 'foreign' };
    if (offset + 5 + length > bytes.length) return { kind: 'incomplete' };
    const content = bytes.subarray(offset + 5, offset + 5 + length);
    offset += 5 + length;
    if (type === ALERT) return content.length === 2 ? { kind: 'alert', description: content[1] as number } : { kind: 'foreign' };
    // A handshake message may be spread over records (RFC 8446 §5.1).
    for (const byte of content) message.push(byte);
    if (message[0] !== SERVER_HELLO) return { kind: 'foreign' };
    if (message.length >= 4) {
      const wanted = ((message[1] as number) << 16) | uint16(message, 2);
      if (wanted > MAX_HELLO) return { kind: 'foreign' };
      if (message.length >= 4 + wanted) return readServerHello(Uint8Array.from(message.slice(4, 4 + wanted)));
    }
  }
  return { kind: 'incomplete' };
}

function readServerHello(body: Uint8Array): ServerAnswer {
  const sessionId = body[34];
  if (sessionId === undefined || sessionId > 32) return { kind: 'foreign' };
  const suiteAt = 35 + sessionId;
  if (suiteAt + 3 > body.length) return { kind: 'foreign' };
  const selected = selectedVersion(body, suiteAt + 3);
  if (selected === undefined) return { kind: 'foreign' };
  const version = versionName(selected === 'none' ? uint16(body, 0) : selected);
  return version === undefined ? { kind: 'foreign' } : { kind: 'hello', version, suite: uint16(body, suiteAt) };
}

/** The version in the `supported_versions` extension; `'none'` without one, `undefined` when the extensions are malformed. */
function selectedVersion(body: Uint8Array, from: number): number | 'none' | undefined {
  if (from === body.length) return 'none';
  if (from + 2 > body.length || from + 2 + uint16(body, from) !== body.length) return undefined;
  let version: number | 'none' = 'none';
  let offset = from + 2;
  while (offset < body.length) {
    if (offset + 4 > body.length) return undefined;
    const type = uint16(body, offset);
    const length = uint16(body, offset + 2);
    if (offset + 4 + length > body.length) return undefined;
    if (type === SUPPORTED_VERSIONS) {
      if (length !== 2) return undefined;
      version = uint16(body, offset + 4);
    }
    offset += 4 + length;
  }
  return version;
}

function versionName(number: number): TlsVersion | undefined {
  return (Object.keys(TLS_VERSIONS) as TlsVersion[]).find((name) => TLS_VERSIONS[name] === number);
}

function uint16(bytes: ArrayLike<number>, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}
