import { type Audit, auditReference, checklistReference } from '@sallyport/checker';

/** docs/reference/audits.md: the release checklist, then every audit of an app and of a live API, what fails it, why it matters and how to mend it. */
export function formatAuditsReference(app: readonly Audit[], api: readonly Audit[]): string {
  return [checklistReference({ app, api }), auditReference('check app', app), auditReference('check api', api)].join('\n');
}
