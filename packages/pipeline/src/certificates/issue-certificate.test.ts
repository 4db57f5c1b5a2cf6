import { createPublicKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, isIP } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { createCertificateAuthority, generateServerKey, issueServerCertificate } from './issue-certificate.ts';
import { spkiPinOf } from './spki-pin-of.ts';

const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
const authorityOf = (loopbackOnly: boolean) =>
  createCertificateAuthority({ name: 'Test authority', key: generateServerKey(), loopbackOnly, ...validity });

/** Connects for real, as a client that trusts the authority and expects the name. */
async function handshake(options: { authority: string; certificate: string; key: ReturnType<typeof generateServerKey>; name: string }) {
  const server = createServer({ cert: options.certificate, key: options.key.export({ type: 'pkcs8', format: 'pem' }) });
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const isAddress = isIP(options.name) !== 0;
  const socket = connect({
    port,
    host: '127.0.0.1',
    ca: options.authority,
    ...(isAddress ? {} : { servername: options.name }),
    checkServerIdentity: (_, peer) => checkName(peer.raw, options.name),
  });
  try {
    await once(socket, 'secureConnect');
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  } finally {
    socket.destroy();
    server.close();
  }
}

function checkName(raw: Buffer, name: string): Error | undefined {
  const certificate = new X509Certificate(raw);
  const fits = isIP(name) !== 0 ? certificate.checkIP(name) : certificate.checkHost(name);
  return fits === undefined ? new Error('the name does not fit') : undefined;
}

test.each(['localhost', '127.0.0.1', '::1'])('a client that trusts the authority accepts the server as %s', async (name) => {
  const [authority, key] = [authorityOf(true), generateServerKey()];
  const certificate = issueServerCertificate({
    authority,
    names: ['localhost', '127.0.0.1', '::1'],
    publicKey: createPublicKey(key),
    ...validity,
  });
  expect(await handshake({ authority: authority.certificate, certificate, key, name })).toBe('accepted');
});

test('a constrained authority is not believed about anything but this machine', async () => {
  const key = generateServerKey();
  for (const name of ['api.example.com', 'localhost.example.com', '10.0.0.1', '2001:db8::1']) {
    for (const [loopbackOnly, outcome] of [
      [true, 'permitted subtree violation'],
      [false, 'accepted'],
    ] as const) {
      const authority = authorityOf(loopbackOnly);
      const certificate = issueServerCertificate({ authority, names: [name], publicKey: createPublicKey(key), ...validity });
      expect(await handshake({ authority: authority.certificate, certificate, key, name }), name).toContain(outcome);
    }
  }
});

test('a client that trusts another authority of the same name refuses', async () => {
  const key = generateServerKey();
  const certificate = issueServerCertificate({
    authority: authorityOf(true),
    names: ['localhost'],
    publicKey: createPublicKey(key),
    ...validity,
  });
  expect(await handshake({ authority: authorityOf(true).certificate, certificate, key, name: 'localhost' })).not.toBe('accepted');
});

test('the certificate says what a TLS server’s should, and no more', () => {
  const [authority, key] = [authorityOf(true), generateServerKey()];
  const server = new X509Certificate(
    issueServerCertificate({ authority, names: ['localhost', '::1'], publicKey: createPublicKey(key), ...validity }),
  );
  const issuer = new X509Certificate(authority.certificate);
  expect(server.ca).toBe(false);
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(server.subjectAltName).toBe('DNS:localhost, IP Address:0:0:0:0:0:0:0:1');
  expect(server.checkIssued(issuer) && server.verify(issuer.publicKey)).toBe(true);
  expect(server.validToDate.getTime()).toBe(Math.floor(validity.notAfter.getTime() / 1000) * 1000);
  expect(server.publicKey.equals(createPublicKey(key))).toBe(true);
  expect(issuer.ca).toBe(true);
  expect(server.serialNumber).not.toBe(issuer.serialNumber);
});

test('a name with characters that text forms of names escape', async () => {
  const [authority, key] = [
    createCertificateAuthority({ name: 'A+B, "C" = Ä', key: generateServerKey(), loopbackOnly: true, ...validity }),
    generateServerKey(),
  ];
  const certificate = issueServerCertificate({ authority, names: ['localhost'], publicKey: createPublicKey(key), ...validity });
  expect(await handshake({ authority: authority.certificate, certificate, key, name: 'localhost' })).toBe('accepted');
});

test('the pin is of the key, the same from either half and any certificate of it', () => {
  const key = generateServerKey();
  expect(spkiPinOf(key)).toBe(spkiPinOf(createPublicKey(key)));
  expect(spkiPinOf(key)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(spkiPinOf(key)).not.toBe(spkiPinOf(generateServerKey()));
});
