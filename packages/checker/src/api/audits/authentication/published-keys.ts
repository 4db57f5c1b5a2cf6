import { defineApiAudit } from '../../api-audit.ts';

/** Members of a JWK that are secret (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];

export const publishedKeys = defineApiAudit({
  id: 'published-keys',
  area: 'authentication',
  title: 'The key set holds public keys of good length',
  failingTitle: 'The key set holds secrets or short keys',
  severity: 'critical',
  references: { checklist: 'no-weak-crypto', masvs: ['MASVS-CRYPTO-1'], cwe: [321, 326, 522], api10: ['API2:2023'] },
  why: 'Whoever has the private key signs tokens for every user; a short one can be computed from the public half.',
  remedy: {
    text: 'Publish the public half alone, and replace the key: it is burnt.',
    language: 'ts',
    code: "const jwk = createPublicKey(privateKey).export({ format: 'jwk' });",
  },
  needs: ['publicKeys'],
  check({ publicKeys }, probe) {
    for (const { jwk, kid = 'without kid', key, from } of publicKeys) {
      const where = URL.canParse(from) ? probe.nameOf({ method: 'GET', url: from }) : from;
      const secret = SECRET_MEMBERS.filter((name) => jwk[name] !== undefined);
      if (secret.length > 0) {
        probe.report({ where, message: `The key ${kid} is published with its private half.`, evidence: `members: ${secret.join(', ')}` });
      }
      const { modulusLength } = key.asymmetricKeyDetails ?? {};
      if (modulusLength !== undefined && modulusLength < 2048) {
        probe.report({ where, message: `The key ${kid} is too short.`, evidence: `RSA with ${modulusLength} bits`, severity: 'high' });
      }
    }
  },
});
