import { defineAudit } from '../../audit.ts';
import { android, elementPlace, isLauncher, releaseManifests } from '../platform/android-manifest.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';

const application = (attributes: string) => ({
  path: 'AndroidManifest.xml',
  text: `<manifest><application ${attributes}><activity android:name=".Main"><intent-filter><category android:name="android.intent.category.LAUNCHER"/></intent-filter></activity></application></manifest>`,
});

export const androidBackup = defineAudit({
  id: 'android-backup',
  area: 'storage',
  title: 'Android backs up nothing, or only what rules name',
  failingTitle: 'Android backs up all files of the app',
  severity: 'low',
  references: {
    checklist: 'tokens-in-keychain',
    masvs: ['MASVS-STORAGE-2'],
    mastg: ['MASTG-TEST-0262'],
    maswe: ['MASWE-0004'],
    cwe: [530, 921],
  },
  why: 'Preferences, databases and files of the app go to the user\u2019s cloud backup and to a new device; on older systems also to whoever connects by USB.',
  remedy: {
    text: 'Switch the backup off, or name what may be in it with dataExtractionRules and fullBackupContent.',
    language: 'xml',
    code: '<application android:allowBackup="false">',
  },
  needs: ['texts', 'plists'],
  applies: (artifacts) => releaseManifests(artifacts).length > 0 || artifacts.plists.some((plist) => plist.role === 'expo'),
  samples: {
    fail: [
      application('android:allowBackup="true"'),
      application(''),
      { path: 'app.json', text: '{ "expo": { "slug": "a", "android": { "allowBackup": true } } }' },
    ],
    pass: [
      application('android:allowBackup="false"'),
      application('android:allowBackup="true" android:dataExtractionRules="@xml/rules"'),
      { path: 'library/AndroidManifest.xml', text: '<manifest><application><service android:name=".S"/></application></manifest>' },
      { path: 'app.json', text: '{ "expo": { "slug": "a", "android": { "allowBackup": false } } }' },
    ],
  },
  check(artifacts, context) {
    for (const { path, application } of releaseManifests(artifacts)) {
      const allowed = android(application, 'allowBackup');
      if (android(application, 'dataExtractionRules') !== undefined || android(application, 'fullBackupContent') !== undefined) continue;
      if (allowed === 'true')
        context.report({
          place: elementPlace(path, application, 'allowBackup'),
          message: 'allowBackup is on, and no rules say what may leave.',
        });
      // Only an app that can be started decides; a library's manifest is merged into it.
      else if (allowed === undefined && application.children.some(isLauncher))
        context.report({ place: elementPlace(path, application), message: 'allowBackup is not set, so it is on.', confidence: 'medium' });
    }
    for (const plist of artifacts.plists) {
      const allowed = plist.role === 'expo' ? plistAt(plist.root, 'android', 'allowBackup') : undefined;
      if (allowed !== undefined && isTrue(allowed))
        context.report({ place: plistPlace(plist, allowed), message: 'allowBackup is on in the Android project that prebuild makes.' });
    }
  },
});
