import type { Audit } from '../audit.ts';
import type { ApiArea, ApiAudit } from './api-audit.ts';

/** Reports group by the areas of an app's audits; these are theirs for ours. */
const AREAS: Readonly<Record<ApiArea, Audit['area']>> = {
  transport: 'transport',
  pinning: 'pinning',
  authentication: 'authentication',
  session: 'session',
  authorisation: 'authentication',
  exposure: 'platform',
  resilience: 'resilience',
  platform: 'platform',
};

/** The same datum as judge and reports read it. They never run it, so it needs no artifacts and has no samples. */
export function asAudit({ id, area, title, failingTitle, severity, references, why, remedy }: ApiAudit): Audit {
  return { id, area: AREAS[area], title, failingTitle, severity, references, why, remedy, needs: [], samples: { pass: [], fail: [] } };
}
