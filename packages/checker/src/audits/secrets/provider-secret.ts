import { type AuditContext, defineAudit } from '../../audit.ts';
import type { PlistNode } from '../../gather/read-xml-plist.ts';
import { findSecret } from '../../secrets/secret-patterns.ts';
import { here } from '../event-place.ts';

/** Assembled here so that no scanner takes the sample for a real key. */
const fake = (prefix: string) => `${prefix}${'4eC39HqLyjWDarjtT1zdp7dc'.split('').reverse().join('')}`;

export const providerSecret = defineAudit({
  id: 'provider-secret',
  area: 'secrets',
  title: 'No provider\u2019s secret is in the app',
  failingTitle: 'A provider\u2019s secret is in the app',
  severity: 'critical',
  references: {
    checklist: 'no-secrets',
    masvs: ['MASVS-STORAGE-1', 'MASVS-CRYPTO-2'],
    maswe: ['MASWE-0005'],
    cwe: [798, 312],
    api10: ['API8:2023'],
  },
  why: 'Everybody who downloads the app has the key, and with it what it opens: money, mail, data of all users.',
  remedy: {
    text: 'Revoke the key now. Call the provider from your server or through the gateway, which holds the new key.',
    language: 'swift',
    code: 'let reply = try await client.post("/payments/intent", body: order)   // the gateway adds the key',
    script: "const reply = await client.post('/payments/intent', order);   // the gateway adds the key",
  },
  needs: ['code', 'plists', 'texts', 'binaries'],
  samples: {
    fail: [
      `let stripe = "${fake('sk_live_')}"`,
      { path: 'Config.xcconfig', text: `STRIPE_KEY = ${fake('sk_live_')}\n` },
      { path: '.env', text: `STRIPE=${fake('rk_live_')}` },
      {
        path: 'Info.plist',
        text: `<plist><dict><key>CFBundleIdentifier</key><string>a.b</string><key>Pay</key><string>${fake('sk_live_')}</string></dict></plist>`,
      },
    ],
    pass: [
      `let stripe = "${fake('pk_live_')}"`,
      { path: 'Config.xcconfig', text: 'API_HOST = api.example.com\n' },
      'let curve = P256.KeyAgreement.PrivateKey()',
    ],
  },
  texts(event, context) {
    if (event.text.length < 16) return;
    const found = findSecret(event.text);
    if (found === undefined) return;
    context.report({ at: here(event.scene, event.node), ...say(found) });
  },
  check(artifacts, context) {
    for (const file of artifacts.texts) {
      // Stores of keys have an audit of their own.
      if (file.role === 'key-file') continue;
      if (file.role === 'bundle') {
        const found = findSecret(file.source);
        if (found !== undefined)
          context.report({ place: { path: file.path, line: lineAt(file.source, found.index), evidence: found.match }, ...say(found) });
        continue;
      }
      file.source.split('\n').forEach((line, index) => {
        const found = line.length < 16 ? undefined : findSecret(line.length > 4_000 ? line.slice(0, 4_000) : line);
        if (found !== undefined) context.report({ place: { path: file.path, line: index + 1, evidence: line }, ...say(found) });
      });
    }
    for (const plist of artifacts.plists) visit(plist.root, plist.path, plist.role === 'google-service', context);
    for (const binary of artifacts.binaries) {
      for (const text of binary.strings) {
        const found = findSecret(text);
        if (found !== undefined) context.report({ place: { path: binary.path, line: 0, evidence: text.slice(0, 200) }, ...say(found) });
      }
    }
  },
});

function visit(node: PlistNode, path: string, google: boolean, context: AuditContext): void {
  if (node.kind === 'dict') for (const value of node.entries.values()) visit(value, path, google, context);
  else if (node.kind === 'array') for (const value of node.items) visit(value, path, google, context);
  else if (node.kind === 'text') {
    const found = findSecret(node.text);
    if (found !== undefined && !(google && found.pattern.identifier))
      context.report({ place: { path, line: node.valueLine ?? node.line, evidence: node.text }, ...say(found) });
  }
}

function say(found: NonNullable<ReturnType<typeof findSecret>>) {
  if (found.pattern.identifier === true)
    return {
      message: `${found.pattern.name[0]?.toUpperCase()}${found.pattern.name.slice(1)} is public by design; restrict it to this app at the provider.`,
      severity: 'info' as const,
      confidence: 'low' as const,
      secrets: [found.match],
    };
  const test = found.pattern.name.includes('test');
  return {
    message: `This is ${found.pattern.name}.`,
    secrets: [found.match],
    ...(test
      ? { severity: 'low' as const }
      : found.pattern.name === 'a JSON web token'
        ? { severity: 'medium' as const, confidence: 'medium' as const }
        : {}),
  };
}

function lineAt(source: string, index: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < index; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
