import type { FindingInput } from '../../audit.ts';
import type { Artifacts, Plist } from '../../gather/artifacts.ts';
import type { PlistNode } from '../../gather/read-xml-plist.ts';
import { plistAt, plistPlace } from '../plist-values.ts';
import { PINNING_WORDS } from './pinning-words.ts';

/** Pins of which one must be met, as one place of the app states them. */
export interface PinGroup {
  /** Host the pins are for, with `*.` and `**.` as OkHttp writes them; undefined when the place names none. */
  readonly host: string | undefined;
  readonly subdomains: boolean;
  /** Which certificates of the chain may meet them: `leaf` and `authority` are NSPinnedDomains' two lists. */
  readonly of: 'leaf' | 'authority' | 'any';
  /** SHA-256 of the SubjectPublicKeyInfo in base64. */
  readonly pins: readonly string[];
  readonly where: Pick<FindingInput, 'at' | 'place'>;
  /** Whether host and pins belong together for certain, not only by standing close to each other. */
  readonly certain: boolean;
}

const PIN = /^[A-Za-z0-9+/]{43}=$/;
/** A pin as a literal of its own: bare as TrustKit wants it, or with OkHttp's prefix. */
const LITERAL = /["'`](?:sha256[/:])?([A-Za-z0-9+/]{43}=)["'`]/g;
const HOST = /["'`](?:https?:\/\/)?((?:\*{1,2}\.)?(?:[a-z0-9-]+\.)+[a-z]{2,}|localhost|127\.0\.0\.1)(?::\d+)?(?:\/[^"'`]*)?["'`]/gi;
/** A host stands this many characters before its pins at most; further up it is somebody else's. */
const HOST_DISTANCE = 1_500;

/** Every pin an app carries: App Transport Security, TrustKit, Android's network security config, and literals of code that pins. */
export function declaredPins(artifacts: Artifacts): PinGroup[] {
  return [
    ...artifacts.plists.flatMap((plist) => [...transportSecurity(plist), ...trustKit(plist)]),
    ...artifacts.texts.flatMap((file) =>
      file.role === 'android-network-config' ? networkConfig(file) : file.role === 'jvm' ? literals(file.source, place(file)) : [],
    ),
    ...artifacts.code.flatMap((unit) => (unit.test ? [] : literals(unit.source, (start, end) => ({ at: { unit, start, end } })))),
  ];
}

const texts = (node: PlistNode | undefined): string[] =>
  node?.kind === 'array' ? node.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])) : [];

function transportSecurity(plist: Plist): PinGroup[] {
  const domains = plistAt(plist.root, 'NSAppTransportSecurity', 'NSPinnedDomains');
  if (domains?.kind !== 'dict') return [];
  return [...domains.entries].flatMap(([host, rules]) =>
    (['leaf', 'authority'] as const).flatMap((of): PinGroup[] => {
      const list = plistAt(rules, of === 'leaf' ? 'NSPinnedLeafIdentities' : 'NSPinnedCAIdentities');
      if (list?.kind !== 'array') return [];
      const pins = list.items.flatMap((item) => {
        const pin = plistAt(item, 'SPKI-SHA256-BASE64');
        return pin?.kind === 'text' || pin?.kind === 'data' ? [pin.text.trim()] : [];
      });
      const wide = plistAt(rules, 'NSIncludesSubdomains');
      const subdomains = wide?.kind === 'boolean' && wide.boolean;
      return [{ host, subdomains, of, pins, where: { place: plistPlace(plist, list) }, certain: true }];
    }),
  );
}

/** TrustKit's rules for each host, where a property list holds them. */
export function trustKitDomains(plist: Plist): readonly (readonly [host: string, rules: PlistNode])[] {
  const domains = plistAt(plist.root, 'TSKConfiguration', 'TSKPinnedDomains') ?? plistAt(plist.root, 'TSKPinnedDomains');
  return domains?.kind === 'dict' ? [...domains.entries] : [];
}

/** Pins that TrustKit takes from a property list. */
export function trustKit(plist: Plist): PinGroup[] {
  return trustKitDomains(plist).flatMap(([host, rules]): PinGroup[] => {
    const hashes = plistAt(rules, 'TSKPublicKeyHashes');
    if (hashes === undefined) return [];
    const wide = plistAt(rules, 'TSKIncludeSubdomains');
    const subdomains = wide?.kind === 'boolean' && wide.boolean;
    return [{ host, subdomains, of: 'any', pins: texts(hashes), where: { place: plistPlace(plist, hashes) }, certain: true }];
  });
}

interface TextSource {
  readonly path: string;
  readonly source: string;
}

const place = (file: TextSource) => (start: number, end: number) => ({
  place: { path: file.path, line: file.source.slice(0, start).split('\n').length, evidence: file.source.slice(start, end) },
});

function networkConfig(file: TextSource): PinGroup[] {
  return [...file.source.matchAll(/<domain-config\b[\s\S]*?<\/domain-config>/g)].flatMap((config) => {
    const set = /<pin-set\b[\s\S]*?<\/pin-set>/.exec(config[0]);
    if (set === null) return [];
    const pins = [...set[0].matchAll(/<pin\b[^>]*>\s*([^<\s]+)\s*<\/pin>/g)].map((match) => match[1] as string);
    const start = config.index + set.index;
    return [...config[0].matchAll(/<domain\b([^>]*)>\s*([^<\s]+)\s*<\/domain>/g)].map((domain) => ({
      host: domain[2] as string,
      subdomains: /includeSubdomains\s*=\s*"true"/.test(domain[1] as string),
      of: 'any' as const,
      pins,
      where: place(file)(start, start + '<pin-set'.length),
      certain: true,
    }));
  });
}

/** Literals of a file that pins; those after the same host are one group. */
function literals(source: string, where: (start: number, end: number) => PinGroup['where']): PinGroup[] {
  if (!PINNING_WORDS.test(source)) return [];
  const hosts = [...source.matchAll(HOST)].map((match) => ({ host: match[1] as string, at: match.index }));
  const groups: (PinGroup & { readonly pins: string[]; readonly key: number })[] = [];
  for (const match of source.matchAll(LITERAL)) {
    const near = hosts.findLast((item) => item.at < match.index && match.index - item.at < HOST_DISTANCE);
    const key = near?.at ?? -1;
    const known = groups.find((group) => group.key === key);
    if (known !== undefined) known.pins.push(match[1] as string);
    else {
      const end = match.index + match[0].length;
      const shared = { subdomains: false, of: 'any' as const, certain: false };
      groups.push({ ...shared, host: near?.host, pins: [match[1] as string], where: where(match.index, end), key });
    }
  }
  return groups;
}

/** Whether a group speaks of a host. @example coversHost({ host: '*.example.com', … }, 'api.example.com') // true */
export function coversHost(group: Pick<PinGroup, 'host' | 'subdomains'>, live: string): boolean {
  if (group.host === undefined) return true;
  const host = group.host.toLowerCase();
  const name = live.toLowerCase();
  if (host === name) return true;
  const parent = host.replace(/^\*{1,2}\./, '');
  if (!name.endsWith(`.${parent}`)) return false;
  return group.subdomains || host.startsWith('**.') || (host.startsWith('*.') && !name.slice(0, -parent.length - 1).includes('.'));
}

/** Whether one pin of the group is in the chain where it may be. */
export function isMet(group: PinGroup, chain: readonly string[]): boolean {
  const candidates = group.of === 'leaf' ? chain.slice(0, 1) : group.of === 'authority' ? chain.slice(1) : chain;
  return group.pins.some((pin) => PIN.test(pin) && candidates.includes(pin));
}
