import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

/** Deprecated calls, and what has taken their place since iOS 12 to 15. */
const SUCCESSORS: Readonly<Record<string, RegExp>> = {
  SecTrustGetCertificateAtIndex: /SecTrustCopyCertificateChain/,
  SecTrustEvaluate: /SecTrustEvaluateWithError|SecTrustEvaluateAsyncWithError/,
  SecTrustCopyPublicKey: /SecTrustCopyKey/,
};

export const deprecatedTrustCall = defineAudit({
  id: 'deprecated-trust-call',
  area: 'pinning',
  title: 'The chain is read by calls in force',
  failingTitle: 'The chain is read by deprecated calls',
  severity: 'info',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2', 'MASVS-CODE-3'],
    cwe: [477],
  },
  why: 'Deprecated calls go without the repairs of their successors, and code that is copied from old articles seldom comes alone.',
  remedy: {
    text: 'Use SecTrustCopyCertificateChain and SecTrustCopyKey, after SecTrustEvaluateWithError.',
    language: 'swift',
    code: 'guard SecTrustEvaluateWithError(trust, nil), let chain = SecTrustCopyCertificateChain(trust) as? [SecCertificate] else { return }',
  },
  needs: ['code'],
  samples: {
    fail: ['func leaf(of trust: SecTrust) -> SecCertificate? { SecTrustGetCertificateAtIndex(trust, 0) }'],
    pass: [
      'func leaf(of trust: SecTrust) -> SecCertificate? { (SecTrustCopyCertificateChain(trust) as? [SecCertificate])?.first }',
      'func leaf(of trust: SecTrust) -> SecCertificate? { if #available(iOS 15, *) { return (SecTrustCopyCertificateChain(trust) as? [SecCertificate])?.first } else { return SecTrustGetCertificateAtIndex(trust, 0) } }',
    ],
  },
  calls: [
    {
      names: Object.keys(SUCCESSORS),
      check(event, context) {
        // Beside its successor it serves old systems; shown to whoever asks for everything.
        const successor = SUCCESSORS[event.name];
        const fallback = successor !== undefined && mentions(event.scene.unit, successor);
        context.report({
          at: here(event.scene, event.node),
          message: `${event.name} is deprecated.`,
          confidence: fallback ? 'low' : 'medium',
        });
      },
    },
  ],
});
