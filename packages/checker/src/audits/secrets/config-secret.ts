import { type AuditContext, defineAudit } from '../../audit.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { PlistNode } from '../../gather/read-xml-plist.ts';
import { entropy, findSecret, isPlaceholder } from '../../secrets/secret-patterns.ts';

/** Keys under which a configuration file holds a secret. */
const SECRET_KEY =
  /\b(?:pass(?:word|wd|phrase|code)?s?|pwd|secrets?|(?:api|access|auth|private|secret|encryption|signing|hmac|master|account|service) ?(?:keys?|tokens?)|(?:access|auth|refresh|bearer|bot|deploy|personal|push) ?tokens?|credentials?|connection ?string)\b/;
/** The same asked roughly, for the many keys that are nothing of the kind. */
const MAY_BE_SECRET = /pass|pwd|secret|key|token|credential|connection/i;
const NOT_VALUE =
  /\b(?:url|uri|path|file|name|id|identifier|type|description|usage|title|label|public|enabled|required|group|groups|domain|service|endpoint|host|algorithm|length|store|alias)$/;
/** Reporting and analytics kits: their keys may only write, and the kit reads them from the app. */
const CLIENT_KIT =
  /\b(?:bugsnag|sentry|segment|amplitude|mixpanel|post ?hog|crashlytics|appsflyer|one ?signal|instabug|new ?relic|datadog|appcenter)\b/i;
/** Shorter values are switches and names. */
const MIN_LENGTH = 8;

export const configSecret = defineAudit({
  id: 'config-secret',
  area: 'secrets',
  title: 'No secret is in plists, xcconfig, app.json, .env or build settings',
  failingTitle: 'A secret is in a configuration file of the app',
  severity: 'high',
  references: {
    checklist: 'secrets-at-build',
    masvs: ['MASVS-STORAGE-1', 'MASVS-CRYPTO-2'],
    maswe: ['MASWE-0005'],
    cwe: [798, 312, 540],
    api10: ['API8:2023'],
  },
  why: 'Property lists and bundled configuration are read from the download as they stand; files in the repository are read by everybody with a clone. What is injected at build ends in the app just the same.',
  remedy: {
    text: 'Keep only addresses and identifiers there. Let the server or the gateway hold the secret.',
    language: 'ini',
    code: 'API_HOST = api.example.com\n// no key: the gateway adds it',
  },
  needs: ['plists', 'texts'],
  samples: {
    fail: [
      { path: 'Config.xcconfig', text: 'API_SECRET = 9f8a7c6b5d4e3f2a1b0c\n' },
      { path: 'Credentials.plist', text: '<plist><dict><key>Password</key><string>Secr3t@Value</string></dict></plist>' },
      { path: 'app.json', text: '{ "expo": { "extra": { "apiSecret": "9f8a7c6b5d4e3f2a1b0c" } } }' },
      { path: '.env', text: 'EXPO_PUBLIC_API_TOKEN=9f8a7c6b5d4e3f2a1b0c\n' },
    ],
    pass: [
      { path: 'Config.xcconfig', text: 'API_HOST = api.example.com\nAPI_SECRET = $(CI_SECRET)\n' },
      {
        path: 'Info.plist',
        text: '<plist><dict><key>CFBundleIdentifier</key><string>a.b</string><key>NSFaceIDUsageDescription</key><string>Sign in with your password</string></dict></plist>',
      },
      {
        path: 'Info.plist',
        text: '<plist><dict><key>bugsnag</key><dict><key>apiKey</key><string>9f8a7c6b5d4e3f2a1b0c</string></dict></dict></plist>',
      },
      { path: 'src/locales/de.json', text: '{ "E2E_password": "E2E-Passwort1" }' },
      { path: '.env.example', text: 'API_TOKEN=your-token-here\n' },
    ],
  },
  check(artifacts, context) {
    for (const plist of artifacts.plists)
      if (plist.role !== 'google-service' && plist.role !== 'privacy') visit(plist.root, '', '', plist.path, context);
    for (const file of artifacts.texts) {
      if (file.role === 'bundle' || file.role === 'android-manifest' || file.role === 'android-network-config') continue;
      if (/\.(?:example|sample|template|dist)$/i.test(file.path)) continue;
      const assignment =
        file.role === 'config' || file.role === 'app-config'
          ? /["']?([\w.-]{3,60})["']?\s*[:=]\s*["']([^"'\n]{8,200})["']/g
          : file.role === 'pbxproj'
            ? /\b([A-Z][A-Z0-9_]{3,60})\s*=\s*"?([^";\n]{8,200})"?;/g
            : /^[ \t]*(?:export\s+)?([\w.-]{3,60})\s*=[ \t]*["']?([^\s"'#]{8,200})/gm;
      let line = 1;
      let from = 0;
      for (const match of file.source.matchAll(assignment)) {
        if (!MAY_BE_SECRET.test(match[1] as string)) continue;
        for (const end = match.index + match[0].length - 1; from < end; from++) if (file.source.charCodeAt(from) === 10) line++;
        judge(match[1] as string, match[2] as string, file.path, line, match[0].trim(), context, file.role === 'config');
      }
    }
  },
});

function visit(node: PlistNode, key: string, owner: string, path: string, context: AuditContext): void {
  if (node.kind === 'dict') for (const [name, value] of node.entries) visit(value, name, `${owner} ${key}`, path, context);
  else if (node.kind === 'array') for (const item of node.items) visit(item, key, owner, path, context);
  else if (node.kind === 'text') judge(key, node.text, path, node.line, `${key} = ${node.text}`, context, false, owner);
}

function judge(
  key: string,
  value: string,
  path: string,
  line: number,
  evidence: string,
  context: AuditContext,
  general: boolean,
  owner = '',
): void {
  const spoken = words(key).replace(/ \d+$/, '');
  if (!SECRET_KEY.test(spoken) || NOT_VALUE.test(spoken) || value.length < MIN_LENGTH) return;
  if (isPlaceholder(value) || /\s|\$\(|\$\{|^[a-z]+:\/\/|^\/|^[A-Z_]+$|^\d+(?:\.\d+)*$/.test(value) || findSecret(value) !== undefined)
    return;
  if (/^[a-z]+(?:[._-][a-z]+)+$/i.test(value) && !/\d/.test(value)) return;
  const strong = entropy(value) >= 3 && /[0-9]/.test(value) && /[A-Za-z]/.test(value);
  if (!strong && (general || !/\W|\d/.test(value))) return;
  context.report({
    place: { path, line, evidence },
    message: `“${key}” is a secret by its name and stands here in clear.`,
    secrets: [value],
    confidence: strong && !CLIENT_KIT.test(`${owner} ${spoken}`) ? 'medium' : 'low',
  });
}
