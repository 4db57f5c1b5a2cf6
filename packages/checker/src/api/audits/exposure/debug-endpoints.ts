import { defineApiAudit } from '../../api-audit.ts';
import { isSuccess } from '../../http/compare-answers.ts';
import { answeredOnes } from '../../run/answered-ones.ts';

/** Addresses that give something away, and by what their content is known: a server that answers every path alike is not fooled by. */
const ENDPOINTS: readonly {
  readonly path: string;
  readonly shows: RegExp;
  readonly what: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'info';
}[] = [
  { path: '/.env', shows: /^[A-Z][A-Z0-9_]{2,60}=/m, what: 'configuration with its secrets', severity: 'critical' },
  { path: '/.git/HEAD', shows: /^ref: refs\/|^[0-9a-f]{40}\s*$/m, what: 'the git repository', severity: 'critical' },
  { path: '/actuator/env', shows: /"propertySources"/, what: 'configuration of Spring', severity: 'critical' },
  { path: '/actuator/heapdump', shows: /^JAVA PROFILE/, what: 'the memory of the server', severity: 'critical' },
  { path: '/actuator', shows: /"_links"/, what: 'management of Spring', severity: 'high' },
  { path: '/debug/pprof/', shows: /profile\?debug=|full goroutine stack dump/, what: 'the profiler of Go', severity: 'high' },
  { path: '/debug/vars', shows: /"cmdline"/, what: 'variables of the process', severity: 'high' },
  { path: '/server-status', shows: /Apache Server Status/, what: 'the status of Apache', severity: 'high' },
  { path: '/phpinfo.php', shows: /phpinfo\(\)|PHP Version/, what: 'the configuration of PHP', severity: 'high' },
  { path: '/metrics', shows: /^# (HELP|TYPE) /m, what: 'metrics', severity: 'medium' },
  { path: '/openapi.json', shows: /"openapi"\s*:/, what: 'the OpenAPI document', severity: 'info' },
  { path: '/swagger.json', shows: /"(swagger|openapi)"\s*:/, what: 'the OpenAPI document', severity: 'info' },
  { path: '/v3/api-docs', shows: /"openapi"\s*:/, what: 'the OpenAPI document', severity: 'info' },
];

/** Titles of pages on which web servers list a folder: Apache, nginx and Caddy, Python and Go, serve-index of Node, Jetty. */
const LISTING = /<title>\s*(?:Index of|Directory listing for|listing directory|Directory:)\s*\//i;

/** Folders that get listed by mistake. */
const FOLDERS = ['/', '/backup/', '/files/', '/ftp/', '/logs/', '/static/', '/uploads/'];

/** Further folders named by robots.txt, of all files: who hides a place from search engines says where it is. */
const MAX_HIDDEN = 5;

export const debugEndpoints = defineApiAudit({
  id: 'debug-endpoints',
  area: 'exposure',
  title: 'Nothing made for developers is open to everybody',
  failingTitle: 'Something made for developers is open to everybody',
  severity: 'high',
  references: { checklist: 'errors-reveal-nothing', cwe: [215, 538, 489], api10: ['API9:2023', 'API8:2023'] },
  why: 'These addresses are tried on every server of the internet, every day. What they show is often enough to walk in.',
  remedy: {
    text: 'Let only listed routes through, and bind management to another port.',
    language: 'ts',
    code: "routes: [{ method: 'GET', path: '/orders', scopes: ['orders:read'] }] // whatever is not listed is refused",
  },
  needs: ['anonymous'],
  async check(_, probe) {
    const hidden: string[] = [];
    for await (const { body } of answeredOnes([() => probe.send({ method: 'GET', url: probe.at('/robots.txt') })], probe.inconclusive))
      for (const [, path = ''] of body.matchAll(/^\s*Disallow:\s*(\/[\w./-]{1,100})/gim)) hidden.push(path);
    const folders = new Set([...FOLDERS, ...hidden.slice(0, MAX_HIDDEN).map((path) => path.replace(/\/?$/, '/'))]);
    const listings = [...folders].map((path) => ({ path, shows: LISTING, what: 'the files of a folder', severity: 'medium' as const }));
    const places = new Map([...ENDPOINTS, ...listings].map((place) => [probe.at(place.path), place]));
    const sendings = [...places.keys()].map((url) => () => probe.send({ method: 'GET', url }));
    for await (const answer of answeredOnes(sendings, probe.inconclusive)) {
      const place = places.get(answer.request.url);
      if (place === undefined || !isSuccess(answer) || !place.shows.test(answer.body)) continue;
      const { what, severity } = place;
      // Not the content: it is what must not get around.
      probe.report({
        where: probe.nameOf(answer.request),
        message: `Shows ${what} to anybody.`,
        evidence: `${answer.status}, ${answer.body.length} characters`,
        severity,
      });
    }
  },
});
