import { defineApiAudit } from '../../api-audit.ts';

export const senderConstrained = defineApiAudit({
  id: 'sender-constrained',
  area: 'session',
  title: 'Tokens are bound to a key of the device',
  failingTitle: 'Tokens work for whoever holds them',
  severity: 'low',
  references: { checklist: 'bound-tokens', masvs: ['MASVS-AUTH-1'], cwe: [294, 384], api10: ['API2:2023'] },
  why: 'A bearer token copied from a backup, a log or a proxy works from any machine, and any captured request can be sent again.',
  remedy: {
    text: 'Bind tokens with DPoP (RFC 9449) to a key in the Secure Enclave or StrongBox.',
    language: 'http',
    code: 'Authorization: DPoP eyJ…\nDPoP: eyJ0eXAiOiJkcG9wK2p3dCIs…',
  },
  needs: ['accessToken'],
  check({ accessToken: { payload } }, probe) {
    const { cnf } = payload;
    const bound = typeof cnf === 'object' && cnf !== null && ('jkt' in cnf || 'x5t#S256' in cnf);
    if (!bound)
      probe.report({
        where: 'Access token',
        message: 'It has no cnf: nothing ties it to the device it was given to.',
        evidence: `claims: ${Object.keys(payload).join(', ')}`,
      });
  },
});
