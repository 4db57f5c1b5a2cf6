import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const OFF =
  /URLCache\.shared\s*=\s*URLCache\(|memoryCapacity:\s*0|\.urlCache\s*=\s*nil|reloadIgnoringLocal|\.ephemeral\b|removeAllCachedResponses|willCacheResponse|URLSessionConfiguration\.ephemeral|NSURLRequestReloadIgnoringLocal|cacheResponse/;

export const urlCache = defineAudit({
  id: 'url-cache',
  area: 'storage',
  title: 'Answers with user data are not cached on disk',
  failingTitle: 'Answers with user data may be cached on disk',
  severity: 'medium',
  references: {
    checklist: 'url-cache',
    masvs: ['MASVS-STORAGE-2'],
    mastg: ['MASTG-TEST-0298'],
    maswe: ['MASWE-0004'],
    cwe: [524, 525],
  },
  why: 'URLCache keeps answers in a plain database in the app\u2019s folder, after sign-out too.',
  remedy: {
    text: 'Use an ephemeral configuration, or one without a cache, for the API; send Cache-Control: no-store from the server.',
    language: 'swift',
    code: 'let configuration = URLSessionConfiguration.ephemeral\nconfiguration.urlCache = nil\nconfiguration.requestCachePolicy = .reloadIgnoringLocalCacheData',
    script: "const answer = await fetch(url, { cache: 'no-store', headers: { authorization } });",
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'a.ts',
        text: 'export const f = (t) => fetch("https://api.example.com/me", { headers: { Authorization: "Bearer " + t }, cache: "force-cache" });',
      },
      'func f(token: String) { URLCache.shared = URLCache(memoryCapacity: 1_000_000, diskCapacity: 50_000_000, diskPath: nil); send("Bearer \\(token)") }',
      'func f(r: inout URLRequest) { r.cachePolicy = .returnCacheDataElseLoad }',
      'func f(token: String) { var r = URLRequest(url: u); r.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization"); URLSession.shared.dataTask(with: r) { d, _, _ in }.resume() }',
    ],
    pass: [
      { path: 'a.ts', text: 'export const f = () => fetch("https://cdn.example.com/a.jpg", { cache: "force-cache" });' },
      'func f(r: inout URLRequest) { r.cachePolicy = .reloadIgnoringLocalCacheData }',
      'let c = URLSessionConfiguration.ephemeral\nfunc f(token: String) { var r = URLRequest(url: u); r.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization"); URLSession.shared.dataTask(with: r) { d, _, _ in }.resume() }',
    ],
  },
  dictionaries(event, context) {
    const cache = event.entries.find(({ key }) => key.text === 'cache');
    if (cache === undefined || !/^(?:force-cache|only-if-cached)$/.test(cache.value.text ?? '')) return;
    const headers = event.entries.find(({ key }) => key.text === 'headers')?.value;
    if (![...(headers?.entries?.keys() ?? [])].some((header) => /^(?:authorization|cookie|x-auth-token)$/i.test(header))) return;
    context.report({
      at: here(event.scene, { start: cache.keyNode.start, end: cache.valueNode.end }),
      message: 'An answer to a signed-in user is taken from the cache whatever its age, so it is kept on disk.',
      confidence: 'medium',
    });
  },
  assigns: [
    {
      names: ['cachePolicy', 'requestCachePolicy'],
      check(event, context) {
        if (/returnCacheData|ReturnCacheData/.test(event.value.symbol ?? ''))
          context.report({
            at: here(event.scene, event.node),
            message: 'Cached answers are used whatever their age, so answers are kept on disk.',
            confidence: 'medium',
          });
      },
    },
  ],
  calls: [
    {
      names: ['URLCache', 'NSURLCache'],
      check(event, context) {
        // A cache on disk made on purpose, in a file that sends credentials.
        const disk = event.arg('diskCapacity')?.number;
        if (disk === undefined || disk === 0 || !/Authorization|Bearer|[tT]oken|account|profile/.test(event.scene.unit.source)) return;
        context.report({
          at: here(event.scene, event.node),
          message: 'Answers are kept on disk by a cache of the app\u2019s own.',
          confidence: 'medium',
        });
      },
    },
  ],
  check(artifacts, context) {
    const own = artifacts.code.filter((unit) => !unit.test && unit.language !== 'script');
    if (own.some((unit) => OFF.test(unit.source))) return;
    const sends = own.find(
      (unit) => /forHTTPHeaderField:\s*@?"Authorization"|addValue\(.*"Authorization"/.test(unit.source) && /URLSession/.test(unit.source),
    );
    if (sends === undefined) return;
    const at = sends.source.search(/forHTTPHeaderField:\s*@?"Authorization"|"Authorization"/);
    context.report({
      at: { unit: sends, start: at },
      message: 'Requests with a token go through a session with the shared cache; nothing in the app switches it off.',
      confidence: 'medium',
      severity: 'low',
    });
  },
});
