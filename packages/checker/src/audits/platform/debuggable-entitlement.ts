import { defineAudit } from '../../audit.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';
import { android, elementPlace, releaseManifests } from './android-manifest.ts';

/** The release build type, in Groovy and in Kotlin. */
const RELEASE_BUILD = /\b(?:release|getByName\("release"\)|named\("release"\))\s*\{/g;

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
      { path: 'app/build.gradle', text: 'android {\n  buildTypes {\n    release {\n      debuggable true\n    }\n  }\n}' },
      { path: 'app/build.gradle.kts', text: 'android {\n  buildTypes {\n    getByName("release") { isDebuggable = true }\n  }\n}' },
    ],
    pass: [
      { path: 'App.entitlements', text: '<plist><dict><key>get-task-allow</key><false/></dict></plist>' },
      { path: 'AndroidManifest.xml', text: '<manifest><application android:debuggable="false"/></manifest>' },
      {
        path: 'app/build.gradle',
        text: 'android {\n  buildTypes {\n    debug {\n      debuggable true\n    }\n    release {\n      minifyEnabled true\n    }\n  }\n}',
      },
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
    for (const { path, application } of releaseManifests(artifacts))
      if (android(application, 'debuggable') === 'true')
        context.report({ place: elementPlace(path, application, 'debuggable'), message: 'android:debuggable lets a debugger attach.' });
    for (const file of artifacts.texts) {
      if (!/\.gradle(?:\.kts)?$/.test(file.path)) continue;
      for (const release of file.source.matchAll(RELEASE_BUILD)) {
        const at = release.index + release[0].length;
        const inside = blockAt(file.source, at);
        const found = /\b(?:isDebuggable|debuggable)\s*=?\s*true\b/.exec(inside);
        if (found !== null)
          context.report({
            place: { path: file.path, line: file.source.slice(0, at + found.index).split('\n').length, evidence: found[0] },
            message: 'The release build is debuggable.',
          });
      }
    }
  },
});

/** What stands between an opened brace and its closing one. */
function blockAt(source: string, from: number): string {
  let depth = 1;
  for (let at = from; at < source.length; at++) {
    if (source[at] === '{') depth++;
    else if (source[at] === '}' && --depth === 0) return source.slice(from, at);
  }
  return source.slice(from);
}
