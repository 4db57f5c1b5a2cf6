import { type Audit, auditReference, checklistReference } from '@sallyport/checker';

/** docs/reference/audits.md: the release checklist, then every audit of an app, a live API and a proxy's sight, what fails it, why it matters and how to mend it. */
export function formatAuditsReference(app: readonly Audit[], api: readonly Audit[], proxy: readonly Audit[]): string {
  return [
    checklistReference({ app, api, proxy }),
    auditReference('check app', app),
    auditReference('check api', api),
    auditReference('check proxy', proxy),
  ].join('\n');
}
