import { createHash } from 'node:crypto';
import { parsePinSet } from '../set/parse-pin-set.ts';
import type { PinSet, PinSetInput } from '../set/pin-set.ts';

/** A pin that stands for a key: the same text gives the same pin. */
export function pinFor(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** A set that asks for everything a platform might not be able to say. */
export function sampleSet(change: (set: PinSetInput) => void = () => {}): PinSet {
  const input: PinSetInput = {
    format: 'sallyport-pin-set/1',
    version: 7,
    reportUri: 'https://reports.example.com/pins',
    apps: [
      { version: '3.1.0', share: 0.25 },
      { version: '3.2.0', share: 0.75 },
    ],
    hosts: [
      {
        host: 'api.example.com',
        includeSubdomains: true,
        expires: '2030-06-01T12:00:00Z',
        afterExpiry: 'trust-store',
        keepsKey: true,
        pins: [
          { pin: pinFor('leaf'), role: 'leaf', state: 'active', carriedBy: ['3.1.0', '3.2.0'] },
          { pin: pinFor('backup'), role: 'backup', state: 'active', carriedBy: ['3.1.0', '3.2.0'], label: 'safe in the office' },
          { pin: pinFor('next'), role: 'backup', state: 'staged', carriedBy: ['3.2.0'] },
          { pin: pinFor('issuer'), role: 'intermediate', state: 'active', notAfter: '2029-03-12T00:00:00Z', carriedBy: ['3.2.0'] },
          { pin: pinFor('whole'), kind: 'certificate', role: 'leaf', state: 'active', notAfter: '2027-01-20T00:00:00Z' },
          { pin: pinFor('gone'), role: 'leaf', state: 'retired', reason: 'laptop stolen' },
          { pin: pinFor('proxy'), role: 'debug', state: 'active' },
        ],
      },
      {
        host: 'images.example.net',
        pins: [
          { pin: pinFor('cdn-leaf'), role: 'leaf', state: 'active' },
          { pin: pinFor('cdn-backup'), role: 'backup', state: 'active' },
        ],
      },
    ],
  };
  change(input);
  return parsePinSet(JSON.stringify(input), 'sample.json');
}
