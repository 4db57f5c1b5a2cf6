import { type AuditContext, defineAudit } from '../../audit.ts';
import type { AssignEvent, CallEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';

/** What the flow calls data of a link. */
const LINK = 'a link that opened the app';
/** Parameters that hold a session. A bare `token` may be good for one use, as in a link that confirms an address. */
const SESSION = /^(?:access|refresh|id|auth|session|bearer)[_-]?token$|^(?:jwt|session|sid|session_?id)$/i;
const SESSION_QUERY = /(?:access|refresh|id|auth|session)[_-]?token=|\bjwt=/i;
const KEEPS = /^(?:set|save|store|persist|login|signIn|logIn|authenticate)/;
/** A link of another scheme than the web's with a secret in it. `otpauth:` exists to hand one over. */
const SENT =
  /^(?!https?:|wss?:|otpauth:)[a-z][a-z0-9+.-]*:(?:\/\/)?[^\s]*[?&#](?:(?:access|refresh|id|auth|session)?_?token|jwt|session|password|api_?key|secret)=\0/i;

export const deepLinkToken = defineAudit({
  id: 'deep-link-token',
  area: 'authentication',
  title: 'No token travels in a link between apps',
  failingTitle: 'A token travels in a link between apps',
  severity: 'medium',
  references: {
    checklist: 'oauth-pkce',
    masvs: ['MASVS-PLATFORM-1', 'MASVS-AUTH-1'],
    maswe: ['MASWE-0058'],
    cwe: [939, 598],
    api10: ['API2:2023'],
  },
  why: 'Any app may register the scheme and take the link, and anybody may send one: the token is read by another app, or the user is signed in to the sender\u2019s account.',
  remedy: {
    text: 'Let the link carry a code that is good once, bound to this sign-in by state and PKCE, and change it for tokens over TLS. Hand sessions to an own app by a shared keychain group.',
    language: 'typescript',
    code: 'const { code, state } = Linking.parse(url).queryParams ?? {};\nif (state !== expectedState) return;\nconst tokens = await exchange(code, verifier);',
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'a.ts',
        text: "export async function start() { const url = await Linking.getInitialURL(); const part = new URLSearchParams(url.split('#')[1]); keep(part.get('access_token')); }",
      },
      {
        path: 'a.ts',
        text: "const handleUrl = (url) => { const parts = Object.fromEntries(url.split('&').map((part) => part.split('='))); keep({ access_token: parts.a }); };\nexport const start = () => Linking.getInitialURL().then(handleUrl);",
      },
      'func application(_ app: UIApplication, open url: URL) -> Bool { let given = URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems?.first?.value; session.token = given; return true }',
      {
        path: 'a.ts',
        text: "Linking.addEventListener('url', ({ url }) => { const t = new URL(url).searchParams.get('access_token'); keep(t); });",
      },
      {
        path: 'a.ts',
        text: "const onLink = (event) => { save(event.url.match(/access_token=([^&]+)/)[1]); };\nLinking.addEventListener('url', onLink);",
      },
      {
        path: 'a.ts',
        text: "export async function start() { const url = await Linking.getInitialURL(); const { queryParams } = Linking.parse(url); await SecureStore.setItemAsync('s', queryParams.token); }",
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'a.ts', text: 'export const open = (session) => Linking.openURL(`tickets://open?event=1&token=${session.token}`);' },
      'func application(_ app: UIApplication, open url: URL) -> Bool { let parts = URLComponents(url: url, resolvingAgainstBaseURL: false); let t = parts?.queryItems?.first(where: { $0.name == "access_token" })?.value; keep(t); return true }',
    ],
    pass: [
      {
        path: 'a.ts',
        text: "export const handleLinkPress = (url) => { keep({ access_token: url.split('#')[1] }); };\nexport const start = () => Linking.getInitialURL();",
      },
      {
        path: 'a.ts',
        text: "Linking.addEventListener('url', ({ url }) => { const p = new URL(url).searchParams; if (p.get('state') === expected) exchange(p.get('code')); });",
      },
      { path: 'a.ts', text: "Linking.addEventListener('url', ({ url }) => { confirmAddress(new URL(url).searchParams.get('token')); });" },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'a.ts', text: 'export const open = (id) => Linking.openURL(`tickets://open?event=${id}`);' },
      { path: 'a.ts', text: "export const t = async (r) => new URL(r.url).searchParams.get('access_token');" },
    ],
  },
  texts(event, context) {
    if (!event.text.includes('=\0') || !SENT.test(event.text)) return;
    context.report({
      at: here(event.scene, event.node),
      message: `A secret is put into a link on the scheme ${event.text.slice(0, event.text.indexOf(':') + 1)}, which any app may register.`,
      confidence: 'medium',
    });
  },
  assigns: [
    {
      // `session.token = …` of what the link brought.
      names: ['token', 'accessToken', 'authToken', 'sessionToken', 'refreshToken', 'idToken', 'jwt'],
      check(event, context) {
        if (!event.declared && event.value.foreign === LINK) report(event, context);
      },
    },
  ],
  calls: [
    {
      names: ['get', 'getAll'],
      check(event, context) {
        if (event.receiver?.foreign === LINK && SESSION.test(event.args[0]?.known.text ?? '')) report(event, context);
      },
    },
    {
      names: ['match', 'matchAll', 'split', 'exec', 'first'],
      check(event, context) {
        if (event.receiver?.foreign !== LINK && event.args[0]?.known.foreign !== LINK) return;
        const written = event.scene.unit.source.slice(event.node.start, event.node.end);
        if (SESSION_QUERY.test(written) || /name\s*==\s*"(?:(?:access|refresh|id|auth|session)_?token|jwt)"/i.test(written))
          report(event, context);
      },
    },
    {
      names: [],
      secrets: true,
      check(event, context) {
        const taken = event.args.find(({ known }) => known.foreign === LINK && known.sensitive?.kind === 'credential');
        const name = taken?.known.sensitive?.name;
        if (name !== undefined && (SESSION.test(name) || (KEEPS.test(event.name) && /^token$/i.test(name)))) report(event, context);
      },
    },
  ],
});

const report = (event: CallEvent | AssignEvent, context: AuditContext): void =>
  context.report({
    at: here(event.scene, event.node),
    message: 'A session token is taken out of the link that opened the app.',
    confidence: 'medium',
  });
