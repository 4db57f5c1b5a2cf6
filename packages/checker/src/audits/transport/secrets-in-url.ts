import { defineAudit } from '../../audit.ts';

export const secretsInUrl = defineAudit({
  id: 'secrets-in-url',
  area: 'transport',
  title: 'Secrets travel in headers or bodies, never in addresses',
  failingTitle: 'A secret is part of an address',
  severity: 'medium',
  references: {
    checklist: 'no-sensitive-logging',
    masvs: ['MASVS-NETWORK-1', 'MASVS-STORAGE-2'],
    maswe: ['MASWE-0004'],
    cwe: [598, 200],
    api10: ['API2:2023'],
  },
  why: 'Addresses end up in server logs, proxies, histories and crash reports, and TLS does not protect them there.',
  remedy: {
    text: 'Send the value in the Authorization header or the body.',
    language: 'swift',
    code: 'request.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization")',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func u(name: String, password: String) -> String { "https://api.example.com/login?user=\\(name)&password=\\(password)" }',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'u.ts', text: 'export const u = (accessToken) => `https://api.example.com/me?access_token=${accessToken}`;' },
    ],
    pass: ['func u(id: String) -> String { "https://api.example.com/items?id=\\(id)" }', 'let shown = "password=\\(p)"'],
  },
  texts(event, context) {
    if (!/^https?:\/\/|^\/[\w/]+\?|^\0\/?[\w/]*\?/.test(event.text)) return;
    const match =
      /[?&](?:password|passwd|pwd|passcode|pin|secret|client_secret|access_?token|refresh_?token|auth_?token|token|api_?secret|session_?id|jwt)=\0/i.exec(
        event.text,
      );
    if (match !== null)
      context.report({
        at: { unit: event.scene.unit, start: event.node.start, end: event.node.end },
        message: `${match[0].replace(/[?&=\0]/g, '')} is put into the address.`,
        confidence: 'medium',
      });
  },
});
