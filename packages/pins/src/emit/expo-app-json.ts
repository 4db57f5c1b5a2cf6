import type { Emitter } from './emitter.ts';
import { ATS_ABILITIES, ATS_REMARKS, pinnedDomains, readPinnedDomains } from './ios-info-plist.ts';

/**
 * The same `NSPinnedDomains` in the form of an Expo `app.json`, to be merged into the app's own. JSON has no comments, so
 * the notes stand under `extra`, where Expo lets an app keep what it likes.
 */
export const expoAppJson: Emitter = {
  id: 'expo',
  title: 'Expo app.json, iOS pins (for Android use the android form with a config plugin)',
  abilities: ATS_ABILITIES,
  remarks: [
    ...ATS_REMARKS,
    'Covers expo/fetch and fetch alike. Pins set at run time with react-native-ssl-public-key-pinning do not reach expo/fetch, the default since SDK 56.',
  ],
  write: ({ hosts }, notes) => [
    {
      name: 'app.pins.json',
      text: `${JSON.stringify(
        {
          expo: {
            ios: { infoPlist: { NSAppTransportSecurity: { NSPinnedDomains: pinnedDomains(hosts) } } },
            extra: { sallyport: { pinNotes: notes } },
          },
        },
        null,
        2,
      )}\n`,
    },
  ],
  read: ([file]) => {
    const json = JSON.parse(file?.text ?? '');
    return { hosts: readPinnedDomains(json.expo.ios.infoPlist.NSAppTransportSecurity.NSPinnedDomains) };
  },
};
