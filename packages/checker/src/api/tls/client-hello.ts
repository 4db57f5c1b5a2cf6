import { isIP } from 'node:net';

/** Versions as the wire writes them (RFC 8446 §4.2.1). */
export const TLS_VERSIONS = { 'SSL 3.0': 0x0300, 'TLS 1.0': 0x0301, 'TLS 1.1': 0x0302, 'TLS 1.2': 0x0303, 'TLS 1.3': 0x0304 } as const;
export type TlsVersion = keyof typeof TLS_VERSIONS;

export interface ClientHello {
  readonly version: TlsVersion;
  readonly suites: readonly number[];
  /** The host asked for; an IP address is not sent (RFC 6066 §3). */
  readonly host: string;
  /** 64 random bytes: 32 for the hello, 32 as the X25519 share. Nobody derives a key from it. */
  readonly random: Uint8Array;
}

const EXTENSION = {
  serverName: 0,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  extendedMasterSecret: 23,
  supportedVersions: 43,
  pskModes: 45,
  keyShare: 51,
  renegotiationInfo: 0xff01,
} as const;

/** x25519, P-256, P-384, P-521, x448 and two finite-field groups: some server insists on each. */
const GROUPS = [29, 23, 24, 25, 30, 256, 257];

/** Every algorithm a server may want to sign with, SHA-1 and DSA included: the question is what it does, not what we like. */
const SIGNATURES = [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0807, 0x0808, 0x0809, 0x0401, 0x0501, 0x0601, 0x0201, 0x0203, 0x0202];

/**
 * Writes a ClientHello in a record of its own (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2), so that what a server accepts does not
 * depend on what the local OpenSSL is still willing to offer.
 *
 * @example socket.write(encodeClientHello({ version: 'TLS 1.1', suites: [0x002f], host: 'api.example', random }))
 */
export function encodeClientHello({ version, suites, host, random }: ClientHello): Buffer {
  const number = TLS_VERSIONS[version];
  const modern = version === 'TLS 1.3';
  const body = Buffer.concat([
    // TLS 1.3 says 1.2 here, and 1.3 in the extension (RFC 8446 §4.1.2).
    uint16(Math.min(number, 0x0303)),
    random.subarray(0, 32),
    // A session id makes middle boxes take TLS 1.3 for a resumption (RFC 8446 §D.4); older versions send none.
    prefixed(1, modern ? random.subarray(32, 64) : Buffer.alloc(0)),
    prefixed(2, Buffer.concat(suites.map(uint16))),
    prefixed(1, Buffer.of(0)),
    ...(version === 'SSL 3.0' ? [] : [prefixed(2, Buffer.concat(extensions(version, host, random)))]),
  ]);
  const handshake = Buffer.concat([Buffer.of(1), uint24(body.length), body]);
  return Buffer.concat([Buffer.of(22), uint16(Math.min(number, 0x0301)), prefixed(2, handshake)]);
}

function extensions(version: TlsVersion, host: string, random: Uint8Array): Buffer[] {
  const list = [
    extension(EXTENSION.renegotiationInfo, Buffer.of(0)),
    extension(EXTENSION.extendedMasterSecret, Buffer.alloc(0)),
    extension(EXTENSION.supportedGroups, prefixed(2, Buffer.concat(GROUPS.map(uint16)))),
    extension(EXTENSION.pointFormats, prefixed(1, Buffer.of(0))),
  ];
  if (isIP(host.replace(/^\[|\]$/g, '')) === 0) {
    list.unshift(extension(EXTENSION.serverName, prefixed(2, Buffer.concat([Buffer.of(0), prefixed(2, Buffer.from(host, 'ascii'))]))));
  }
  if (TLS_VERSIONS[version] >= TLS_VERSIONS['TLS 1.2']) {
    list.push(extension(EXTENSION.signatureAlgorithms, prefixed(2, Buffer.concat(SIGNATURES.map(uint16)))));
  }
  if (version === 'TLS 1.3') {
    const share = Buffer.concat([uint16(29), prefixed(2, random.subarray(32, 64))]);
    list.push(extension(EXTENSION.supportedVersions, prefixed(1, uint16(TLS_VERSIONS['TLS 1.3']))));
    list.push(extension(EXTENSION.pskModes, prefixed(1, Buffer.of(1))));
    list.push(extension(EXTENSION.keyShare, prefixed(2, share)));
  }
  return list;
}

function extension(type: number, content: Uint8Array): Buffer {
  return Buffer.concat([uint16(type), prefixed(2, content)]);
}

/** The content behind its own length of so many bytes. */
function prefixed(bytes: 1 | 2, content: Uint8Array): Buffer {
  return Buffer.concat([bytes === 1 ? Buffer.of(content.length) : uint16(content.length), content]);
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255);
}

function uint24(value: number): Buffer {
  return Buffer.of(value >> 16, (value >> 8) & 255, value & 255);
}
