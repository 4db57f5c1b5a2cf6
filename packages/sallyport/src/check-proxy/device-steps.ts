import { INSTALL_HOST, type ProxySession, writePlace } from '@sallyport/checker/proxy';
import type { AuthorityFiles } from './authority-files.ts';

/** What a person does to send an app through the proxy: simulator, iPhone, Android; and how to undo it. */
export function deviceSteps({ at, authority, controlUrl, controlIsPage }: ProxySession, files: AuthorityFiles): string {
  const local = at.host === '::1' || at.host.startsWith('127.');
  const everywhere = at.host === '0.0.0.0' || at.host === '::';
  const place = everywhere ? `every address of this machine, port ${at.port}` : writePlace(at);
  const phone = local
    ? [`  A phone cannot reach this machine so: start again with --listen ADDRESS:${at.port}, an address it has in the phone's network.`]
    : [
        '  iPhone: Settings, Wi-Fi, (i), Configure Proxy, Manual: that address.',
        `    In Safari open http://${INSTALL_HOST}/, install the profile, and allow it in Settings, General, About, Certificate Trust Settings.`,
        `  Android: the same in the settings of the Wi-Fi network; then http://${INSTALL_HOST}/ and Settings, Security, Install a CA certificate.`,
      ];
  return [
    `The proxy is at ${place}. Its authority is “${authority.name}”: ${files.pem} (${files.der} for phones).`,
    '1. Let the device use the proxy and trust the authority.',
    '  iOS simulator: set the proxies for HTTP and HTTPS of this Mac to that address, then',
    `    xcrun simctl keychain booted add-root-cert ${files.pem}`,
    `  Android emulator: adb shell settings put global http_proxy 10.0.2.2:${at.port}; the certificate as on a phone.`,
    ...phone,
    controlIsPage
      ? `2. In the browser of the device open ${controlUrl}; a refusal of the app proves nothing unless this page opens.`
      : `2. Let the app call ${controlUrl}; a refusal of the others proves nothing unless this one is accepted.`,
    '3. Use the app: sign in, load something, send something.',
    '4. Press Enter. Then take the proxy and the authority off the device.',
    '',
  ].join('\n');
}
