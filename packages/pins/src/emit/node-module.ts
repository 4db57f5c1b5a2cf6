import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Emitter, ExpressedHost } from './emitter.ts';
import { CODE_ABILITIES } from './swift-pins.ts';

const START = '/* pins */ ';

/** A Node module without dependencies: `checkServerIdentity` and an `https.Agent` that use the pins. */
export const nodeModule: Emitter = {
  id: 'node',
  title: 'Node module (https.Agent)',
  abilities: CODE_ABILITIES,
  remarks: ['The agent resumes no TLS session: on a resumed one Node neither checks the certificate nor shows it.'],
  write: ({ hosts }, notes) => [{ name: 'sallyport-pins.mjs', text: moduleText(hosts, notes) }],
  read: ([file]) => {
    const line = (file?.text ?? '').split('\n').find((each) => each.includes(START)) ?? '';
    const hosts: readonly ModuleHost[] = JSON.parse(line.slice(line.indexOf(START) + START.length).replace(/;$/, ''));
    return { hosts: hosts.map(readHost) };
  },
};

/** A host as the module holds it. */
interface ModuleHost extends Omit<ExpressedHost, 'pins'> {
  readonly pins: readonly string[];
  readonly certificates: readonly string[];
}

function moduleHost({ pins, ...host }: ExpressedHost): ModuleHost {
  const of = (kind: 'spki' | 'certificate') => pins.filter((pin) => pin.kind === kind).map(({ pin }) => pin);
  return { ...host, pins: of('spki'), certificates: of('certificate') };
}

function readHost({ pins, certificates, ...host }: ModuleHost): ExpressedHost {
  const read = (list: readonly string[], kind: 'spki' | 'certificate') =>
    list.map((pin) => ({ pin: parseSpkiPin(pin) as SpkiPin, kind, place: 'any' as const }));
  return { ...host, pins: [...read(pins, 'spki'), ...read(certificates, 'certificate')] };
}

function moduleText(hosts: readonly ExpressedHost[], notes: readonly string[]): string {
  return `${notes.map((note) => `// ${note}\n`).join('')}import { createHash, X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { checkServerIdentity as checkName } from 'node:tls';

const hosts = ${START}${JSON.stringify(hosts.map(moduleHost))};

/** The entry for this very name, or else the closest one above it that includes its subdomains. */
function pinnedHost(name) {
  const above = hosts.filter(({ host, includeSubdomains }) => includeSubdomains && name.endsWith('.' + host));
  return hosts.find(({ host }) => host === name) ?? above.sort((a, b) => b.host.length - a.host.length)[0];
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('base64');

/** The chain as far as each certificate is really signed by the next: one merely sent along proves nothing. */
function* signedChain(peer) {
  let below;
  for (let depth = 0; peer?.raw !== undefined && depth < 10; depth++) {
    const certificate = new X509Certificate(peer.raw);
    if (below !== undefined && !below.verify(certificate.publicKey)) return;
    yield certificate;
    below = certificate;
    peer = peer.issuerCertificate === peer ? undefined : peer.issuerCertificate;
  }
}

/** For tls.connect, https and undici: the name first, then the pins. Trust has been evaluated when Node calls it. */
export function createServerIdentityCheck({ now = Date.now, onMismatch = () => {} } = {}) {
  return (hostname, peer) => {
    const misnamed = checkName(hostname, peer);
    if (misnamed !== undefined) return misnamed;
    const pinned = pinnedHost(hostname.toLowerCase());
    if (pinned === undefined) return refusal(hostname, 'is not in the pin set');
    if (pinned.expires !== undefined && now() >= Date.parse(pinned.expires)) {
      return pinned.afterExpiry === 'trust-store' ? undefined : refusal(hostname, 'has pins that expired: update the app');
    }
    for (const certificate of signedChain(peer)) {
      if (pinned.pins.includes(sha256(certificate.publicKey.export({ type: 'spki', format: 'der' })))) return undefined;
      if (pinned.certificates.includes(sha256(certificate.raw))) return undefined;
    }
    onMismatch(hostname);
    return pinned.reportOnly ? undefined : refusal(hostname, 'presented no pinned key');
  };
}

function refusal(hostname, why) {
  return Object.assign(new Error(hostname + ' ' + why + '. The connection was closed before anything was sent.'), { code: 'pin-mismatch' });
}

/** An https.Agent that uses the pins. */
export function createPinnedAgent({ now, onMismatch, ...options } = {}) {
  return new Agent({ ...options, maxCachedSessions: 0, rejectUnauthorized: true, checkServerIdentity: createServerIdentityCheck({ now, onMismatch }) });
}
`;
}
