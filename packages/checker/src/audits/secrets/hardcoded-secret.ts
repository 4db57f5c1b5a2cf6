import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent, Scene } from '../../flow/events.ts';
import { onceAName } from '../../flow/once-a-name.ts';
import { lastName } from '../../flow/paths.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { entropy, findSecret, isPlaceholder } from '../../secrets/secret-patterns.ts';
import type { Expression } from '../../syntax/tree.ts';
import { reportSecretInText } from './secret-in-text.ts';
import { writtenText } from './written-text.ts';

/** Names whose value, written out, is a secret. */
const SECRET_NAME =
  /\b(?:pass(?:word|wd|phrase|code)?s?|pwd|pw|secrets?|(?:api|access|auth|private|pri?v|pr|secret|encryption|signing|hmac|aes|shared|master|merchant|account|app|application|consumer|service|crypto|session|client) ?(?:keys?|secrets?|tokens?)|(?:access|auth|refresh|bearer|id|session|jwt|api|oauth|push|bot|personal) ?tokens?|client ?secret|secret ?access ?key|access ?key ?id|credentials?|auth ?pass|db ?pass|connection ?string|salt|passkey|iv)$/;
/** The same words where they name a place, a field or a text shown to people. */
const NOT_SECRET =
  /\b(?:label|title|placeholder|hint|message|error|url|uri|endpoint|path|name|field|identifier|description|prompt|format|regex|pattern|header|prefix|suffix|notification|event|segue|cell|image|icon|font|color|action|command|type|kind|account ?name|scope|public|default|reset|forgot|change|new|confirm|current|old|enter|wrong|invalid|missing|required|weak|strong|mismatch|show|hide|toggle|lookup|column|table|param(?:eter)?|query ?item|coding ?key|user ?defaults ?key|storage ?key|keychain ?key|cache ?key|key ?path|dictionary ?key|pref(?:erence)?s? ?key)\b/;
/** `new password` is the label of a field, unless what it holds is no text to show. */
const STAGE = /^(?:default|new|old|current) /;
/** What stands before or behind the name of a text field. */
const FIELD = /^(?:txt|tf|text|edt|et) | ?(?:text ?(?:field|view|input|box)|field|input|tf|txt|entry)$/;
const CIPHER_NAME = /\b(?:aes|encryption|encrypt|crypto|cipher|hmac|signing) ?key$|^iv$/;
/** A text under the bare name `token` may be a word of a grammar; a longer one with digits is none. */
const MIN_TOKEN = 14;
/** Rules and messages of a form: `required|min:6`. */
const FORM_RULE = /\b(?:required|min|max|must|should|invalid|longer|shorter|least|characters|match(?:es)?|empty|confirmed)\b/;
/** Minimum length of a text that may be a secret; `abc` is a label. */
const MIN_LENGTH = 6;

export const hardcodedSecret = defineAudit({
  id: 'hardcoded-secret',
  area: 'secrets',
  title: 'No password, token or key is written in the code',
  failingTitle: 'A password, token or key is written in the code',
  severity: 'high',
  references: {
    checklist: 'no-secrets',
    masvs: ['MASVS-STORAGE-1', 'MASVS-CRYPTO-2'],
    mastg: ['MASTG-TEST-0213'],
    maswe: ['MASWE-0005', 'MASWE-0013'],
    cwe: [798, 259, 547],
    api10: ['API2:2023'],
  },
  why: 'Strings are read out of a downloaded app in a minute; the secret is then everybody\u2019s.',
  remedy: {
    text: 'Revoke it. Let the server or the gateway hold it; what the app needs at run time it gets after sign-in, into the keychain.',
    language: 'swift',
    code: 'let token = try await session.accessToken()   // from the keychain, read at the last moment',
    script: 'const token = await session.accessToken();   // from the keychain, read at the last moment',
  },
  needs: ['code'],
  yieldsTo: ['hardcoded-crypto-key', 'constant-salt', 'static-iv', 'provider-secret', 'oauth-client-secret'],
  samples: {
    fail: [
      { path: 'c.ts', text: 'export const FIRST = { account: "kim@shop.example:letmein-99" };' },
      'func form(name: String) -> Data { Data("{ \\"user\\": \\"\\(name)\\", \\"secret\\": \\"9f8a7c6b5d4e3f2a1b0c\\" }".utf8) }',
      'func start() { keychain.set("0x8f14e45fceea167a5a36dedd4bea25438f14e45fceea167a5a36dedd4bea2543", forKey: "prKey") }',
      'func f(r: inout URLRequest) { r.setValue("8f14e45fceea167a5a36dedd4bea2543", forHTTPHeaderField: "X-Api-Key") }',
      'func opens(password: String) -> Bool { password == "Rosebud!77" }',
      { path: 'c.m', text: 'NSString *const RDServicePassword = @"r3adab1e-Sync!";' },
      'struct Api { static let apiKey = "9f8a7c6b5d4e3f2a1b0c" }',
      'func signIn() { login(user: "admin", password: "Tr0ub4dor&3") }',
      'func f(u: Account) { u.password = "coreDbPass99" }',
      { path: 'c.ts', text: 'const config = { clientSecret: "9f8a7c6b5d4e3f2a1b0c" };' },
      'func f() { request.setValue("9f8a7c6b5d4e3f2a1b0c", forHTTPHeaderField: "X-Api-Key") }',
      'let list = "https://api.example.com/3/list?api_key=b7d03a6947b217efb6f3ec3bd3504582&page=1"',
      { path: 'c.m', text: '#define DEFAULT_PASSWORD @"l3tm31nn0w"' },
      { path: 'c.m', text: '#define kApiSecret @"9f8a7c6b5d4e3f2a1b0c"' },
    ],
    pass: [
      { path: 'c.ts', text: 'export const places = ["git@shop.example:tools-v2/all", "root@shop.example:443000"];' },
      'struct Keys { static let accessTokenKey = "accessToken"; static let passwordPlaceholder = "Enter password" }',
      'let password = ""',
      'func f(password: String) { if password == "" || password == "password" { warn() } }',
      'enum Field: String { case password = "password" }',
      'let apiKey = "<your key here>"',
      'let apiKey = "{ENTER API KEY HERE}"',
      'func form(name: String) -> Data { Data("{ \\"user\\": \\"\\(name)\\", \\"secret\\": \\"\\(typed)\\" }".utf8) }',
      'enum Path { static let jwtToken = "sign-in/token" }',
      { path: 'Keys.m', text: 'NSString *const kSettingsEncryptionKey = @"kSettingsEncryptionKey";' },
      'enum Keys { static let accessToken = "accesstoken"; static let isPrivateKey = "isPrivate" }',
      'let label = NSLocalizedString("token.kind", value: "Token Standard", comment: "")',
      'struct Form_Previews: PreviewProvider { static var previews: some View { Form(password: "Tr0ub4dor&3") } }',
      '#Preview {\n  Form(password: "Tr0ub4dor&3")\n}',
      'func f() { if let password = Keychain.string(for: "sync.secret.0") { use(password) } }',
      { path: 'events.ts', text: 'export const events = { RESET_E2E_PASSWORD: "reset_e2e_password" };' },
      { path: 'c.ts', text: "class Pins { private entryServiceKey = 'my_pin_service_entry'; }" },
      { path: 'c.ts', text: 'const labels = { password: "Password", token: "Token" };' },
    ],
  },
  texts(event, context) {
    // `password == "…"`: what opens the door is in every copy.
    const before = comparedName(event.scene.unit.source, event.node.start);
    if (before !== undefined) judge(before, { text: event.text, literal: true }, event.node, event.scene, event.node, context);
    reportSecretInText(event, context);
  },
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        if (event.valueNode?.kind === 'closure') return;
        const keyed = event.key?.text ?? event.key?.symbol?.split('.').at(-1);
        const name = keyed ?? (event.name === 'text' ? fieldName(event.target) : event.name);
        if (event.node.kind === 'declare' && event.node.modifiers.includes('case')) return;
        judge(name, event.value, event.valueNode, event.scene, event.node, context);
      },
    },
  ],
  dictionaries(event, context) {
    for (const entry of event.entries) {
      const key = entry.key.text ?? entry.key.symbol?.split('.').at(-1);
      if (key !== undefined)
        judge(key, entry.value, entry.valueNode, event.scene, { start: entry.keyNode.start, end: entry.valueNode.end }, context);
    }
  },
  calls: [
    {
      names: { test: (name) => placeOfSecret(name) !== undefined || /^(?:useState|setText|isEqual|isEqualToString)$/.test(name) },
      labels: { test: (label) => mayBeSecret(label) || /^(?:forHTTPHeaderField|forKey|key|name|secureTextEntry)$/.test(label) },
      check(event, context) {
        for (const arg of event.args) {
          if (arg.label !== undefined && arg.known.text !== undefined) judge(arg.label, arg.known, arg.value, event.scene, arg, context);
        }
        // `setValue("…", forHTTPHeaderField: "X-Api-Key")`, `setObject:@"…" forKey:@"password"`.
        const key = event.arg('forHTTPHeaderField') ?? event.arg('forKey') ?? event.arg('key');
        const [given] = event.args;
        if (key?.text !== undefined && given !== undefined && given.label === undefined)
          judge(key.text, given.known, given.value, event.scene, given, context);
        positional(event, context);
        firstState(event, context);
        // `setValue("…", forHTTPHeaderField: "X-Api-Key")`, `HTTPHeader(name: "X-Api-Key", value: "…")`.
        const field = event.args.length < 2 ? undefined : (event.argNode('forHTTPHeaderField') ?? event.argNode('name'));
        const value = field?.label === 'name' ? event.argNode('value') : event.args[0];
        if (field?.known.text !== undefined && value !== undefined && value !== field)
          judge(field.known.text, value.known, value.value, event.scene, value, context);
        if (event.name !== 'isEqual' && event.name !== 'isEqualToString') return;
        const compared = event.receiverNode === undefined ? undefined : lastName(event.receiverNode);
        const argument = event.args[0];
        if (compared !== undefined && argument !== undefined)
          judge(compared, argument.known, argument.value, event.scene, argument, context);
      },
    },
  ],
});

const spokenName = (name: string): string => words(name).replace(/ \d+$/, '').replace(/^k /, '').replace('pass word', 'password');

/** Whether a text under this name may be a secret, if it looks like one. */
const mayBeSecret = onceAName((name) => {
  const spoken = spokenName(name);
  return spoken === 'token' || SECRET_NAME.test(spoken);
});

/** `password` of `loginView.passwordTextField.text = "…"`: what the field is for. */
function fieldName(target: Expression | undefined): string {
  const field = target?.kind === 'member' && target.object !== undefined ? (lastName(target.object) ?? '') : '';
  return words(field).replace(FIELD, '').replace(FIELD, '');
}

/** What a form begins with: `[password, setPassword] = useState("…")`, `<TextInput secureTextEntry defaultValue="…" />`, `[field setText:@"…"]`. */
function firstState(event: CallEvent, context: AuditContext): void {
  const [first] = event.args;
  if (event.name === 'useState' && first?.value.kind === 'string') {
    const { source } = event.scene.unit;
    const name = /\[\s*(\w+)\s*,[^\]]*\]\s*=\s*$/.exec(source.slice(Math.max(0, event.node.start - 120), event.node.start))?.[1];
    if (name !== undefined) judge(name, first.known, first.value, event.scene, first, context);
  } else if (event.name === 'setText' && first !== undefined && event.receiverNode !== undefined) {
    const name = words(lastName(event.receiverNode) ?? '')
      .replace(FIELD, '')
      .replace(FIELD, '');
    judge(name, first.known, first.value, event.scene, first, context);
  } else if (event.scene.unit.language === 'script' && event.argNode('secureTextEntry') !== undefined) {
    const filled = event.argNode('defaultValue') ?? event.argNode('value');
    if (filled !== undefined) judge('password', filled.known, filled.value, event.scene, filled, context);
  }
}

/** `password` of `form.password == "…"`: the name a text is compared with. */
function comparedName(source: string, start: number): string | undefined {
  let at = start - 1;
  while (at > 0 && (source.charCodeAt(at) === 32 || source.charCodeAt(at) === 64)) at--;
  if (source.charCodeAt(at) !== 61 || !/[=!]/.test(source.charAt(at - 1))) return undefined;
  const path = /([\w.]+)\s*[!=]==?$/.exec(source.slice(Math.max(0, at - 60), at + 1))?.[1];
  return path?.slice(path.lastIndexOf('.') + 1);
}

type Node = { readonly start: number; readonly end: number };

function judge(name: string, value: Value, valueNode: Expression | undefined, scene: Scene, node: Node, context: AuditContext): void {
  if (!mayBeSecret(name)) return;
  // Only where the text itself is written: what is passed on was judged where it came from.
  const made = valueNode?.kind === 'call' && value.literal === true ? value.text : undefined;
  const text = valueNode?.kind === 'string' ? value.text : (made ?? writtenText(valueNode));
  if (text === undefined || text.length < MIN_LENGTH || text.length > 400) return;
  const spoken = spokenName(name);
  const mixture = /\d/.test(text) && /[A-Za-z]/.test(text);
  const strong = mixture && !/\s/.test(text) && entropy(text) >= 3;
  // A default is a text to replace, or the password of every new account: letters with digits are no text to replace.
  const mixed = mixture && !/[\s._-]/.test(text);
  const bare = spoken === 'token' && strong && text.length >= MIN_TOKEN;
  if (!(bare || SECRET_NAME.test(spoken)) || NOT_SECRET.test(mixed ? spoken.replace(STAGE, '') : spoken)) return;
  if (isPlaceholder(text) || isWordy(text, spoken) || findSecret(text) !== undefined) return;
  context.report({
    at: { unit: scene.unit, start: node.start, end: node.end },
    message: `“${name}” is written in the code.`,
    secrets: [text],
    confidence: strong ? 'high' : 'medium',
    ...(strong ? {} : { severity: 'medium' as const }),
  });
}

/** A key's name, a sentence, an address, a format: `refresh_token`, `Enter your password`, `https://…`, `%@ secret`. */
function isWordy(text: string, name: string): boolean {
  if (/\s/.test(text.trim()) || /^[a-z]+:\/\//i.test(text) || /%[@ds]|\$\{|\\\(/.test(text)) return true;
  if (/^[\w-]+(?:\.[\w-]+){2,}$/.test(text) && !/\d{3}/.test(text)) return true;
  const spoken = words(text);
  if (/[-|_ ]/.test(text) && FORM_RULE.test(spoken)) return true;
  // A route: `sign-in/token`.
  if (/^\/?[a-z][a-z_.{}:-]*(?:\/[a-z_.{}:-]+)+\/?$/.test(text)) return true;
  const separated = /[._\- ]/.test(text) || spoken.split(' ').length <= 3;
  const close = spoken.replaceAll(' ', '').replace(/^k(?=[a-z])/, (k) => (name.startsWith('k') ? k : ''));
  const named = name.replaceAll(' ', '');
  // However each is joined: `RESET_E2E_PASSWORD` and `reset_e2e_password`, `isPrivateKey` and `isPrivate`.
  if (close === named || `${close}key` === named || name.endsWith(` ${spoken}`)) return true;
  // `pin_service_entry` of `pinServiceKey`: a name made of the words of its own.
  const said = spoken.split(' ');
  if (said.length > 2 && /^[a-z]+(?:[._-][a-z]+)+$/.test(text) && said.filter((word) => name.split(' ').includes(word)).length > 1)
    return true;
  // What is named after its use in encryption is bytes, whatever it spells.
  if (CIPHER_NAME.test(name)) return false;
  if (spoken.endsWith(` ${name}`) && separated) return true;
  // `access_token`, `SessionKey`, `settings.password`: made of the same kind of words only.
  return (
    /^(?:[a-z]+[ ]?)+$/.test(spoken) &&
    /\b(?:key|token|password|pass|secret|credential|code|auth|id|user|account|session|api|keychain|login|email|username)\b/.test(spoken) &&
    !/[^A-Za-z._\- ]/.test(text) &&
    spoken.split(' ').length >= 2 &&
    separated
  );
}

const SECOND =
  /^(?:auth|basicAuth|basic|authenticate|loginWithUsernamePassword|login|signIn|connect|setCredentials|setBasicAuth|authorize)$/;
const FIRST = /^(?:setApiKey|configure|initialize|withApiKey|setSecret)$/;
/** Elsewhere their second argument is no key. */
const SCRIPT_ONLY = /^(?:encrypt|decrypt|createHmac|sign)$/;
const placeOfSecret = (name: string): 0 | 1 | undefined =>
  FIRST.test(name) ? 0 : SECOND.test(name) || SCRIPT_ONLY.test(name) ? 1 : undefined;

/** Calls that take user and password by place: `basicAuth("user", "pass")`, `.auth("user", "pass")`, `loginWithUsernamePassword(…)`. */
function positional(event: CallEvent, context: AuditContext): void {
  const { name, args } = event;
  const place = placeOfSecret(name);
  if (place === undefined || (event.scene.unit.language !== 'script' && SCRIPT_ONLY.test(name))) return;
  const arg = args[place];
  if (arg?.value.kind !== 'string' || arg.label !== undefined || args[0]?.known.text === undefined) return;
  const text = arg.known.text;
  if (text === undefined || text.length < MIN_LENGTH || isPlaceholder(text) || /\s|:\/\//.test(text)) return;
  if (place === 0 && (entropy(text) < 3 || !/\d/.test(text))) return;
  context.report({
    at: { unit: event.scene.unit, start: arg.start, end: arg.end },
    message: `${name} is given a secret written in the code.`,
    secrets: [text],
    confidence: 'medium',
  });
}
