import { defineApiAudit } from '../../api-audit.ts';
import { isSuccess } from '../../http/compare-answers.ts';

/** Addresses that give something away, and by what their content is known: a server that answers every path alike is not fooled by. */
const ENDPOINTS: readonly {
  readonly path: string;
  readonly shows: RegExp;
  readonly what: string;
  readonly severity: 'critical' | 'high' | 'info';
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
  { path: '/metrics', shows: /^# (HELP|TYPE) /m, what: 'metrics', severity: 'high' },
  { path: '/openapi.json', shows: /"openapi"\s*:/, what: 'the OpenAPI document', severity: 'info' },
  { path: '/swagger.json', shows: /"(swagger|openapi)"\s*:/, what: 'the OpenAPI document', severity: 'info' },
  { path: '/v3/api-docs', shows: /"openapi"\s*:/, what: 'the OpenAPI document', severity: 'info' },
];

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
    for (const { path, shows, what, severity } of ENDPOINTS) {
      const request = { method: 'GET', url: probe.at(path) };
      const answer = await probe.send(request);
      if (!isSuccess(answer) || !shows.test(answer.body)) continue;
      // Not the content: it is what must not get around.
      probe.report({
        where: probe.nameOf(request),
        message: `Shows ${what} to anybody.`,
        evidence: `${answer.status}, ${answer.body.length} characters`,
        severity,
      });
    }
  },
});
