import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';

/** The certificate of a run's authority, where other programs can read it. Its key is in no file. */
export interface AuthorityFiles {
  /** For simulators and programs. */
  readonly pem: string;
  /** What phones take. */
  readonly der: string;
  /** PEM of all a program should trust that knows one file only. */
  readonly bundle: string;
  remove(): Promise<void>;
}

/** @param withSystem whether hosts are passed on, whose certificates the system's authorities vouch for. */
export async function writeAuthorityFiles(
  authority: { readonly pem: string; readonly der: Buffer },
  withSystem: boolean,
): Promise<AuthorityFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-proxy-'));
  const [pem, der, bundle] = [join(folder, 'authority.pem'), join(folder, 'authority.cer'), join(folder, 'bundle.pem')];
  await writeFile(pem, authority.pem);
  await writeFile(der, authority.der);
  await writeFile(bundle, [authority.pem, ...(withSystem ? getCACertificates('system') : [])].join('\n'));
  return { pem, der, bundle, remove: () => rm(folder, { recursive: true, force: true }) };
}
