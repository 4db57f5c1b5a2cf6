import { defineAudit } from '../../audit.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';

/** Keys by which an app says that its documents are files people open, save and move: sharing them is its purpose. */
const DOCUMENT_APP = ['UISupportsDocumentBrowser', 'CFBundleDocumentTypes'];

export const fileSharingEnabled = defineAudit({
  id: 'file-sharing-enabled',
  area: 'platform',
  title: 'The folder Documents is not shared, or holds nothing but people’s documents',
  failingTitle: 'The folder Documents is open to the Files app and to a computer',
  severity: 'low',
  references: { checklist: 'other-apps', masvs: ['MASVS-STORAGE-1', 'MASVS-PLATFORM-1'], maswe: ['MASWE-0007'], cwe: [200, 552] },
  why: 'Whoever holds the unlocked device, or a computer it trusts, reads and replaces every file there: databases, exports, whatever the app wrote.',
  remedy: {
    text: 'Remove the key, or keep everything that is no document of the user’s in Application Support.',
    language: 'xml',
    code: '<key>UIFileSharingEnabled</key>\n<false/>',
  },
  needs: ['plists'],
  samples: {
    fail: [
      { path: 'Info.plist', text: '<plist><dict><key>UIFileSharingEnabled</key><true/></dict></plist>' },
      { path: 'app.json', text: '{ "expo": { "name": "a", "ios": { "infoPlist": { "UIFileSharingEnabled": true } } } }' },
    ],
    pass: [
      { path: 'Info.plist', text: '<plist><dict><key>UIFileSharingEnabled</key><false/></dict></plist>' },
      {
        path: 'Info.plist',
        text: '<plist><dict><key>UIFileSharingEnabled</key><true/><key>UISupportsDocumentBrowser</key><true/></dict></plist>',
      },
    ],
  },
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      if (plist.role !== 'info' && plist.role !== 'expo') continue;
      for (const root of [plist.root, plistAt(plist.root, 'expo', 'ios', 'infoPlist'), plistAt(plist.root, 'ios', 'infoPlist')]) {
        const shared = root === undefined ? undefined : plistAt(root, 'UIFileSharingEnabled');
        if (root === undefined || shared === undefined || !isTrue(shared)) continue;
        if (DOCUMENT_APP.some((key) => plistAt(root, key) !== undefined)) continue;
        context.report({ place: plistPlace(plist, shared), message: 'UIFileSharingEnabled shares all of Documents.' });
      }
    }
  },
});
