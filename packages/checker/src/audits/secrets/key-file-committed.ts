import { basename } from 'node:path/posix';
import { defineAudit } from '../../audit.ts';
import { isTestPath } from '../../gather/file-role.ts';

const PRIVATE_KEY = /-----BEGIN (ENCRYPTED |RSA |EC |DSA |OPENSSH )?PRIVATE KEY-----/;
/** Made by the Android tools with a password everybody knows; it signs nothing that is released. */
const DEBUG_STORE = /debug|androiddebugkey/i;

/** Assembled here so that no scanner takes the sample for a real key. */
const pem = (kind: string) => `-----BEGIN ${kind}-----\nMIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg\n-----END ${kind}-----\n`;

export const keyFileCommitted = defineAudit({
  id: 'key-file-committed',
  area: 'secrets',
  title: 'No private key lies among the app\u2019s files',
  failingTitle: 'A private key lies among the app\u2019s files',
  severity: 'high',
  references: {
    checklist: 'no-secrets',
    masvs: ['MASVS-STORAGE-1', 'MASVS-CRYPTO-2'],
    maswe: ['MASWE-0005', 'MASWE-0014'],
    cwe: [321, 312, 540],
  },
  why: 'Who has a clone, or unpacks the app, signs releases, sends push messages or signs in as whoever the key stands for; a store\u2019s password is often in the next file.',
  remedy: {
    text: 'Revoke or replace the key, and keep the new one where builds run: a secret store, or fastlane match with a repository of its own.',
    language: 'sh',
    code: "git rm --cached ios/AuthKey.p8 && printf '*.p8\\n*.p12\\n*.jks\\n*.keystore\\n' >> .gitignore",
  },
  needs: ['texts'],
  applies: (artifacts) => artifacts.texts.some((file) => file.role === 'key-file'),
  samples: {
    fail: [
      { path: 'ios/AuthKey.p8', text: pem('PRIVATE KEY') },
      { path: 'certs/server.pem', text: pem('RSA PRIVATE KEY') },
      { path: 'android/app/release.keystore', text: '\ufeed\ufeed' },
    ],
    pass: [
      { path: 'certs/root.pem', text: pem('CERTIFICATE') },
      { path: 'android/app/debug.keystore', text: '\ufeed\ufeed' },
      { path: 'e2e/server.pem', text: pem('PRIVATE KEY') },
    ],
  },
  check(artifacts, context) {
    for (const file of artifacts.texts) {
      if (file.role !== 'key-file' || DEBUG_STORE.test(file.path) || isTestPath(file.path)) continue;
      const key = PRIVATE_KEY.exec(file.source);
      const store = file.source === '' && /\.(?:p12|pfx|jks|keystore)$/i.test(file.path);
      if (key === null && !store) continue;
      const locked = store || key?.[1] === 'ENCRYPTED ';
      context.report({
        place: {
          path: file.path,
          line: key === null ? 0 : file.source.slice(0, key.index).split('\n').length,
          evidence: basename(file.path),
        },
        message: locked ? 'This holds private keys, guarded by a password only.' : 'This is a private key.',
        severity: locked ? 'medium' : 'critical',
      });
    }
  },
});
