import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

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
    pass: ['func leaf(of trust: SecTrust) -> SecCertificate? { (SecTrustCopyCertificateChain(trust) as? [SecCertificate])?.first }'],
  },
  calls: [
    {
      names: ['SecTrustGetCertificateAtIndex', 'SecTrustEvaluate', 'SecTrustCopyPublicKey'],
      check(event, context) {
        // Old systems may need them; shown to whoever asks for everything.
        context.report({ at: here(event.scene, event.node), message: `${event.name} is deprecated.`, confidence: 'low' });
      },
    },
  ],
});
