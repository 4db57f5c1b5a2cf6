import { defineAudit } from '../../audit.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';

export const debuggableEntitlement = defineAudit({
  id: 'debuggable-entitlement',
  area: 'platform',
  title: 'The release cannot be debugged by others',
  failingTitle: 'The app may be debugged',
  severity: 'high',
  references: {
    checklist: 'release-build',
    masvs: ['MASVS-RESILIENCE-4'],
    mastg: ['MASTG-TEST-0261'],
    maswe: ['MASWE-0067'],
    cwe: [489],
  },
  why: 'With get-task-allow or android:debuggable anybody attaches a debugger and reads memory, tokens included.',
  remedy: {
    text: 'Sign the release with a distribution profile; remove the key from the release entitlements.',
    language: 'xml',
    code: '<key>get-task-allow</key>\n<false/>',
  },
  needs: ['plists', 'texts'],
  samples: {
    fail: [
      { path: 'App.entitlements', text: '<plist><dict><key>get-task-allow</key><true/></dict></plist>' },
      { path: 'AndroidManifest.xml', text: '<manifest><application android:debuggable="true"/></manifest>' },
    ],
    pass: [
      { path: 'App.entitlements', text: '<plist><dict><key>get-task-allow</key><false/></dict></plist>' },
      { path: 'AndroidManifest.xml', text: '<manifest><application android:debuggable="false"/></manifest>' },
    ],
  },
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      if (plist.role !== 'entitlements' || /debug/i.test(plist.path)) continue;
      for (const key of ['get-task-allow', 'com.apple.security.get-task-allow']) {
        const node = plistAt(plist.root, key);
        if (node !== undefined && isTrue(node))
          context.report({ place: plistPlace(plist, node), message: `${key} lets a debugger attach.` });
      }
    }
    for (const file of artifacts.texts) {
      if (file.role !== 'android-manifest' || /\/debug\//.test(file.path)) continue;
      const at = file.source.search(/android:debuggable\s*=\s*"true"/);
      if (at !== -1)
        context.report({
          place: { path: file.path, line: file.source.slice(0, at).split('\n').length, evidence: 'android:debuggable="true"' },
          message: 'android:debuggable lets a debugger attach.',
        });
    }
  },
});
