import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Emitter } from './emitter.ts';
import { formatPlist, type PlistValue, parsePlist } from './plist.ts';

/** TrustKit's `TSKConfiguration` for Info.plist. Method swizzling stays off: it hides which sessions are covered. */
export const trustkit: Emitter = {
  id: 'trustkit',
  title: 'TrustKit configuration (iOS)',
  abilities: {
    subdomains: 'any-depth',
    expiry: 'day',
    afterExpiry: ['trust-store'],
    reportOnly: 'host',
    reportUri: true,
    certificatePins: false,
    version: false,
    place: 'any',
  },
  remarks: [
    'With TSKSwizzleNetworkDelegates off, call the pinning validator from your URLSession delegate; nothing is pinned before that.',
    'From the expiration day on TrustKit does not enforce the pins.',
  ],
  write: ({ hosts, reportUri }, notes) => {
    const domains = Object.fromEntries(
      hosts.map(({ host, includeSubdomains, reportOnly, expires, pins }) => [
        host,
        {
          TSKIncludeSubdomains: includeSubdomains,
          TSKEnforcePinning: !reportOnly,
          ...(expires !== undefined && { TSKExpirationDate: expires }),
          TSKDisableDefaultReportUri: true,
          ...(reportUri !== undefined && { TSKReportUris: [reportUri] }),
          TSKPublicKeyHashes: pins.map(({ pin }) => pin as string),
        } satisfies PlistValue,
      ]),
    );
    return [
      {
        name: 'TrustKit.plist',
        text: formatPlist({ TSKConfiguration: { TSKSwizzleNetworkDelegates: false, TSKPinnedDomains: domains } }, notes),
      },
    ];
  },
  read: ([file]) => {
    const plist = parsePlist(file?.text ?? '') as unknown as { TSKConfiguration: { TSKPinnedDomains: Record<string, TrustKitDomain> } };
    const domains = Object.entries(plist.TSKConfiguration.TSKPinnedDomains);
    return {
      reportUri: domains[0]?.[1].TSKReportUris?.[0],
      hosts: domains.map(([host, domain]) => ({
        host,
        includeSubdomains: domain.TSKIncludeSubdomains,
        reportOnly: !domain.TSKEnforcePinning,
        expires: domain.TSKExpirationDate,
        pins: domain.TSKPublicKeyHashes.map((pin) => ({ pin: parseSpkiPin(pin) as SpkiPin, kind: 'spki' as const, place: 'any' as const })),
      })),
    };
  },
};

interface TrustKitDomain {
  readonly TSKIncludeSubdomains: boolean;
  readonly TSKEnforcePinning: boolean;
  readonly TSKExpirationDate?: string;
  readonly TSKReportUris?: readonly string[];
  readonly TSKPublicKeyHashes: readonly string[];
}
