import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Abilities, Emitter, ExpressedHost, ExpressedPin } from './emitter.ts';
import { formatPlist, type PlistValue, parsePlist } from './plist.ts';

/** What App Transport Security can say, natively and through Expo. */
export const ATS_ABILITIES: Abilities = {
  subdomains: 'one-label',
  expiry: 'none',
  afterExpiry: [],
  reportOnly: 'none',
  reportUri: false,
  certificatePins: false,
  version: false,
  place: 'separate',
};

export const ATS_REMARKS = [
  'Applies to URLSession and everything built on it; not to a TLS stack an app brings along.',
  'Pins are read when the app starts; a new pin needs a new app version.',
];

/**
 * Info.plist with `NSPinnedDomains` (iOS 14 and later).
 *
 * Leaf and authority identities are two lists, and where both are given ATS wants a match in each. So only one is ever
 * written: a pin of the issuer beside the own keys would not be a second path but a second lock.
 */
export const iosInfoPlist: Emitter = {
  id: 'ios',
  title: 'iOS Info.plist, NSPinnedDomains',
  abilities: ATS_ABILITIES,
  remarks: ATS_REMARKS,
  write: ({ hosts }, notes) => [
    { name: 'Info.pins.plist', text: formatPlist({ NSAppTransportSecurity: { NSPinnedDomains: pinnedDomains(hosts) } }, notes) },
  ],
  read: ([file]) => {
    const plist = parsePlist(file?.text ?? '') as { NSAppTransportSecurity: { NSPinnedDomains: PinnedDomains } };
    return { hosts: readPinnedDomains(plist.NSAppTransportSecurity.NSPinnedDomains) };
  },
};

type Identity = { readonly 'SPKI-SHA256-BASE64': string };
type PinnedDomains = {
  readonly [host: string]: {
    readonly NSIncludesSubdomains: boolean;
    readonly NSPinnedLeafIdentities?: readonly Identity[];
    readonly NSPinnedCAIdentities?: readonly Identity[];
  };
};

/** The dictionary under `NSPinnedDomains`. */
export function pinnedDomains(hosts: readonly ExpressedHost[]): PinnedDomains & { readonly [key: string]: PlistValue } {
  return Object.fromEntries(
    hosts.map(({ host, includeSubdomains, pins }) => {
      const list = pins[0]?.place === 'authority' ? 'NSPinnedCAIdentities' : 'NSPinnedLeafIdentities';
      return [host, { NSIncludesSubdomains: includeSubdomains, [list]: pins.map(({ pin }) => ({ 'SPKI-SHA256-BASE64': pin as string })) }];
    }),
  );
}

/** Reads what {@link pinnedDomains} wrote. */
export function readPinnedDomains(domains: PinnedDomains): readonly ExpressedHost[] {
  return Object.entries(domains).map(([host, { NSIncludesSubdomains, NSPinnedLeafIdentities = [], NSPinnedCAIdentities = [] }]) => ({
    host,
    includeSubdomains: NSIncludesSubdomains,
    reportOnly: false,
    pins: [
      ...NSPinnedLeafIdentities.map((identity) => pinOf(identity, 'leaf')),
      ...NSPinnedCAIdentities.map((identity) => pinOf(identity, 'authority')),
    ],
  }));
}

function pinOf(identity: Identity, place: ExpressedPin['place']): ExpressedPin {
  return { pin: parseSpkiPin(identity['SPKI-SHA256-BASE64']) as SpkiPin, kind: 'spki', place };
}
