import { describe, expect, it } from 'vitest';
import { audits as appAudits } from '../../audits/index.ts';
import { apiAudits } from './index.ts';

describe('audits of a live API', () => {
  it('have ids of their own, also beside the audits of an app', () => {
    const ids = [...apiAudits, ...appAudits].map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(apiAudits.map((audit) => [audit.id, audit] as const))('%s says all a report needs', (id, audit) => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [audit.title, audit.failingTitle, audit.why, audit.remedy.text, audit.remedy.code])
      expect(text.length).toBeGreaterThan(5);
    expect(audit.title).not.toMatch(/\.$/);
    expect(audit.references.cwe.length).toBeGreaterThan(0);
    for (const entry of audit.references.api10 ?? []) expect(entry).toMatch(/^API(10|[1-9]):2023$/);
  });

  it('end sessions after everything that needs them, and flood last', () => {
    const order = apiAudits.map(({ id }) => id);
    expect(order.slice(-5)).toEqual(['refresh-rotation', 'logout', 'monitoring-drill', 'sign-in-lockout', 'rate-limit']);
  });
});
