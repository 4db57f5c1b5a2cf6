import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What a test server serves with, in PEM, and the pin of its key. */
export interface ServedCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly pin: string;
}

export interface TestAuthority {
  readonly certificate: string;
  readonly pin: string;
  /** @param bare without the identifier of the authority's key, so that only the name says who issued it. */
  issue(names?: readonly string[], options?: { bare?: boolean }): ServedCertificate;
}

const DAY = 86_400_000;
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

/** A fresh certificate authority for tests, of any name: two may bear the same one. */
export function createTestAuthority(name = 'Client test authority'): TestAuthority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const identifier = createHash('sha1').update(spki(authority.publicKey)).digest();
  const certify = (subject: string, publicKey: KeyObject, extensions: readonly Buffer[]) =>
    toPem(name, subject, publicKey, authority.privateKey, extensions);
  return {
    certificate: certify(name, authority.publicKey, [
      extension('2.5.29.19', der(0x30, der(0x01, Buffer.of(255)))),
      extension('2.5.29.15', der(0x03, Buffer.of(2, 0x04))),
      extension('2.5.29.14', der(0x04, identifier)),
    ]),
    pin: pinOf(authority.publicKey),
    issue(names = ['localhost'], { bare = false } = {}) {
      const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const alternatives = names.map((host) => der(0x82, Buffer.from(host)));
      const extensions = [extension('2.5.29.17', der(0x30, ...alternatives))];
      if (!bare) extensions.push(extension('2.5.29.35', der(0x30, der(0x80, identifier))));
      return {
        certificate: certify(names[0] ?? 'localhost', server.publicKey, extensions),
        key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        pin: pinOf(server.publicKey),
      };
    },
  };
}

/** RFC 7469 §2.4, reckoned here once more so that tests do not ask the code under test. */
function pinOf(key: KeyObject): string {
  return createHash('sha256').update(spki(key)).digest('base64');
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function toPem(issuer: string, subject: string, publicKey: KeyObject, signingKey: KeyObject, extensions: readonly Buffer[]): string {
  const algorithm = der(0x30, oid(ECDSA_SHA256));
  const content = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer),
    der(0x30, utcTime(Date.now() - DAY), utcTime(Date.now() + DAY)),
    distinguishedName(subject),
    spki(publicKey),
    der(0xa3, der(0x30, ...extensions)),
  );
  const signature = sign('sha256', content, signingKey);
  const certificate = der(0x30, content, algorithm, der(0x03, Buffer.of(0), signature));
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = rest.flatMap((arc) => {
    const digits = [arc & 127];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left & 127) | 128);
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...arcs]));
}

function extension(id: string, value: Buffer): Buffer {
  return der(0x30, oid(id), der(0x04, value));
}

function distinguishedName(common: string): Buffer {
  return der(0x30, der(0x31, der(0x30, oid('2.5.4.3'), der(0x0c, Buffer.from(common)))));
}

function utcTime(at: number): Buffer {
  const digits = new Date(at).toISOString().slice(2, 19).replace(/[-T:]/g, '');
  return der(0x17, Buffer.from(`${digits}Z`));
}
