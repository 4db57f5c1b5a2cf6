import { defineAudit } from '../../audit.ts';
import { isPlaceholder } from '../../secrets/secret-patterns.ts';
import { here } from '../event-place.ts';

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
    ],
    pass: ['let body = ["grant_type": "authorization_code", "client_id": "app", "code_verifier": v]'],
  },
  dictionaries(event, context) {
    for (const entry of event.entries) {
      if (
        /^client_?secret$/i.test(entry.key.text ?? '') &&
        entry.value.literal === true &&
        entry.value.text !== undefined &&
        !isPlaceholder(entry.value.text)
      )
        context.report({
          at: here(event.scene, entry.keyNode),
          message: 'client_secret is sent, and it is written in the app.',
          secrets: [entry.value.text],
        });
    }
  },
  calls: [
    {
      names: ['*'],
      check(event, context) {
        const secret = event.args.find((arg) => arg.label !== undefined && /^client_?secret$/i.test(arg.label));
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
