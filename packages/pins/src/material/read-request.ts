import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** What a certificate request says: the key, and whether the request is signed with it. */
export interface CertificateRequest {
  readonly key: KeyObject;
  /** Proof that whoever made the request holds the key (RFC 2986 §3). */
  readonly signatureValid: boolean;
}

/** The signature algorithms a request may have, by the hex of their object identifier, with the digest Node wants. */
const DIGESTS: Readonly<Record<string, string | null>> = {
  '2a8648ce3d040302': 'sha256', // ecdsa-with-SHA256
  '2a8648ce3d040303': 'sha384', // ecdsa-with-SHA384
  '2a8648ce3d040304': 'sha512', // ecdsa-with-SHA512
  '2a864886f70d01010b': 'sha256', // sha256WithRSAEncryption
  '2a864886f70d01010c': 'sha384', // sha384WithRSAEncryption
  '2a864886f70d01010d': 'sha512', // sha512WithRSAEncryption
  '2b6570': null, // Ed25519
};

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OBJECT_IDENTIFIER = 0x06;
const BIT_STRING = 0x03;

/**
 * Reads a certificate request in DER (RFC 2986 §4): Node has no reader for them.
 *
 * Only the frame is read here; the key itself is left to node:crypto.
 *
 * @returns `undefined` when it is no request, or signed in a way that is not listed above (SHA-1, RSA-PSS).
 * @throws Error from node:crypto when the key in it is none.
 */
export function readRequest(der: Uint8Array): CertificateRequest | undefined {
  const outer = readElement(der, 0);
  if (outer?.tag !== SEQUENCE || outer.end !== der.length) return undefined;
  const [info, algorithm, signature, ...more] = readElements(der, outer.start, outer.end) ?? [];
  if (info?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature?.tag !== BIT_STRING || more.length > 0) return undefined;
  const [version, subject, spki] = readElements(der, info.start, info.end) ?? [];
  if (version?.tag !== INTEGER || subject?.tag !== SEQUENCE || spki?.tag !== SEQUENCE) return undefined;
  const identifier = readElement(der, algorithm.start);
  if (identifier?.tag !== OBJECT_IDENTIFIER) return undefined;
  const digest = DIGESTS[Buffer.from(der.subarray(identifier.start, identifier.end)).toString('hex')];
  // A bit string begins with the number of unused bits; signatures are whole bytes.
  if (digest === undefined || der[signature.start] !== 0) return undefined;
  const key = createPublicKey({ key: Buffer.from(der.subarray(spki.from, spki.end)), format: 'der', type: 'spki' });
  const signed = der.subarray(info.from, info.end);
  return { key, signatureValid: verify(digest, signed, key, der.subarray(signature.start + 1, signature.end)) };
}

/** One element: `from` its tag, its content from `start` to `end`. */
interface Element {
  readonly tag: number;
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** Most elements of one sequence we look at; a request has three. */
const MAX_ELEMENTS = 16;

function readElements(der: Uint8Array, from: number, end: number): readonly Element[] | undefined {
  const elements: Element[] = [];
  let at = from;
  while (at < end) {
    const element = readElement(der, at);
    if (element === undefined || element.end > end || elements.length === MAX_ELEMENTS) return undefined;
    elements.push(element);
    at = element.end;
  }
  return elements;
}

/** Definite lengths in their shortest form only (X.690 §10.1); no content beyond the bytes there are. */
function readElement(der: Uint8Array, from: number): Element | undefined {
  const [tag, first] = [der[from], der[from + 1]];
  if (tag === undefined || first === undefined) return undefined;
  let start = from + 2;
  let length = first;
  if (first >= 0x80) {
    const size = first & 0x7f;
    if (size === 0 || size > 3) return undefined;
    length = 0;
    for (let index = 0; index < size; index++) length = length * 256 + (der[start + index] ?? 0);
    start += size;
    if (length < 0x80 || length < 256 ** (size - 1)) return undefined;
  }
  const end = start + length;
  return end > der.length ? undefined : { tag, from, start, end };
}
