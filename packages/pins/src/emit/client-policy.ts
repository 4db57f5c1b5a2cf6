import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Emitter } from './emitter.ts';

/** The pin policy of the Sallyport client, as `pins` takes it. */
export const clientPolicy: Emitter = {
  id: 'client',
  title: 'Sallyport client, pin policy',
  abilities: {
    subdomains: 'none',
    expiry: 'instant',
    afterExpiry: ['refuse'],
    reportOnly: 'set',
    reportUri: false,
    certificatePins: true,
    version: false,
    place: 'any',
  },
  remarks: [
    'A host that is not listed is refused, subdomains included.',
    'In a browser no page can see the certificate: pins are not enforced there.',
  ],
  write: ({ hosts }, notes) => {
    const policy: Policy = {
      mode: hosts.every(({ reportOnly }) => reportOnly) ? 'report' : 'enforce',
      hosts: Object.fromEntries(
        hosts.map(({ host, expires, pins }) => [
          host,
          {
            pins: pins.filter(({ kind }) => kind === 'spki').map(({ pin }) => pin),
            certificates: pins.filter(({ kind }) => kind === 'certificate').map(({ pin }) => Buffer.from(pin, 'base64').toString('hex')),
            ...(expires !== undefined && { expires: Date.parse(expires) }),
          },
        ]),
      ),
      notes,
    };
    return [{ name: 'pin-policy.json', text: `${JSON.stringify(policy, null, 2)}\n` }];
  },
  read: ([file]) => {
    const { mode, hosts } = JSON.parse(file?.text ?? '') as Policy;
    return {
      hosts: Object.entries(hosts).map(([host, { pins, certificates, expires }]) => ({
        host,
        includeSubdomains: false,
        reportOnly: mode === 'report',
        ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
        pins: [
          ...pins.map((pin) => ({ pin: parseSpkiPin(pin) as SpkiPin, kind: 'spki' as const, place: 'any' as const })),
          ...certificates.map((hex) => ({
            pin: Buffer.from(hex, 'hex').toString('base64') as SpkiPin,
            kind: 'certificate' as const,
            place: 'any' as const,
          })),
        ],
      })),
    };
  },
};

interface Policy {
  readonly mode: 'enforce' | 'report';
  readonly hosts: Readonly<
    Record<string, { readonly pins: readonly string[]; readonly certificates: readonly string[]; readonly expires?: number }>
  >;
  readonly notes: readonly string[];
}
