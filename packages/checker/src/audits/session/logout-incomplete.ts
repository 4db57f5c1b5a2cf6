import { type AuditContext, defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const LOGOUT =
  /^(?:log|sign)_?(?:out|off)(?:User|CurrentUser|Account|Session|Locally|Tapped|ButtonTapped|Pressed|Action)?$|^(?:perform|do|user|handle|did)(?:Log|Sign)[oO]ut$|^endSession$/i;
const WIPES_TOKENS =
  /SecItemDelete|[kK]eychain|deleteItemAsync|resetGenericPassword|SecureStore|[tT]oken[sS]tore|credential\w*\.(?:clear|remove|delete)|(?:clear|remove|delete|reset|wipe|forget|destroy|purge)\w*(?:[tT]oken|[cC]redential|[sS]ession|[kK]eychain|[aA]uth|[sS]ecret|All|[uU]ser|[aA]ccount)|signOut\(|\btoken\w*\s*=\s*(?:nil|null|""|undefined)/;
const REVOKES =
  /revoke|revocation|\/logout|\/signout|\/sign_out|end_session|endsession|["']DELETE["']|api\w*\.\w*delete|signOut\(|logout\(\)\s*async|await .*(?:logout|signOut|revoke)|api.*(?:logout|signOut)|invalidate\w*[tT]oken/i;
const CACHES =
  /removeAllCachedResponses|HTTPCookieStorage|WKWebsiteDataStore|removeData|cookies|URLCache|CookieManager|\.reset\(|invalidateAndCancel|clearCache|queryClient\.clear/;

export const logoutIncomplete = defineAudit({
  id: 'logout-incomplete',
  area: 'session',
  title: 'Sign-out wipes tokens, caches and cookies, and revokes on the server',
  failingTitle: 'Sign-out leaves something behind',
  severity: 'medium',
  references: {
    checklist: 'logout-on-device',
    masvs: ['MASVS-AUTH-1', 'MASVS-STORAGE-1'],
    maswe: ['MASWE-0038'],
    cwe: [613, 459],
    api10: ['API2:2023'],
  },
  why: 'A token that was not revoked goes on working for whoever copied it; caches and cookies show the last user\u2019s data to the next.',
  remedy: {
    text: 'Revoke the refresh token (RFC 7009), delete the keychain items, empty URLCache and cookies, then tell the app.',
    language: 'swift',
    code: 'try? await api.revoke(refreshToken)\nkeychain.clear()\nURLCache.shared.removeAllCachedResponses()\nHTTPCookieStorage.shared.removeCookies(since: .distantPast)',
    script: "await api.revoke(refreshToken);\nawait SecureStore.deleteItemAsync('refresh');\nqueryClient.clear();",
  },
  needs: ['code'],
  samples: {
    fail: [
      'class Session { func logout() { UserDefaults.standard.set(false, forKey: "signedIn"); show(Login()) } }',
      'class Session { func signOut() { keychain.delete("token"); show(Login()) } }',
    ],
    pass: [
      'class Session { func logout() async { try? await api.revoke(refreshToken); keychain.clear(); URLCache.shared.removeAllCachedResponses() } }',
      'class Login { func logoutButtonShown() { } }',
      'class Menu { func didSignOut() { Files.wipe(); close(); router.logout() } }',
    ],
  },
  functions(event, context) {
    if (!LOGOUT.test(event.node.name) || /^[A-Z]/.test(event.node.name) || event.node.body.length === 0) return;
    // What the function does, and what the helpers of the project it calls do.
    const own = event.text();
    let text = own.slice(own.indexOf('{') + 1);
    text += helperTexts(text, context);
    // Hands over to the one that signs out; that one is asked.
    if (event.calls.some((call) => LOGOUT.test(call.name))) return;
    if (event.node.body.length === 1 && event.calls.length <= 1) return;
    const lacks: string[] = [];
    if (!WIPES_TOKENS.test(text)) lacks.push('delete the tokens');
    if (!REVOKES.test(text)) lacks.push('revoke them on the server');
    if (lacks.length > 0 && !CACHES.test(text)) lacks.push('empty caches and cookies');
    if (lacks.length === 0) return;
    context.report({
      at: here(event.scene, { start: event.node.start, end: event.node.start }),
      message: `${event.node.name} does not ${lacks.join(', nor ')}, as far as can be read.`,
      confidence: lacks.length >= 2 ? 'medium' : 'low',
      ...(lacks.length === 3 ? {} : { severity: 'low' as const }),
    });
  },
});

/** How much of helpers is read: two hops of the sizes people write. */
const MAX_HELPER_TEXT = 40_000;

/** The text of the project's functions that a text calls, and of those they call. */
function helperTexts(text: string, context: AuditContext): string {
  const { functions } = context.artifacts.project;
  const seen = new Set<string>();
  let all = '';
  let front = text;
  for (let hop = 0; hop < 2; hop++) {
    let next = '';
    for (const [, name = ''] of front.matchAll(/\b([a-zA-Z_]\w{3,})\s*\(/g)) {
      if (seen.has(name) || all.length + next.length > MAX_HELPER_TEXT) continue;
      seen.add(name);
      for (const item of (functions.get(name) ?? []).slice(0, 3))
        next += item.unit.source.slice(item.declare.start, Math.min(item.declare.end, item.declare.start + 4_000));
    }
    all += next;
    front = next;
  }
  return all;
}
