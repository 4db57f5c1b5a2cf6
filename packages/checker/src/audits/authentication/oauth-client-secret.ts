import { defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { isPlaceholder } from '../../secrets/secret-patterns.ts';
import { here } from '../event-place.ts';

const NAME = /^client_?secret$/i;
/** What stands beside it in a request for tokens, or in a client's configuration. */
const BESIDE = /^(?:client_?id|grant_type|issuer|redirect_?ur[il])$/i;

export const oauthClientSecret = defineAudit({
  id: 'oauth-client-secret',
  area: 'authentication',
  title: 'The app is a public client without a secret',
  failingTitle: 'The app sends a client secret',
  severity: 'medium',
  references: {
    checklist: 'oauth-pkce',
    masvs: ['MASVS-AUTH-1'],
    maswe: ['MASWE-0005'],
    cwe: [522, 798],
    api10: ['API2:2023'],
  },
  why: 'A secret in an app is no secret (RFC 8252 §8.5); whoever reads it speaks as the app to the provider.',
  remedy: {
    text: 'Register the app as a public client with PKCE; keep confidential clients on the server.',
    language: 'swift',
    code: 'let body = ["grant_type": "authorization_code", "client_id": id, "code": code, "code_verifier": verifier]',
    script: 'const request = new AuthSession.AuthRequest({ clientId, redirectUri, usePKCE: true });   // no client secret',
  },
  needs: ['code'],
  samples: {
    fail: [
      'let body = ["grant_type": "authorization_code", "client_id": "app", "client_secret": "9f8a7c6b5d4e3f2a"]',
      'let request = OIDServiceConfiguration(clientSecret: "9f8a7c6b5d4e3f2a")',
      {
        path: 'a.ts',
        text: 'export const config = { issuer: "https://id.example.com", clientId: "app", clientSecret: Config.CLIENT_SECRET };',
      },
      { path: 'a.ts', text: 'export const f = (form) => form.append("client_secret", process.env.EXPO_PUBLIC_CLIENT_SECRET);' },
    ],
    pass: [
      { path: 'a.ts', text: 'export const f = (registered) => ({ client_id: registered.id, client_secret: registered.secret });' },
      'let body = ["grant_type": "authorization_code", "client_id": "app", "code_verifier": v]',
    ],
  },
  dictionaries(event, context) {
    for (const entry of event.entries) {
      if (!NAME.test(entry.key.text ?? '')) continue;
      if (entry.value.literal === true && entry.value.text !== undefined && !isPlaceholder(entry.value.text))
        context.report({
          at: here(event.scene, entry.keyNode),
          message: 'client_secret is sent, and it is written in the app.',
          secrets: [entry.value.text],
        });
      else if (isOfBuild(event.scene, entry.valueNode) && event.entries.some(({ key }) => BESIDE.test(key.text ?? '')))
        context.report({ at: here(event.scene, entry.keyNode), message: OF_BUILD, confidence: 'medium' });
    }
  },
  calls: [
    {
      names: ['append', 'set'],
      check(event, context) {
        const [name, value] = event.args;
        if (event.scene.unit.language !== 'script' || value === undefined || !NAME.test(name?.known.text ?? '')) return;
        if (isOfBuild(event.scene, value) || value.value.kind === 'string')
          context.report({ at: here(event.scene, event.node), message: OF_BUILD, confidence: 'medium' });
      },
    },
    {
      names: ['*'],
      check(event, context) {
        const secret = event.args.find((arg) => arg.label !== undefined && NAME.test(arg.label));
        if (secret?.known.literal === true && secret.known.text !== undefined && !isPlaceholder(secret.known.text))
          context.report({
            at: here(event.scene, secret),
            message: 'A client secret written in the app is sent.',
            secrets: [secret.known.text],
          });
      },
    },
  ],
});

const OF_BUILD = 'A client secret of the build is sent; it is in every copy of the app.';

/** Constants, and what bundlers put in where the environment is asked: one value for all users. */
const isOfBuild = ({ unit }: Scene, node: { start: number; end: number }): boolean =>
  unit.language === 'script' &&
  /^(?:process\.env|import\.meta\.env|Config|ENV|env|Env|Constants)\b[\w.?!]*$|^[A-Z][A-Z0-9_]{3,}$/.test(
    unit.source.slice(node.start, node.end),
  );
