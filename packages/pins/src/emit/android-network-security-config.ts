import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Emitter } from './emitter.ts';
import { escapeComment } from './plist.ts';

/**
 * Android `res/xml/network_security_config.xml` (Android 7 and later), named in the manifest by
 * `android:networkSecurityConfig`.
 */
export const androidNetworkSecurityConfig: Emitter = {
  id: 'android',
  title: 'Android network security config',
  abilities: {
    subdomains: 'any-depth',
    expiry: 'day',
    afterExpiry: ['trust-store'],
    reportOnly: 'none',
    reportUri: false,
    certificatePins: false,
    version: false,
    place: 'any',
  },
  remarks: [
    'From the expiration day on Android does not enforce the pins: whoever can set the clock of the device can switch them off.',
    'A debug-overrides section that trusts user certificates may switch pins off in debuggable builds; keep it out of release builds.',
  ],
  write: ({ hosts }, notes) => [
    {
      name: 'network_security_config.xml',
      text: [
        '<?xml version="1.0" encoding="utf-8"?>',
        ...notes.map((note) => `<!-- ${escapeComment(note)} -->`),
        '<network-security-config>',
        '    <base-config cleartextTrafficPermitted="false" />',
        ...hosts.flatMap(({ host, includeSubdomains, expires, pins }) => [
          '    <domain-config cleartextTrafficPermitted="false">',
          `        <domain includeSubdomains="${includeSubdomains}">${host}</domain>`,
          `        <pin-set${expires === undefined ? '' : ` expiration="${expires}"`}>`,
          ...pins.map(({ pin }) => `            <pin digest="SHA-256">${pin}</pin>`),
          '        </pin-set>',
          '    </domain-config>',
        ]),
        '</network-security-config>',
        '',
      ].join('\n'),
    },
  ],
  read: ([file]) => ({
    hosts: [...(file?.text ?? '').matchAll(/<domain-config[^>]*>([\s\S]*?)<\/domain-config>/g)].map(([, body = '']) => {
      const [, subdomains, host = ''] = /<domain includeSubdomains="(true|false)">([^<]+)<\/domain>/.exec(body) ?? [];
      return {
        host,
        includeSubdomains: subdomains === 'true',
        reportOnly: false,
        expires: /<pin-set expiration="([\d-]+)">/.exec(body)?.[1],
        pins: [...body.matchAll(/<pin digest="SHA-256">([^<]+)<\/pin>/g)].map(([, pin = '']) => ({
          pin: parseSpkiPin(pin) as SpkiPin,
          kind: 'spki' as const,
          place: 'any' as const,
        })),
      };
    }),
  }),
};
