import { defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { lastName } from '../../flow/paths.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Expression, Place } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';

const WEAK = /^(?:c_?)?(?:s?rand|s?random|rand_r|[dlm]rand48|[es]rand48|nrand48|jrand48)$/;
/** A list's key, a screen's state and a picture's id are none of these. */
const SECURITY =
  /\b(?:tokens?|secrets?|salts?|nonces?|iv|passwords?|passcodes?|otp|csrf|verifier|challenge|crypto\w*|encrypt\w*|uuid|guid|signature|captcha|voucher|coupon|session ?(?:ids?|keys?|tokens?)|(?:encryption|private|secret|api|auth|signing|access|master|aes|hmac) ?keys?|auth ?codes?|pin(?: codes?)?)\b/;
/** The same for the name of what is made: `tokenColor` is a colour. */
const PURPOSE = new RegExp(`${SECURITY.source}$`);
/** Characters before the call that may name what is made; a statement is rarely longer. */
const STATEMENT_LENGTH = 120;

export const insecureRandom = defineAudit({
  id: 'insecure-random',
  area: 'crypto',
  title: 'Secrets come from a cryptographic random generator',
  failingTitle: 'A predictable random generator makes a secret',
  severity: 'high',
  references: {
    checklist: 'no-weak-crypto',
    masvs: ['MASVS-CRYPTO-1'],
    mastg: ['MASTG-TEST-0311'],
    maswe: ['MASWE-0027'],
    cwe: [338, 330],
  },
  why: 'The output of rand, drand48 and Math.random can be computed from a few values or from the time of the seed.',
  remedy: {
    text: 'Use SecRandomCopyBytes, SystemRandomNumberGenerator, or crypto.getRandomValues.',
    language: 'swift',
    code: 'var bytes = [UInt8](repeating: 0, count: 32)\nguard SecRandomCopyBytes(kSecRandomDefault, bytes.count, &bytes) == errSecSuccess else { throw Failure.random }',
    script: 'const bytes = crypto.getRandomValues(new Uint8Array(32));',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func makeToken() -> String { var t = ""; for _ in 0..<16 { t += String(rand() % 10) }; return t }',
      'func resetToken() -> Int { let s = GKMersenneTwisterRandomSource(seed: 42); return s.nextInt(upperBound: 256) }',
      'func shuffle() { srand48(Int(Date().timeIntervalSince1970)); deal() }',
      { path: 'r.m', text: '- (NSString *)sessionToken { return [NSString stringWithFormat:@"%d", rand()]; }' },
      { path: 'r.ts', text: 'export const resetCode = () => { const otp = Math.floor(100000 + Math.random() * 900000); return otp; };' },
      { path: 'r.ts', text: 'export function makeNonce() { return Math.random().toString(36); }' },
      {
        path: 'r.ts',
        text: "export const prepare = async () => {\n  const encryptionKey = await digest(\n    'SHA-256',\n    String(Math.random()),\n  );\n  await keep(encryptionKey);\n};",
      },
      { path: 'r.ts', text: "export const prepare = () => SecureStore.setItemAsync('session_token', Math.random().toString(36));" },
      { path: 'r.ts', text: 'export const send = () => post({ at: 1,\n  nonce: Math.random().toString(36) });' },
    ],
    pass: [
      { path: 'r.ts', text: 'const tokenColor = colors[Math.floor(Math.random() * 3)];' },
      { path: 'r.ts', text: 'export const f = async () => {\n  const token = await fetchToken({\n    cache: Math.random(),\n  });\n};' },
      {
        path: 'r.ts',
        text: 'export const later = () => { const token = subscribe(() => {\n  move(Math.random());\n}); return token; };',
      },
      { path: 'r.ts', text: "export const roll = () => store.setItem('last_roll', Math.random());" },
      'func deal() -> Int { let s = GKMersenneTwisterRandomSource(seed: 42); return s.nextInt(upperBound: 52) }',
      'func makeToken() -> UInt64 { UInt64.random(in: 0...UInt64.max) }',
      { path: 'r.ts', text: 'export function shake() { return Math.random() * 10; }' },
      {
        path: 'r.tsx',
        text: 'export function Snow() { return Array.from({ length: 9 }, (_, key) => ({ key, left: Math.random() * 360 })); }',
      },
      { path: 'r.tsx', text: 'export const add = (rows) => setState([...rows, { key: String(Math.random()), text: "" }]);' },
      {
        path: 'r.ts',
        text: 'const colorKeys = Object.keys(colors);\nexport const pick = () => colorKeys[Math.floor(Math.random() * colorKeys.length)];',
      },
    ],
  },
  calls: [
    {
      names: [
        'rand',
        'srand',
        'random',
        'srandom',
        'drand48',
        'lrand48',
        'mrand48',
        'erand48',
        'nrand48',
        'jrand48',
        'srand48',
        'rand_r',
        'c_rand',
        'c_srand',
        'crand',
        'csrand',
        'nextInt',
        'nextUniform',
        'arrayByShufflingObjects',
      ],
      check(event, context) {
        const weak =
          event.path === 'Math.random' ||
          /^GK\w*(?:RandomSource|RandomDistribution|Distribution)$/.test(event.receiver?.type ?? '') ||
          (event.receiverNode === undefined && WEAK.test(event.name) && !(event.name === 'random' && event.args.length > 0));
        if (!weak) return;
        const around = event.scene.function;
        const { source } = event.scene.unit;
        const before = source.slice(Math.max(0, event.node.start - STATEMENT_LENGTH), event.node.start);
        const statement = /[^;{}\n]*$/.exec(before.replaceAll(/["'][^"'\n]*["']/g, ''))?.[0] ?? '';
        const named =
          SECURITY.test(words(`${around?.name ?? ''} ${event.scene.type ?? ''}`)) ||
          (around !== undefined && SECURITY.test(words(statement))) ||
          purposesOf(event).some((name) => PURPOSE.test(words(name)));
        const seed = event.args[0];
        // Who knows roughly when the app started knows the seed.
        const seeded =
          /^c?_?srand/.test(event.name) &&
          seed !== undefined &&
          /\b(?:time|now|date|clock|timestamp)/i.test(source.slice(seed.start, seed.end));
        if (!named && !seeded && (event.scene.unit.language === 'script' || event.receiver?.type !== undefined)) return;
        context.report({
          at: here(event.scene, event.node),
          message: `${event.name} is predictable${named || seeded ? ', and what is made here must not be' : ''}.`,
          ...(named || seeded ? { confidence: 'medium' as const } : { confidence: 'low' as const, severity: 'low' as const }),
        });
      },
    },
  ],
});

/** Calls that keep a value under the name of their first argument. */
const KEEPS = /^(?:set|setItem|setItemAsync|setString|setGenericPassword|save|store|put|append|multiSet)$/;

/** What the number becomes: the variable, entry or key in which everything made of it ends up. */
function purposesOf({ node: made, scene }: CallEvent): string[] {
  const purposes: { at: number; name: string }[] = [];
  /** What a function does that was given to another is its own matter, unless that one gathers what it returns. */
  let within = 0;
  walk(scene.function?.body ?? scene.unit.tree.statements, (node) => {
    if (node.start > made.start || node.end < made.end) return;
    if (node.kind === 'declare' && node.value !== undefined && holds(node.value, made)) purposes.push({ at: node.start, name: node.name });
    else if (node.kind === 'assign' && holds(node.value, made)) purposes.push({ at: node.start, name: lastName(node.target) ?? '' });
    else if (node.kind === 'dictionary') {
      purposes.push({ at: node.start, name: spelled(node.entries.find(({ value }) => holds(value, made))?.key) });
      within = Math.max(within, node.start);
    } else if (node.kind === 'call') {
      const callee = lastName(node.callee) ?? '';
      if (KEEPS.test(callee)) purposes.push({ at: node.start, name: spelled(node.args[0]?.value) });
      const given = node.args.find(({ value }) => value.kind === 'closure' && value.start <= made.start && made.end <= value.end);
      if (given !== undefined && !GATHERS.test(callee)) within = Math.max(within, given.start);
      if (ASKS.test(callee)) within = Math.max(within, node.start);
    }
  });
  return purposes.flatMap(({ at, name }) => (at >= within ? [name] : []));
}
/** What comes back was made elsewhere. */
const ASKS = /^(?:get|fetch|load|request|query|find|read)/;
const GATHERS = /^(?:map|from|replace|replaceAll|reduce|flatMap|compactMap|Promise)$/;

const spelled = (key: Expression | undefined): string =>
  key?.kind === 'string' ? key.parts.filter((part) => typeof part === 'string').join('') : '';

/** Whether the value is made of the number itself. */
const holds = (value: Expression, made: Place): boolean =>
  value.kind !== 'closure' && value.kind !== 'dictionary' && value.start <= made.start && made.end <= value.end;
