import { defineAudit } from '../../audit.ts';

export const binaryReadable = defineAudit({
  id: 'binary-readable',
  area: 'resilience',
  title: 'The executable could be read',
  failingTitle: 'The executable could not be read',
  severity: 'info',
  references: { checklist: 'no-secrets', cwe: [312] },
  why: 'An executable with App Store encryption shows no strings, so nothing was said about the secrets in it.',
  remedy: {
    text: 'Check the .ipa of the build, before it goes through the store.',
    language: 'sh',
    code: 'xcodebuild -exportArchive …   # then: sallyport check app App.ipa',
  },
  needs: ['binaries'],
  samples: { fail: [], pass: ['let a = 1'] },
  check(artifacts, context) {
    const encrypted = artifacts.binaries.filter((binary) => binary.encrypted);
    if (encrypted.length > 0)
      context.inconclusive(
        `${encrypted.map((binary) => binary.path).join(', ')} is encrypted (cryptid 1); check the build before the store. For what is readable the strings are a lower bound.`,
      );
  },
});
