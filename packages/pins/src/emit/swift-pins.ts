import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Abilities, EmittedFile, ExpressedHost, Expression } from './emitter.ts';

/** What code of our own can say: everything. */
export const CODE_ABILITIES: Abilities = {
  subdomains: 'any-depth',
  expiry: 'instant',
  afterExpiry: ['refuse', 'trust-store'],
  reportOnly: 'host',
  reportUri: false,
  certificatePins: true,
  version: false,
  place: 'any',
};

/**
 * The headers that stand before the bare key in a SubjectPublicKeyInfo, by what Security.framework calls the key. It
 * hands out keys without them, and hashing such a key gives a pin that matches nothing.
 */
export const SPKI_HEADERS = [
  { type: 'kSecAttrKeyTypeRSA', bits: 2048, hex: '30820122300d06092a864886f70d01010105000382010f00' },
  { type: 'kSecAttrKeyTypeRSA', bits: 3072, hex: '308201a2300d06092a864886f70d01010105000382018f00' },
  { type: 'kSecAttrKeyTypeRSA', bits: 4096, hex: '30820222300d06092a864886f70d01010105000382020f00' },
  { type: 'kSecAttrKeyTypeECSECPrimeRandom', bits: 256, hex: '3059301306072a8648ce3d020106082a8648ce3d030107034200' },
  { type: 'kSecAttrKeyTypeECSECPrimeRandom', bits: 384, hex: '3076301006072a8648ce3d020106052b81040022036200' },
  { type: 'kSecAttrKeyTypeECSECPrimeRandom', bits: 521, hex: '30819b301006072a8648ce3d020106052b8104002303818600' },
] as const;

/** The Swift both Apple forms share: the table, the trust evaluation, the matching. iOS 15 and later. */
export function swiftPins(hosts: readonly ExpressedHost[]): string {
  return `/// One pinned host.
struct SallyportPinnedHost: Sendable {
    let host: String
    let includeSubdomains: Bool
    let reportOnly: Bool
    /// Seconds since 1970.
    let expires: TimeInterval?
    /// Whether from then on any trusted certificate passes; else the host is refused.
    let opensAfterExpiry: Bool
    let keyPins: Set<String>
    let certificatePins: Set<String>
}

/// The pins of this app and the one decision made with them.
enum SallyportPins {
    static let hosts: [SallyportPinnedHost] = [
${hosts.map(swiftHost).join('\n')}
    ]

    /// Called with the host when a chain that the system trusts has no pinned key. Set it once, at start.
    nonisolated(unsafe) static var onMismatch: @Sendable (String) -> Void = { _ in }

    /// Trust first, then pins: a matching key does not make an expired or misnamed certificate good.
    static func accepts(_ trust: SecTrust, host: String, now: Date = Date()) -> Bool {
        let name = host.lowercased()
        SecTrustSetPolicies(trust, SecPolicyCreateSSL(true, name as CFString))
        guard SecTrustEvaluateWithError(trust, nil) else { return false }
        // A host that is not listed is refused: an address nobody thought of must not be the way around the pins.
        guard let pinned = pinnedHost(name) else { return false }
        if let expires = pinned.expires, now.timeIntervalSince1970 >= expires { return pinned.opensAfterExpiry }
        let chain = (SecTrustCopyCertificateChain(trust) as? [SecCertificate]) ?? []
        let matches = chain.contains { certificate in
            if let pin = keyPin(certificate), pinned.keyPins.contains(pin) { return true }
            return pinned.certificatePins.contains(sha256(SecCertificateCopyData(certificate) as Data))
        }
        if !matches { onMismatch(name) }
        return matches || pinned.reportOnly
    }

    /// The entry for this very name, or else the closest one above it that includes its subdomains.
    static func pinnedHost(_ name: String) -> SallyportPinnedHost? {
        if let exact = hosts.first(where: { $0.host == name }) { return exact }
        return hosts
            .filter { $0.includeSubdomains && name.hasSuffix("." + $0.host) }
            .max { $0.host.count < $1.host.count }
    }

    /// SHA-256 of the SubjectPublicKeyInfo. A kind of key that is not listed gives no pin, and so no match.
    private static func keyPin(_ certificate: SecCertificate) -> String? {
        guard let key = SecCertificateCopyKey(certificate),
              let attributes = SecKeyCopyAttributes(key) as? [CFString: Any],
              let type = attributes[kSecAttrKeyType] as? String,
              let bits = attributes[kSecAttrKeySizeInBits] as? Int,
              let bare = SecKeyCopyExternalRepresentation(key, nil) as Data?,
              let header = spkiHeaders.first(where: { ($0.type as String) == type && $0.bits == bits })
        else { return nil }
        return sha256(Data(header.bytes) + bare)
    }

    private static let spkiHeaders: [(type: CFString, bits: Int, bytes: [UInt8])] = [
${SPKI_HEADERS.map(({ type, bits, hex }) => `        (${type}, ${bits}, [${swiftBytes(hex)}]),`).join('\n')}
    ]

    private static func sha256(_ data: Data) -> String {
        Data(SHA256.hash(data: data)).base64EncodedString()
    }
}
`;
}

function swiftHost({ host, includeSubdomains, reportOnly, expires, afterExpiry, pins }: ExpressedHost): string {
  const of = (kind: 'spki' | 'certificate') =>
    `[${pins
      .filter((pin) => pin.kind === kind)
      .map(({ pin }) => `"${pin}"`)
      .join(', ')}]`;
  return `        SallyportPinnedHost(
            host: "${host}", includeSubdomains: ${includeSubdomains}, reportOnly: ${reportOnly},
            expires: ${expires === undefined ? 'nil' : Date.parse(expires) / 1000}, opensAfterExpiry: ${afterExpiry === 'trust-store'},
            keyPins: ${of('spki')},
            certificatePins: ${of('certificate')}
        ),`;
}

function swiftBytes(hex: string): string {
  return [...Buffer.from(hex, 'hex')].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ');
}

const SWIFT_HOST =
  /SallyportPinnedHost\(\s*host: "([^"]+)", includeSubdomains: (true|false), reportOnly: (true|false),\s*expires: (nil|[\d.]+), opensAfterExpiry: (true|false),\s*keyPins: \[([^\]]*)\],\s*certificatePins: \[([^\]]*)\]/g;

/** Reads the table back out of the Swift text. */
export function readSwiftPins(files: readonly EmittedFile[]): Expression {
  const hosts = [...(files[0]?.text ?? '').matchAll(SWIFT_HOST)].map(
    ([, host = '', subdomains, reportOnly, expires = 'nil', opens, keyPins = '', certificatePins = '']): ExpressedHost => ({
      host,
      includeSubdomains: subdomains === 'true',
      reportOnly: reportOnly === 'true',
      ...(expires !== 'nil' && {
        expires: new Date(Number(expires) * 1000).toISOString(),
        afterExpiry: opens === 'true' ? 'trust-store' : 'refuse',
      }),
      pins: [...readPins(keyPins, 'spki'), ...readPins(certificatePins, 'certificate')],
    }),
  );
  return { hosts };
}

function readPins(list: string, kind: 'spki' | 'certificate') {
  return [...list.matchAll(/"([^"]+)"/g)].map(([, pin = '']) => ({ pin: parseSpkiPin(pin) as SpkiPin, kind, place: 'any' as const }));
}
