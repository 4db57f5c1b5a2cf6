import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import type { Emitter, ExpressedHost } from './emitter.ts';
import { CODE_ABILITIES } from './swift-pins.ts';

/** The pin policy of the Sallyport client, in JSON: what a signed pin set carries too. */
export const clientPolicy: Emitter = {
  id: 'client',
  title: 'Sallyport client, pin policy',
  abilities: { ...CODE_ABILITIES, version: true, reportUri: true },
  remarks: ['In a browser no page can see the certificate: pins are not enforced there.'],
  write: ({ hosts, version, reportUri }, notes) => [
    {
      name: 'pin-policy.json',
      text: `${JSON.stringify({ format: 'sallyport-pin-policy/1', version, reportUri, hosts: hosts.map(clientHost), notes }, null, 2)}\n`,
    },
  ],
  read: ([file]) => {
    const policy = JSON.parse(file?.text ?? '') as ClientPolicy;
    return { version: policy.version, reportUri: policy.reportUri, hosts: policy.hosts.map(readClientHost) };
  },
};

interface ClientPolicy {
  readonly version: number;
  readonly reportUri?: string;
  readonly hosts: readonly ClientHost[];
}

interface ClientHost {
  readonly host: string;
  readonly includeSubdomains: boolean;
  readonly reportOnly: boolean;
  readonly expires?: string | undefined;
  readonly pins: readonly string[];
  readonly certificates?: readonly string[];
}

/** One host in the form of the wire. */
export function clientHost({ host, includeSubdomains, reportOnly, expires, pins }: ExpressedHost): ClientHost {
  const whole = pins.filter(({ kind }) => kind === 'certificate').map(({ pin }) => pin);
  return {
    host,
    includeSubdomains,
    reportOnly,
    expires,
    pins: pins.filter(({ kind }) => kind === 'spki').map(({ pin }) => pin),
    ...(whole.length > 0 && { certificates: whole }),
  };
}

function readClientHost({ pins, certificates = [], ...host }: ClientHost): ExpressedHost {
  const read = (list: readonly string[], kind: 'spki' | 'certificate') =>
    list.map((pin) => ({ pin: parseSpkiPin(pin) as SpkiPin, kind, place: 'any' as const }));
  return { ...host, pins: [...read(pins, 'spki'), ...read(certificates, 'certificate')] };
}
