import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Emitter } from './emitter.ts';

/**
 * One curl configuration file a host, for `curl --config FILE https://host/…`.
 *
 * A file a host, because `pinnedpubkey` holds for whatever address the command line names. The trust store is evaluated as
 * well: nothing here switches it off.
 */
export const curlConfig: Emitter = {
  id: 'curl',
  title: 'curl configuration, one file a host',
  abilities: {
    subdomains: 'none',
    expiry: 'none',
    afterExpiry: [],
    reportOnly: 'none',
    reportUri: false,
    certificatePins: false,
    version: false,
    place: 'leaf',
  },
  remarks: ['Use a file only for its host: curl applies the pins to every address of the command.'],
  write: ({ hosts }, notes) =>
    hosts.map(({ host, pins }) => ({
      name: `${host}.curlrc`,
      text: [
        `# Pins of ${host}. Use: curl --config ${host}.curlrc https://${host}/`,
        ...notes.map((note) => `# ${note}`),
        'proto = "=https"',
        'tlsv1.2',
        `pinnedpubkey = "${pins.map(({ pin }) => `sha256//${pin}`).join(';')}"`,
        '',
      ].join('\n'),
    })),
  read: (files) => ({
    hosts: files.map(({ name, text }) => {
      const value = /^pinnedpubkey = "([^"]*)"$/m.exec(text)?.[1] ?? '';
      return {
        host: name.replace(/\.curlrc$/, ''),
        includeSubdomains: false,
        reportOnly: false,
        pins: value.split(';').map((pin) => ({ pin: parseSpkiPin(pin) as SpkiPin, kind: 'spki' as const, place: 'leaf' as const })),
      };
    }),
  }),
};
