import type { Artifacts, TextFile } from '../../gather/artifacts.ts';
import type { PlistNode } from '../../gather/read-xml-plist.ts';

/** An address without TLS that a file other than code sets, or a page loads. */
export interface ConfigAddress {
  readonly address: string;
  /** The setting's name; empty in a page. */
  readonly key: string;
  readonly path: string;
  readonly line: number;
  readonly evidence: string;
}

const ADDRESS_KEY = /ur[li]|host|endpoint|server|base|api|backend|domain/i;
/** `API_URL=http://…`, `"apiUrl": "http://…"`. */
const SETTING = /["']?([\w.-]{2,60})["']?\s*[:=]\s*["']?((?:http|ws):\/\/[^\s"'#]+)/gi;
/** The same in an xcconfig, where `//` begins a comment and is kept apart: `http:/$()/api.example.com`. */
const XCCONFIG_SETTING = /^[ \t]*(\w+)(?:\[[^\]]*\])*[ \t]*=[ \t]*((?:http|ws):\/(?:\$\(\w*\)|\$\{\w*\})\/\S+)/gim;
/** What a page loads or sends to; a link is followed by its reader. */
const LOADED =
  /<(?:script|link|iframe|frame|form|embed|object|source|audio|video)\b[^>]*?\s(?:src|href|action|data)\s*=\s*["']?(http:\/\/[^"'\s>]+)/gi;
const REQUESTED =
  /(?:\.open\(\s*["']\w+["']\s*,|\bfetch\(|\burl\s*:|\$\.(?:get|post|getJSON|load)\(|new\s+(?:WebSocket|EventSource)\()\s*["'`]((?:http|ws):\/\/[^"'`\s]+)/g;
const SETTINGS_FILE = /(?:^|[/._-])(?:config\w*|settings?|env|environments?|endpoints?|constants?)(?:[._-][\w-]+)*\.(?:json|ya?ml)$/i;
const FOR_DEVELOPMENT = /\.(?:dev|development|local|test|example|sample|template|debug)\b|debug|\bdev\b/i;
/** Pages for people who read about the app, not for the app. */
const DOCUMENTS = /(?:^|\/)(?:docs?|documentation|website|site|examples?|demo|fastlane|tests?|licen[cs]es?)\//i;

/** All addresses without TLS in settings, property lists and pages of the app; whom they address is for the caller to judge. */
export function configAddresses(artifacts: Artifacts): ConfigAddress[] {
  const found: ConfigAddress[] = [];
  for (const file of artifacts.texts) if (!FOR_DEVELOPMENT.test(file.path)) found.push(...inText(file));
  for (const plist of artifacts.plists)
    if ((plist.role === 'info' || plist.role === 'other') && !FOR_DEVELOPMENT.test(plist.path))
      visit(plist.root, '', (key, node) => {
        // Info.plist holds settings of the app's own beside Apple's; any other list may hold texts and links.
        if (plist.role === 'info' ? !/^(?:NS|CF|UI|LS)[A-Z]/.test(key) : ADDRESS_KEY.test(key))
          found.push({ address: node.text, key, path: plist.path, line: node.valueLine ?? node.line, evidence: `${key} = ${node.text}` });
      });
  return found.filter(({ address }) => /^(?:http|ws):\/\/[\w[]/i.test(address));
}

function inText(file: TextFile): ConfigAddress[] {
  switch (file.role) {
    case 'env':
      return matches(file, SETTING);
    case 'xcconfig':
      return matches(file, XCCONFIG_SETTING).map((item) => ({ ...item, address: item.address.replace(/\/\$[({]\w*[)}]\//, '//') }));
    case 'app-config':
      return matches(file, SETTING).filter(({ key }) => ADDRESS_KEY.test(key));
    case 'config':
      return SETTINGS_FILE.test(file.path) ? matches(file, SETTING).filter(({ key }) => ADDRESS_KEY.test(key)) : [];
    case 'page':
      return DOCUMENTS.test(file.path) ? [] : [...matches(file, LOADED), ...matches(file, REQUESTED)];
    default:
      return [];
  }
}

function matches({ source, path }: TextFile, pattern: RegExp): ConfigAddress[] {
  let line = 1;
  let counted = 0;
  return [...source.matchAll(pattern)].map((match) => {
    const end = match.index + match[0].length;
    for (; counted < end; counted++) if (source.charCodeAt(counted) === 10) line++;
    const paired = match.length > 2;
    return { address: match[paired ? 2 : 1] as string, key: paired ? (match[1] as string) : '', path, line, evidence: match[0].trim() };
  });
}

type TextNode = Extract<PlistNode, { kind: 'text' }>;

function visit(node: PlistNode, key: string, told: (key: string, node: TextNode) => void): void {
  if (node.kind === 'dict') for (const [name, value] of node.entries) visit(value, name, told);
  else if (node.kind === 'array') for (const item of node.items) visit(item, key, told);
  else if (node.kind === 'text') told(key, node);
}
