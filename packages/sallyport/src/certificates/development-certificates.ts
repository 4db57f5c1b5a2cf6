import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CertificateAuthority,
  createCertificateAuthority,
  generateServerKey,
  issueServerCertificate,
  spkiPinOf,
} from '@sallyport/pipeline/certificates';
import type { SpkiPin } from '@sallyport/protocol';
import { createFile, makePrivateFolder, replaceFile, StateFolderError } from '../state-folder.ts';

/** What both servers present on a developer's machine, and what a client needs to believe it. */
export interface DevelopmentCertificates {
  /** PEM; trusted by the clients of this machine and by nobody else. */
  readonly certificateAuthority: string;
  /** PEM of the server certificate. */
  readonly certificate: string;
  /** PEM (PKCS #8) of the server's private key. */
  readonly key: string;
  /** The pin of the server's key and that of the backup key, which takes over if the first is lost (REQUIREMENTS C4). */
  readonly pins: readonly [active: SpkiPin, backup: SpkiPin];
}

const DAY = 86_400_000;

/** A year: long enough that nobody reinstalls it often, short enough that a forgotten one dies. */
const AUTHORITY_VALIDITY = 365 * DAY;

/** As public certificates had it for years; renewing it by itself is part of what the development setup shows. */
const SERVER_VALIDITY = 90 * DAY;

/** Machines disagree about the time; a certificate from the future is refused by the one that is behind. */
const CLOCK_TOLERANCE = DAY / 24;

const NAMES = ['localhost', '127.0.0.1', '::1'];

/**
 * Makes, at the first start, a development certificate authority, a server certificate for localhost and a backup key;
 * later reads them, and renews what is damaged or has less than a third of its life left.
 *
 * Keys are kept when certificates are renewed, so pins stay. A damaged server key is replaced by the backup key, so an
 * app that holds both pins goes on. Two processes starting at once end with the same keys.
 *
 * @param folder made with mode 0700; files in it have 0600.
 * @throws StateFolderError
 * @example const { certificate, key, pins } = ensureDevelopmentCertificates(join(stateFolder, 'tls'), Date.now)
 */
export function ensureDevelopmentCertificates(folder: string, now: () => number): DevelopmentCertificates {
  makePrivateFolder(folder);
  const path = (name: string) => join(folder, name);
  const authority = ensureAuthority(path('ca.pem'), ensureKey(path('ca.key'), generateServerKey), now());
  const key = ensureKey(path('server.key'), () => takeKey(path('backup.key')));
  const backup = ensureKey(path('backup.key'), generateServerKey, key);
  return {
    certificateAuthority: authority.certificate,
    certificate: ensureServerCertificate(path('server.pem'), authority, key, now()),
    key: toPem(key),
    pins: [spkiPinOf(key), spkiPinOf(backup)],
  };
}

/**
 * Reads a key, or makes it. Of several processes that make it at once one wins, and the others read what it wrote.
 *
 * @param taken a key this one must not be the same as.
 */
function ensureKey(path: string, make: () => KeyObject, taken?: KeyObject): KeyObject {
  const isGood = (key: KeyObject | undefined) => key !== undefined && !(taken !== undefined && key.equals(taken));
  const found = readKey(path);
  if (isGood(found)) return found as KeyObject;
  const fresh = make();
  if (createFile(path, toPem(fresh))) return fresh;
  const other = readKey(path);
  if (isGood(other)) return other as KeyObject;
  replaceFile(path, toPem(fresh));
  return fresh;
}

/** The backup key steps in for a lost server key; the next backup is made after it. */
function takeKey(path: string): KeyObject {
  return readKey(path) ?? generateServerKey();
}

function readKey(path: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(read(path) ?? '');
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch (error) {
    if (error instanceof StateFolderError) throw error;
    return undefined;
  }
}

function ensureAuthority(path: string, key: KeyObject, now: number): CertificateAuthority {
  // Two authorities made one after the other are told apart by name, as the trust store of a device lists them.
  const name = `Sallyport development ${Buffer.from(spkiPinOf(key), 'base64').toString('hex', 0, 4)}`;
  const found = readCertificate(path);
  const fits = found?.ca && found.subject === `CN=${name}` && found.checkPrivateKey(key) && isFresh(found, now);
  if (found !== undefined && fits) return { name, certificate: found.toString(), key };
  const made = createCertificateAuthority({ name, key, loopbackOnly: true, ...validFrom(now, AUTHORITY_VALIDITY) });
  replaceFile(path, made.certificate);
  return made;
}

function ensureServerCertificate(path: string, authority: CertificateAuthority, key: KeyObject, now: number): string {
  const found = readCertificate(path);
  const issuer = new X509Certificate(authority.certificate);
  const fits = found?.checkPrivateKey(key) && found.checkIssued(issuer) && found.verify(issuer.publicKey) && isFresh(found, now);
  if (found !== undefined && fits) return found.toString();
  const made = issueServerCertificate({ authority, names: NAMES, publicKey: createPublicKey(key), ...validFrom(now, SERVER_VALIDITY) });
  replaceFile(path, made);
  return made;
}

function readCertificate(path: string): X509Certificate | undefined {
  const text = read(path);
  try {
    return text === undefined ? undefined : new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StateFolderError(path, error);
  }
}

function validFrom(now: number, length: number) {
  return { notBefore: new Date(now - CLOCK_TOLERANCE), notAfter: new Date(now + length) };
}

/** Whether more than a third of its life is left, and it has begun. */
function isFresh({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()];
  return from <= now && to - now > (to - from) / 3;
}

function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}
