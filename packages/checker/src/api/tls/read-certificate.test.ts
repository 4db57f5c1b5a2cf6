import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type CertificateWish, createCertificate } from '../testing/index.ts';
import { readCertificate } from './read-certificate.ts';

async function served(wish: CertificateWish, trusted = true) {
  const made = createCertificate(wish);
  const server = createServer({ cert: made.certificate, key: made.key, ciphers: 'DEFAULT:@SECLEVEL=0' }, (socket) =>
    socket.on('error', () => undefined),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return {
      made,
      read: await readCertificate({ host: '127.0.0.1', port, ca: trusted ? made.authority : createCertificate().authority, timeout: 3000 }),
    };
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('readCertificate', () => {
  it('finds no fault with a good one, and its pin first', async () => {
    const { made, read } = await served({});
    expect(read).toMatchObject({ fault: undefined, matchesName: true, key: 'ec 256' });
    expect(read.pins[0]).toBe(made.pin);
  });

  it('sees that it has run out', async () => {
    const { read } = await served({ notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') });
    expect(read).toMatchObject({ fault: 'CERT_HAS_EXPIRED', notAfter: Date.parse('2021-01-01') });
  });

  it('sees another name', async () => {
    expect((await served({ names: ['other.example'] })).read).toMatchObject({ fault: undefined, matchesName: false });
  });

  it('sees an unknown authority', async () => {
    expect((await served({}, false)).read.fault).toMatch(/UNABLE_TO/);
  });

  it('sees a short key', async () => {
    expect((await served({ key: 'rsa-1024' })).read.key).toBe('rsa 1024');
  });

  it('fails with a code where nobody listens', async () => {
    await expect(readCertificate({ host: '127.0.0.1', port: 1, ca: undefined, timeout: 1000 })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
