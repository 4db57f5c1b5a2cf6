import { defineAudit } from '../../audit.ts';
import { elementsNamed } from '../../syntax/xml-elements.ts';
import { android, elementPlace, releaseManifests } from '../platform/android-manifest.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';

/** Hosts and paths at which a sign-in comes back. */
const SIGN_IN = /oauth|openid|oidc|callback|sign-?in|log-?in|\bauth|sso|redirect|magic/i;

const filter = (attributes: string, data: string) => ({
  path: 'AndroidManifest.xml',
  text: `<manifest><application><activity android:name=".Main"><intent-filter${attributes}><action android:name="android.intent.action.VIEW"/><category android:name="android.intent.category.BROWSABLE"/><data ${data}/></intent-filter></activity></application></manifest>`,
});

export const androidDeepLinkUnverified = defineAudit({
  id: 'android-deep-link-unverified',
  area: 'authentication',
  title: 'Sign-in comes back to Android by a verified link',
  failingTitle: 'Another Android app can take the link at which sign-in comes back',
  severity: 'medium',
  references: {
    checklist: 'oauth-pkce',
    masvs: ['MASVS-PLATFORM-1', 'MASVS-AUTH-1'],
    maswe: ['MASWE-0058'],
    cwe: [939, 940],
    api10: ['API2:2023'],
  },
  why: 'A link that is not verified may be registered by any app; the code or token in it goes to whichever the user taps (RFC 8252 §8.1).',
  remedy: {
    text: 'Let sign-in come back on an https link with autoVerify and /.well-known/assetlinks.json, and use PKCE all the same.',
    language: 'xml',
    code: '<intent-filter android:autoVerify="true">\n  <data android:scheme="https" android:host="id.example.com" android:pathPrefix="/callback"/>',
  },
  needs: ['texts', 'plists'],
  applies: (artifacts) => releaseManifests(artifacts).length > 0 || artifacts.plists.some((plist) => plist.role === 'expo'),
  samples: {
    fail: [
      filter('', 'android:scheme="https" android:host="id.example.com" android:pathPrefix="/oauth/callback"'),
      filter('', 'android:scheme="org.example" android:host="oauth2redirect"'),
      {
        path: 'app.json',
        text: '{ "expo": { "slug": "a", "android": { "intentFilters": [{ "action": "VIEW", "data": [{ "scheme": "https", "host": "login.example.com" }] }] } } }',
      },
    ],
    pass: [
      filter(' android:autoVerify="true"', 'android:scheme="https" android:host="id.example.com" android:pathPrefix="/oauth/callback"'),
      filter('', 'android:scheme="org.example" android:host="recipe"'),
      {
        path: 'app.json',
        text: '{ "expo": { "slug": "a", "android": { "intentFilters": [{ "action": "VIEW", "autoVerify": true, "data": [{ "scheme": "https", "host": "login.example.com" }] }] } } }',
      },
    ],
  },
  check(artifacts, context) {
    for (const { path, application } of releaseManifests(artifacts))
      for (const item of elementsNamed([application], 'intent-filter')) {
        const data = item.children.filter((child) => child.name === 'data');
        const spelled = data.map((part) => ['scheme', 'host', 'path', 'pathPrefix', 'pathPattern'].map((key) => android(part, key) ?? ''));
        const claimed = data.find((part) => (android(part, 'scheme') ?? '') !== '');
        judge(
          spelled.flat().join(' '),
          claimed === undefined ? undefined : android(claimed, 'scheme'),
          android(item, 'autoVerify') === 'true',
          // The filter is where autoVerify is missing, the data where a scheme is claimed.
          (message, own) =>
            context.report({ place: elementPlace(path, (own ? claimed : undefined) ?? item), message, confidence: 'medium' }),
        );
      }
    for (const plist of artifacts.plists) {
      const filters = plist.role === 'expo' ? plistAt(plist.root, 'android', 'intentFilters') : undefined;
      for (const item of filters?.kind === 'array' ? filters.items : []) {
        const data = plistAt(item, 'data');
        const parts = (data?.kind === 'array' ? data.items : data === undefined ? [] : [data]).map((part) =>
          ['scheme', 'host', 'path', 'pathPrefix', 'pathPattern'].map((key) => {
            const node = plistAt(part, key);
            return node?.kind === 'text' ? node.text : '';
          }),
        );
        judge(
          parts.flat().join(' '),
          parts.map(([scheme]) => scheme).find((scheme) => scheme !== ''),
          isTrue(plistAt(item, 'autoVerify')),
          (message) => context.report({ place: plistPlace(plist, item), message, confidence: 'medium' }),
        );
      }
    }
  },
});

function judge(spelled: string, scheme: string | undefined, verified: boolean, report: (message: string, own: boolean) => void): void {
  if (scheme === undefined || !SIGN_IN.test(spelled)) return;
  if (!/^https?$/.test(scheme)) report(`Sign-in comes back on the scheme ${scheme}:, which any app may register.`, true);
  else if (!verified) report('Sign-in comes back on a link that Android does not verify: autoVerify is missing.', false);
}
