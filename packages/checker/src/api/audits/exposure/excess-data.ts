import { defineApiAudit } from '../../api-audit.ts';
import { parseJson } from '../../http/answer-shape.ts';
import { findOperation } from '../../openapi/read-openapi.ts';
import { undeclaredMembers } from '../../openapi/undeclared-members.ts';

export const excessData = defineApiAudit({
  id: 'excess-data',
  area: 'exposure',
  title: 'Answers hold what the OpenAPI document declares',
  failingTitle: 'Answers hold more than the OpenAPI document declares',
  severity: 'medium',
  references: { checklist: 'no-excess-data', masvs: ['MASVS-PRIVACY-1'], cwe: [213, 200], api10: ['API3:2023'] },
  why: 'Fields the app does not show are still sent to it, and to everybody who looks at its traffic.',
  remedy: {
    text: 'Build answers member by member instead of writing database rows out, and remove the rest at the gateway.',
    language: 'ts',
    code: 'const { id, item, total } = row;\nreturn { id, item, total };',
  },
  remains: { owner: 'backend', because: 'it builds the answers' },
  needs: ['document', 'answers'],
  check({ document, answers }, probe) {
    let judged = 0;
    for (const answer of answers) {
      const schema = findOperation(document, 'GET', new URL(answer.request.url).pathname)?.schemaFor(answer.status);
      const body = parseJson(answer.body);
      if (schema === undefined || body === undefined) continue;
      judged++;
      const members = undeclaredMembers(document, schema, body);
      if (members.length === 0) continue;
      probe.report({
        where: probe.nameOf(answer.request),
        message: `${members.length} members of the answer are not in its schema.`,
        evidence: members.join(', '),
      });
    }
    if (judged === 0) probe.inconclusive('No answer had a JSON schema in the document to compare with.');
  },
});
