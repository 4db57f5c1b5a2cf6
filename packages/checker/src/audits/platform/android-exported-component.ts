import { defineAudit } from '../../audit.ts';
import type { XmlElement } from '../../syntax/xml-elements.ts';
import { android, elementPlace, releaseManifests } from './android-manifest.ts';

const manifest = (component: string) => ({
  path: 'AndroidManifest.xml',
  text: `<manifest><application>${component}</application></manifest>`,
});

/** Components of libraries that are exported by their makers' instructions. */
const LIBRARY = /^(?:com\.(?:google|facebook|android|huawei|samsung)|androidx?|io\.invertase|expo|org\.unifiedpush)\./;
/** Sent by the system alone, or bound by the system alone under a permission of its own. */
const SYSTEM_ACTION = /^(?:android|com\.android|com\.google\.android|com\.google\.firebase)\./;

export const androidExportedComponent = defineAudit({
  id: 'android-exported-component',
  area: 'platform',
  title: 'Android components other apps can reach ask for a permission',
  failingTitle: 'Other Android apps can use a component without a permission',
  severity: 'medium',
  references: {
    checklist: 'other-apps',
    masvs: ['MASVS-PLATFORM-1'],
    maswe: ['MASWE-0062', 'MASWE-0064'],
    cwe: [926, 200],
  },
  why: 'Any app on the device reads the provider\u2019s data, starts the service or opens the screen, with inputs of its choice.',
  remedy: {
    text: 'Leave exported off, or ask for a permission of protection level signature.',
    language: 'xml',
    code: '<provider android:name=".ReceiptProvider" android:authorities="app.receipts" android:exported="false" android:grantUriPermissions="true"/>',
  },
  needs: ['texts'],
  applies: (artifacts) => releaseManifests(artifacts).length > 0,
  samples: {
    fail: [
      manifest('<provider android:name=".Files" android:authorities="a" android:exported="true"/>'),
      manifest('<service android:name=".Sync" android:exported="true"/>'),
      manifest('<activity android:name=".Admin" android:exported="true"/>'),
      manifest(
        '<receiver android:name=".Pay" android:exported="true"><intent-filter><action android:name="org.example.PAY"/></intent-filter></receiver>',
      ),
    ],
    pass: [
      manifest('<provider android:name=".Files" android:authorities="a" android:exported="false"/>'),
      manifest('<provider android:name=".Files" android:authorities="a" android:exported="true" android:permission="org.example.READ"/>'),
      manifest(
        '<activity android:name=".Main" android:exported="true"><intent-filter><action android:name="android.intent.action.MAIN"/></intent-filter></activity>',
      ),
      manifest(
        '<receiver android:name=".Boot" android:exported="true"><intent-filter><action android:name="android.intent.action.BOOT_COMPLETED"/></intent-filter></receiver>',
      ),
    ],
  },
  check(artifacts, context) {
    for (const { path, application } of releaseManifests(artifacts))
      for (const component of application.children) {
        const name = android(component, 'name') ?? '';
        if (android(component, 'exported') !== 'true' || LIBRARY.test(name) || isGuarded(component)) continue;
        const open = OPEN[component.name]?.(component);
        if (open === undefined) continue;
        context.report({ place: elementPlace(path, component), message: `${name} is exported: ${open}.`, confidence: 'medium' });
      }
  },
});

/** What others can do with an exported component of each kind; undefined when its intent filters are the reason for being exported. */
const OPEN: Record<string, (component: XmlElement) => string | undefined> = {
  provider: () => 'every app reads what it gives out',
  service: (component) => (answersSystem(component) ? undefined : 'every app starts or binds it'),
  receiver: (component) => (answersSystem(component) ? undefined : 'every app sends it what it likes'),
  // With a filter it is there to be opened; without one only this app should.
  activity: (component) =>
    component.children.some((child) => child.name === 'intent-filter') ? undefined : 'every app opens it past the screens before',
};

const isGuarded = (component: XmlElement): boolean =>
  android(component, 'permission') !== undefined ||
  (android(component, 'readPermission') !== undefined && android(component, 'writePermission') !== undefined);

function answersSystem(component: XmlElement): boolean {
  const actions = component.children.flatMap((filter) => filter.children.filter((child) => child.name === 'action'));
  return actions.length > 0 && actions.every((action) => SYSTEM_ACTION.test(android(action, 'name') ?? ''));
}
