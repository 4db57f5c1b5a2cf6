import { generateKeyPairSync } from 'node:crypto';
import { defineApiAudit } from '../../api-audit.ts';
import { compareAnswers } from '../../http/compare-answers.ts';
import type { Tampering } from '../../run/send.ts';
import { stillHonest } from '../../run/still-honest.ts';

export const dpopDowngrade = defineApiAudit({
  id: 'dpop-downgrade',
  area: 'session',
  title: 'A bound token is worth nothing without its key',
  failingTitle: 'A bound token works without its key',
  severity: 'high',
  references: { checklist: 'bound-tokens', masvs: ['MASVS-AUTH-1'], cwe: [294, 287], api10: ['API2:2023'] },
  why: 'If the thief may leave the proof out, or bring one of another key, binding the token was for nothing (RFC 9449 §7.2).',
  remedy: {
    text: 'Where a token has cnf.jkt, refuse it without a proof of that key for this method, address and token.',
    language: 'ts',
    code: 'if (claims.cnf?.jkt !== thumbprint(proof.jwk) || proof.ath !== sha256(token)) return refuse();',
  },
  needs: ['dpopUser', 'baseline'],
  async check({ dpopUser, baseline }, probe) {
    const { request } = baseline;
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const tricks: readonly (Tampering & { readonly how: string })[] = [
      { how: 'as Bearer, without a proof', scheme: 'Bearer', proof: null },
      { how: 'as DPoP, without a proof', proof: null },
      { how: 'with an empty proof', proof: '' },
      { how: 'with a proof of another key', dpopKey: stranger },
      { how: 'with a proof made for POST', proofFor: { method: 'POST' } },
      { how: 'with a proof made for another address', proofFor: { url: 'https://other.invalid/orders' } },
      { how: 'with a proof made for another token', proofFor: { token: 'another' } },
    ];
    const accepted: string[] = [];
    const open: string[] = [];
    for (const { how, ...tampering } of tricks) {
      const answer = await probe.sendAs(dpopUser, request, tampering);
      const reception = compareAnswers(answer, baseline);
      if (reception === 'accepted') accepted.push(how);
      else if (reception !== 'refused') open.push(`${how}: ${answer.status}`);
    }
    if (accepted.length > 0) {
      probe.report({
        where: probe.nameOf(request),
        message: 'The bound token is accepted without a valid proof of its key.',
        evidence: `accepted ${accepted.join('; ')}`,
      });
    } else await stillHonest(probe, baseline);
    if (open.length > 0) probe.inconclusive(`Neither taken nor refused: ${open.join('; ')}.`);
  },
});
