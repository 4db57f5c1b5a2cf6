import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

export const oauthWithoutPkce = defineAudit({
  id: 'oauth-without-pkce',
  area: 'authentication',
  title: 'OAuth sign-in uses the code flow with PKCE (S256)',
  failingTitle: 'OAuth sign-in runs without PKCE',
  severity: 'high',
  references: {
    checklist: 'oauth-pkce',
    masvs: ['MASVS-AUTH-1'],
    maswe: ['MASWE-0033'],
    cwe: [345, 287],
    api10: ['API2:2023'],
  },
  why: 'Another app that registers the same URL scheme gets the code and turns it into tokens; the implicit flow gives it the token at once.',
  remedy: {
    text: 'Use response_type=code with a random code_verifier and code_challenge_method=S256 (RFC 7636), or a library that does.',
    language: 'swift',
    code: 'items += [URLQueryItem(name: "code_challenge", value: challenge),\n          URLQueryItem(name: "code_challenge_method", value: "S256")]',
    script: 'const request = new AuthSession.AuthRequest({ clientId, redirectUri, usePKCE: true });',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func signIn() { let u = "https://id.example.com/authorize?response_type=code&client_id=app&redirect_uri=app://cb"; ASWebAuthenticationSession(url: URL(string: u)!, callbackURLScheme: "app") { _, _ in }.start() }',
      'let u = "https://id.example.com/authorize?response_type=token&client_id=app"',
      'func u(v: String) { let i = [URLQueryItem(name: "code_challenge", value: v), URLQueryItem(name: "code_challenge_method", value: "plain")] }',
      { path: 'a.ts', text: 'export const request = new AuthRequest({ clientId: "app", usePKCE: false });' },
      { path: 'a.ts', text: 'export const useSignIn = () => useAuthRequest({ clientId: "app", responseType: ResponseType.Token });' },
      {
        path: 'a.ts',
        text: 'export const url = (state) => base + new URLSearchParams({ response_type: "code", client_id: "app", state });',
      },
      'let body = ["grant_type": "authorization_code", "code": code, "client_id": "app"]',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'a.ts', text: 'export const body = (code) => `grant_type=authorization_code&client_id=app&code=${code}`;' },
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const url = (state) => `https://id.example.com/login/oauth/authorize?client_id=${id}&scope=read&state=${state}`;',
      },
      'func signIn() { var c = URLComponents(string: "https://id.example.com/login/oauth/authorize")!; c.queryItems = [URLQueryItem(name: "client_id", value: id), URLQueryItem(name: "scope", value: "read")] }',
      {
        path: 'S.m',
        text: '- (void)signIn { NSDictionary *query = @{@"client_id": CLIENT_ID, @"redirect_uri": REDIRECT, @"state": state}; [self open:query]; }',
      },
    ],
    pass: [
      'func register() { let body = ["client_id": id, "redirect_uri": back, "client_secret": secret, "scope": "read"] }',
      'func device() { var c = URLComponents(string: "https://id.example.com/oauth/device/code")!; c.queryItems = [URLQueryItem(name: "client_id", value: id)] }',
      'func signIn() { let query = ["client_id": id, "redirect_uri": back, "state": state].merging(pkce.query) }\nstruct Pkce { var query: [String: String] { ["code_challenge": challenge] } }',
      {
        path: 'a.ts',
        text: "export const body = (code, code_verifier) => ({ grant_type: 'authorization_code', code, client_id: 'app', code_verifier });",
      },
      'let body = ["grant_type": "refresh_token", "refresh_token": token, "client_id": "app"]',
      'func signIn(c: String) { let u = "https://id.example.com/authorize?response_type=code&client_id=app&code_challenge=\\(c)&code_challenge_method=S256" }',
      'let state = OIDAuthorizationRequest(configuration: c, clientId: "app", scopes: nil, redirectURL: r, responseType: OIDResponseTypeCode, additionalParameters: nil)',
    ],
  },
  texts(event, context) {
    if (!event.text.includes('=')) return;
    if (/(?:^|&)grant_type=authorization_code(?:&|$)/.test(event.text)) exchange(event.scene, event.node, context);
    const implicit = /[?&]response_type=(?:token|id_token(?:%20|\+| )token)/.test(event.text);
    if (implicit) {
      context.report({ at: here(event.scene, event.node), message: 'The implicit flow puts the token into the address.' });
      return;
    }
    // GitHub and others know the code flow only, and are asked without saying so.
    const asks =
      (/[?&]response_type=code(?:&|$)/.test(event.text) && /client_id=/.test(event.text)) ||
      (!/response_type=/.test(event.text) &&
        AUTHORISES.test(event.text) &&
        !mentions(event.scene.unit, IMPLICIT) &&
        !provesItself(context));
    if (!asks) return;
    if (/code_challenge|codeChallenge/.test(event.scene.unit.source)) return;
    context.report({
      at: here(event.scene, event.node),
      message: 'The authorisation request has no code_challenge.',
      confidence: 'medium',
    });
  },
  calls: [
    {
      names: ['URLQueryItem'],
      check(event, context) {
        const name = event.arg('name')?.text;
        const value = event.arg('value')?.text;
        if (name === 'grant_type' && value === 'authorization_code') exchange(event.scene, event.node, context);
        if (name === 'code_challenge_method' && value === 'plain')
          context.report({ at: here(event.scene, event.node), message: 'The plain challenge protects nothing; use S256.' });
        if (name === 'client_id' && isAskedWithoutType(event.scene) && !provesItself(context))
          context.report({
            at: here(event.scene, event.node),
            message: 'The authorisation request has no code_challenge.',
            confidence: 'medium',
          });
        if (name !== 'response_type' || value === undefined) return;
        if (/^token|^id_token token$/.test(value))
          context.report({ at: here(event.scene, event.node), message: 'The implicit flow puts the token into the address.' });
        else if (
          value === 'code' &&
          !/code_challenge|codeChallenge/.test(event.scene.unit.source) &&
          !context.artifacts.code.some((unit) => /code_challenge/.test(unit.source))
        )
          context.report({
            at: here(event.scene, event.node),
            message: 'The authorisation request has no code_challenge.',
            confidence: 'medium',
          });
      },
    },
  ],
  dictionaries(event, context) {
    const grant = event.entries.find(({ key }) => key.text === 'grant_type');
    if (grant?.value.text === 'authorization_code') exchange(event.scene, grant.keyNode, context);
    const client = event.entries.some(({ key }) => /^client_?id$/i.test(key.text ?? ''));
    const type = event.entries.find((entry) => entry.key.text === 'response_type');
    const written = event.scene.unit.language !== 'script';
    const keys = new Set(event.entries.map(({ key }) => key.text ?? key.symbol ?? ''));
    // The query of an authorisation request, where the provider knows the code flow only.
    if (
      keys.has('client_id') &&
      keys.has('redirect_uri') &&
      (keys.has('state') || keys.has('scope')) &&
      ![...keys].some((key) => /^(?:response_type|grant_type|client_secret|code\w*|password|refresh_token)$/.test(key)) &&
      !provesItself(context)
    )
      context.report({
        at: here(event.scene, event.node),
        message: 'The authorisation request has no code_challenge.',
        confidence: 'medium',
      });
    if (written && (type?.value.text === 'token' || type?.value.text === 'id_token token'))
      context.report({ at: here(event.scene, type.keyNode), message: 'The implicit flow puts the token into the address.' });
    else if (
      written &&
      type?.value.text === 'code' &&
      event.entries.some((entry) => entry.key.text === 'client_id') &&
      !context.artifacts.code.some((unit) => /code_challenge|codeChallenge/.test(unit.source))
    )
      context.report({
        at: here(event.scene, type.keyNode),
        message: 'The authorisation request has no code_challenge.',
        confidence: 'medium',
      });
    for (const entry of event.entries) {
      const key = entry.key.text;
      if (client && event.scene.unit.language === 'script' && /^response_?type$/i.test(key ?? '')) {
        if (/^(?:id_token )?token$/.test(entry.value.text ?? '') || /ResponseType\.Token$/.test(entry.value.symbol ?? ''))
          context.report({ at: here(event.scene, entry.keyNode), message: 'The implicit flow puts the token into the address.' });
        // The query written by hand; libraries spell it responseType and make the challenge themselves.
        else if (key === 'response_type' && entry.value.text === 'code' && !/code_?challenge/i.test(event.scene.unit.source))
          context.report({
            at: here(event.scene, entry.keyNode),
            message: 'The authorisation request has no code_challenge.',
            confidence: 'medium',
          });
      }
      if (key === 'usePKCE' && entry.value.symbol === 'false')
        context.report({ at: here(event.scene, entry.keyNode), message: 'PKCE is switched off.' });
      if (
        (key === 'code_challenge_method' || key === 'codeChallengeMethod') &&
        (entry.value.text === 'plain' || /Plain$/.test(entry.value.symbol ?? ''))
      )
        context.report({ at: here(event.scene, entry.keyNode), message: 'The plain challenge protects nothing; use S256.' });
    }
  },
});

/** An authorisation endpoint with the client's id in its query. */
const AUTHORISES = /(?:\/|:)(?:oauth2?\/)?(?:authori[sz]e|authenticate|dialog\/oauth)\/?\?(?:[^\s]*&)?client_id=/i;
const IMPLICIT = /response_type=(?:id_)?token/;
const CHALLENGE = /code_?challenge/i;

/** `URLQueryItem(name: "client_id", …)` in a function that makes the address of an authorisation endpoint and names no type of answer. */
function isAskedWithoutType({ function: around, unit }: Scene): boolean {
  if (around === undefined) return false;
  const text = unit.source.slice(around.start, around.end);
  return /\/(?:authori[sz]e|dialog\/oauth)\b/i.test(text) && !/response_?type|grant_type|client_secret|"code"/i.test(text);
}

/** Whether any part of the app makes a challenge; the one who asks may not be the one who adds it. */
const provesItself = ({ artifacts }: AuditContext): boolean => artifacts.code.some((unit) => mentions(unit, CHALLENGE));

/** The code is turned into tokens by whoever has it, unless the verifier goes with it. */
function exchange(scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  if (mentions(scene.unit, VERIFIER)) return;
  context.report({ at: here(scene, node), message: 'The code is exchanged without a code_verifier.', confidence: 'medium' });
}
const VERIFIER = /code_?verifier/i;
