import { expect, it } from 'vitest';
import type { Probe } from '../../api-audit.ts';
import type { Artifacts } from '../../run/artifacts.ts';
import { certificateKey } from './certificate-key.ts';

function findings(key: string, signatureAlgorithm: string): string[] {
  const found: string[] = [];
  const probe = { report: ({ evidence = '' }) => void found.push(evidence) } as Partial<Probe> as Probe;
  void certificateKey.check({ certificate: { key, signatureAlgorithm } } as unknown as Artifacts, probe);
  return found;
}

it.each(['sha1WithRSAEncryption', 'ecdsa-with-SHA1', 'md5WithRSAEncryption', 'dsa-with-sha1'])('refuses a signature by %s', (algorithm) =>
  expect(findings('rsa 2048', algorithm)).toEqual([algorithm]),
);

it.each(['sha256WithRSAEncryption', 'ecdsa-with-SHA256', 'ecdsa-with-SHA384', 'ED25519', 'RSASSA-PSS', 'sha512WithRSAEncryption'])(
  'lets a signature by %s be',
  (algorithm) => expect(findings('ec 256', algorithm)).toEqual([]),
);

it.each(['rsa 1024', 'ec 224', 'dsa 2048'])('refuses a key of %s', (key) => expect(findings(key, 'ecdsa-with-SHA256')).toEqual([key]));
