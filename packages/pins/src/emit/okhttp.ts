import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Emitter, ExpressedHost } from './emitter.ts';

/** Kotlin with an OkHttp `CertificatePinner`. OkHttp evaluates trust first and then any certificate of the chain may match. */
export const okhttp: Emitter = {
  id: 'okhttp',
  title: 'OkHttp CertificatePinner (Kotlin)',
  abilities: {
    subdomains: 'any-depth',
    expiry: 'none',
    afterExpiry: [],
    reportOnly: 'none',
    reportUri: false,
    certificatePins: false,
    version: false,
    place: 'any',
  },
  remarks: ['Pass it to every OkHttpClient of the app: a client built without it is not pinned.'],
  write: ({ hosts }, notes) => [
    {
      name: 'SallyportPins.kt',
      text: [
        ...notes.map((note) => `// ${note}`),
        'import okhttp3.CertificatePinner',
        '',
        '/** Pins of this app. Use: OkHttpClient.Builder().certificatePinner(sallyportPins) */',
        'val sallyportPins: CertificatePinner = CertificatePinner.Builder()',
        ...hosts.map(
          ({ host, includeSubdomains, pins }) =>
            // `**.` covers the host itself and every name below it.
            `    .add("${includeSubdomains ? '**.' : ''}${host}", ${pins.map(({ pin }) => `"sha256/${pin}"`).join(', ')})`,
        ),
        '    .build()',
        '',
      ].join('\n'),
    },
  ],
  read: ([file]) => ({
    hosts: [...(file?.text ?? '').matchAll(/^ {4}\.add\("(\*\*\.)?([^"]+)", (.*)\)$/gm)].map(
      ([, wildcard, host = '', pins = '']): ExpressedHost => ({
        host,
        includeSubdomains: wildcard !== undefined,
        reportOnly: false,
        pins: [...pins.matchAll(/"(sha256\/[^"]+)"/g)].map(([, pin = '']) => ({
          pin: parseSpkiPin(pin) as SpkiPin,
          kind: 'spki',
          place: 'any',
        })),
      }),
    ),
  }),
};
