import { audits } from '@sallyport/checker';
import { apiAudits, asAudit } from '@sallyport/checker/api';
import { asAudit as asProxyAudit, proxyAudits } from '@sallyport/checker/proxy';
import { policyJsonSchema } from '@sallyport/policy';
import { type Reason, reasons } from '@sallyport/protocol';
import { commands } from '../packages/sallyport/src/commands/index.ts';
import { formatAuditsReference } from './format-audits-reference.ts';
import { formatCliReference } from './format-cli-reference.ts';
import { formatConfigReference } from './format-config-reference.ts';
import { formatReasonsReference } from './format-reasons-reference.ts';

/** The documents that are made from the code, by their path in the repository. Made anew, they are the same to the byte. */
export function referenceDocuments(): ReadonlyMap<string, string> {
  const schema = policyJsonSchema();
  return new Map([
    ['docs/reference/reasons.md', formatReasonsReference(Object.entries<Reason>(reasons))],
    ['docs/reference/config.md', formatConfigReference(schema)],
    ['docs/reference/policy.schema.json', `${JSON.stringify(schema, null, 2)}\n`],
    ['docs/reference/audits.md', formatAuditsReference(audits, apiAudits.map(asAudit), proxyAudits.map(asProxyAudit))],
    ['docs/reference/cli.md', formatCliReference(commands)],
  ]);
}
