import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

/** Names of query parameters that hold a secret. */
const PARAMETER =
  /^(?:password|passwd|pwd|passcode|client_?secret|access_?token|refresh_?token|auth_?token|token|api_?secret|session_?id|jwt)$/i;

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
      { path: 'u.ts', text: "export const u = (t) => fetch('https://api.example.com/me?access_token=' + t);" },
      { path: 'u.ts', text: 'export const u = (t) => axios.get("/me", { params: { access_token: t } });' },
      { path: 'u.ts', text: 'export const u = (url, t) => { url.searchParams.set("token", t); return fetch(url); };' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'u.ts', text: 'export const s = (token) => new WebSocket(`wss://api.example.com/socket?token=${token}`);' },
    ],
    pass: [
      'func u(id: String) -> String { "https://api.example.com/items?id=\\(id)" }',
      'let shown = "password=\\(p)"',
      { path: 'u.ts', text: 'export const u = (page) => axios.get("/items", { params: { page, next_page_token: page } });' },
    ],
  },
  texts(event, context) {
    if (!/^(?:https?|wss?):\/\/|^\/[\w/]+\?|^\0\/?[\w/]*\?/.test(event.text)) return;
    // `"…?access_token=" + token`: the value comes after the text.
    const { source } = event.scene.unit;
    const continued = /=$/.test(event.text) && /^\s*\+\s*[A-Za-z_]/.test(source.slice(event.node.end, event.node.end + 20));
    const text = continued ? `${event.text}\0` : event.text;
    const match =
      /[?&](?:password|passwd|pwd|passcode|pin|secret|client_secret|access_?token|refresh_?token|auth_?token|token|api_?secret|session_?id|jwt)=\0/i.exec(
        text,
      );
    if (match !== null)
      context.report({
        at: { unit: event.scene.unit, start: event.node.start, end: event.node.end },
        message: `${match[0].replace(/[?&=\0]/g, '')} is put into the address.`,
        confidence: 'medium',
      });
  },
  dictionaries(event, context) {
    // axios and its kin make the query of `params`.
    if (event.scene.unit.language !== 'script') return;
    for (const { key, valueNode } of event.entries) {
      if (key.text !== 'params' || valueNode.kind !== 'dictionary') continue;
      for (const { key: name, value } of valueNode.entries)
        if (name.kind === 'string' && value.kind !== 'closure' && PARAMETER.test(name.parts.join('')))
          context.report({ at: here(event.scene, name), message: `${name.parts.join('')} is put into the address.`, confidence: 'medium' });
    }
  },
  calls: [
    {
      names: ['append', 'set'],
      check(event, context) {
        const name = event.args[0]?.known.text ?? '';
        if (/\.searchParams\.\w+$/.test(event.path) && event.args.length === 2 && PARAMETER.test(name))
          context.report({ at: here(event.scene, event.node), message: `${name} is put into the address.`, confidence: 'medium' });
      },
    },
  ],
});
