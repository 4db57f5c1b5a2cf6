import { type AuditContext, defineAudit } from '../../audit.ts';
import { words } from '../../flow/sensitive-name.ts';
import { isTestPath } from '../../gather/file-role.ts';
import type { PlistNode } from '../../gather/read-xml-plist.ts';
import { entropy, findSecret, isPlaceholder } from '../../secrets/secret-patterns.ts';
import { configAssignments } from './config-assignments.ts';

/** Keys under which a configuration file holds a secret. */
const SECRET_KEY =
  /\b(?:pass(?:word|wd|phrase|code)?s?|pwd|secrets?|(?:api|access|auth|private|secret|encryption|signing|hmac|master|merchant|account|service) ?(?:keys?|tokens?)|(?:access|auth|refresh|bearer|bot|deploy|personal|push) ?tokens?|credentials?|connection ?string)\b/;
/** The same asked roughly, for the many keys that are nothing of the kind. */
const MAY_BE_SECRET = /pass|pwd|secret|key|token|credential|connection/i;
/** Files that set nothing, or that other audits read. */
const NO_SETTINGS = /^(?:bundle|jvm|package|key-file|android-network-config|page)$/;
const NOT_VALUE =
  /\b(?:url|uri|path|file|name|id|identifier|type|description|usage|title|label|public|enabled|required|group|groups|domain|service|endpoint|host|algorithm|length|store|alias)$/;
/** Reporting and analytics kits: their keys may only write, and the kit reads them from the app. */
const CLIENT_KIT =
  /\b(?:bugsnag|sentry|segment|amplitude|mixpanel|post ?hog|crashlytics|appsflyer|one ?signal|instabug|new ?relic|datadog|appcenter)\b/i;
/** People choose passwords shorter than machines make keys, so they hold fewer bits. */
const PASSWORD = /\b(?:pass(?:word|wd|phrase|code)?|pwd)$/;
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
      { path: 'Config.xcconfig', text: 'ADMIN_PASSWORD = Wint3r!77\n' },
      { path: '.env', text: 'MERCHANT_KEY = 9f8a7c6b5d4e3f2a1b0c\n' },
      { path: '.env', text: 'EXPO_PUBLIC_API_TOKEN=9f8a7c6b5d4e3f2a1b0c\n' },
      { path: 'fastlane/Fastfile', text: 'ENV["MATCH_PASSWORD"] ||= "9f8a7c6b5d4e3f2a"\n' },
      { path: 'android/app/build.gradle', text: 'buildConfigField "String", "PARTNER_SECRET", "\\"9f8a7c6b5d4e3f2a1b0c\\""\n' },
      { path: 'android/app/build.gradle', text: '  storePassword "9f8a7c6b5d4e"\n' },
      { path: 'android/gradle.properties', text: 'UPLOAD_STORE_PASSWORD=9f8a7c6b5d4e\n' },
      { path: 'res/values/strings.xml', text: '<resources><string name="api_secret">9f8a7c6b5d4e3f2a1b0c</string></resources>' },
      { path: '.npmrc', text: '//npm.example.com/:_authToken=9f8a7c6b-5d4e-3f2a-1b0c\n' },
      { path: 'App.xcodeproj/project.pbxproj', text: 'INFOPLIST_KEY_PartnerSecret = "9f8a7c6b5d4e3f2a1b0c";' },
      { path: 'App.xcodeproj/project.pbxproj', text: 'shellScript = "export DEPLOY_TOKEN=9f8a7c6b5d4e3f2a1b0c\\nnode build.js";' },
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
      { path: 'fastlane/Fastfile', text: 'ENV["MATCH_PASSWORD"] = ENV["CI_MATCH_PASSWORD"]\nkey_id: "9F8A7C6B5D"\n' },
      { path: 'android/app/build.gradle', text: '  storePassword System.getenv("STORE_PASSWORD")\n  storePassword "android"\n' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is npm's own syntax
      { path: '.npmrc', text: '//npm.example.com/:_authToken=${NPM_TOKEN}\n' },
      { path: 'App.xcodeproj/project.pbxproj', text: 'INFOPLIST_KEY_PartnerSecret = "$(PARTNER_SECRET)";' },
    ],
  },
  check(artifacts, context) {
    for (const plist of artifacts.plists)
      if (plist.role !== 'google-service' && plist.role !== 'privacy') visit(plist.root, '', '', plist.path, context);
    for (const file of artifacts.texts) {
      if (NO_SETTINGS.test(file.role)) continue;
      if (/\.(?:example|sample|template|dist)$/i.test(file.path) || isTestPath(file.path)) continue;
      let line = 1;
      let from = 0;
      for (const { key, value, at, written } of configAssignments(file)) {
        // A manifest names the keys of client libraries, which are made to be in the app.
        if (!MAY_BE_SECRET.test(key) || (file.role === 'android-manifest' && /api_?key/i.test(key))) continue;
        for (; from < at; from++) if (file.source.charCodeAt(from) === 10) line++;
        judge(key, value, file.path, line, written, context, file.role === 'config');
      }
    }
  },
});

function visit(node: PlistNode, key: string, owner: string, path: string, context: AuditContext): void {
  if (node.kind === 'dict') for (const [name, value] of node.entries) visit(value, name, `${owner} ${key}`, path, context);
  else if (node.kind === 'array') for (const item of node.items) visit(item, key, owner, path, context);
  else if (node.kind === 'text') judge(key, node.text, path, node.valueLine ?? node.line, `${key} = ${node.text}`, context, false, owner);
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
  if (isPlaceholder(value) || /\s|\$\(|[$#]\{|^[a-z]+:\/\/|^\/|^[A-Z_]+$|^\d+(?:\.\d+)*$/.test(value) || findSecret(value) !== undefined)
    return;
  if (/^[a-z]+(?:[._-][a-z]+)+$/i.test(value) && !/\d/.test(value)) return;
  const strong = entropy(value) >= (PASSWORD.test(spoken) ? 2.5 : 3) && /[0-9]/.test(value) && /[A-Za-z]/.test(value);
  if (!strong && (general || !/\W|\d/.test(value))) return;
  context.report({
    place: { path, line, evidence },
    message: `“${key}” is a secret by its name and stands here in clear.`,
    secrets: [value],
    confidence: strong && !CLIENT_KIT.test(`${owner} ${spoken}`) ? 'medium' : 'low',
  });
}
