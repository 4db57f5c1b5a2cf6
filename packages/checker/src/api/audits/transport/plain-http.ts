import { defineApiAudit } from '../../api-audit.ts';
import { NoAnswer } from '../../http/answer.ts';

export const plainHttp = defineApiAudit({
  id: 'plain-http',
  area: 'transport',
  title: 'Plain HTTP is refused',
  failingTitle: 'Plain HTTP is answered',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0321'],
    maswe: ['MASWE-0050'],
    cwe: [319],
    api10: ['API8:2023'],
  },
  why: 'What is sent in the clear is read by everybody on the way. A redirect comes too late: the first request, token included, has already been sent, and a wrong base address in the app is never noticed.',
  remedy: {
    text: 'Close the port, or answer every plain request with an error and no Location.',
    language: 'nginx',
    code: 'server {\n  listen 80;\n  return 426;\n}',
  },
  needs: [],
  async check(_, probe) {
    const { target, options } = probe;
    if (!target.secure) {
      probe.report({
        where: target.url.origin,
        message: 'The API is served over plain HTTP.',
        severity: target.loopback ? 'medium' : 'high',
      });
    }
    const ports = new Set([
      ...(target.secure ? [target.port] : []),
      ...(target.port === 443 ? [80] : []),
      ...(options.plainHttpPort === undefined ? [] : [options.plainHttpPort]),
    ]);
    if (!target.secure) ports.delete(target.port);
    for (const port of ports) {
      const url = `http://${target.host}:${port}${target.url.pathname}`;
      const answer = await probe.send({ method: 'GET', url }).catch((error: unknown) => {
        if (error instanceof NoAnswer) return undefined;
        throw error;
      });
      // No answer, or an error, is what is wanted; what the error says is judged elsewhere.
      if (answer === undefined || answer.status >= 400) continue;
      const { location } = answer.headers;
      const where = `GET http://${target.host}:${port}`;
      if (answer.status < 300) probe.report({ where, message: 'A plain request is served.', evidence: `status ${answer.status}` });
      else {
        const safe = location !== undefined && URL.canParse(location, url) && new URL(location, url).protocol === 'https:';
        probe.report({
          where,
          message: safe
            ? 'A plain request is redirected to HTTPS instead of refused; an app that sends its token this way works, and nobody notices.'
            : 'A plain request is redirected to another plain address.',
          evidence: `status ${answer.status}, Location: ${location ?? 'none'}`,
          severity: safe ? 'low' : 'high',
        });
      }
    }
  },
});
