import type { Unit } from '../flow/project.ts';
import { words } from '../flow/sensitive-name.ts';
import type { Sensitive } from '../flow/value.ts';
import { mentions } from './mentions.ts';

const WHOSE = '(?:(?:all|my|current|last|known|new|user|phone|device|fetched|synced|tracked|saved) )*';
const FORM = '(?: (?:data|list|text|string|json|csv|array|history|info))?';

/** What the system lets an app read of a person, by the library that reads it, and what people call it then. */
const SOURCES: readonly { readonly library: RegExp; readonly noun: RegExp }[] = [
  {
    library: /\bCNContact|\bABAddressBook|react-native-contacts|expo-contacts/,
    noun: new RegExp(`^${WHOSE}(?:contacts?|address ?book)${FORM}$`),
  },
  {
    library: /\bCLLocationManager\b|expo-location|[gG]eolocation/,
    noun: new RegExp(`^${WHOSE}(?:locations?|locs?|coordinates?|coords|position|places visited|lat|lng|lon)${FORM}$`),
  },
  {
    library: /\bHKHealthStore\b|react-native-health|rn-apple-healthkit/,
    noun: new RegExp(`^${WHOSE}(?:health|sleep|workout|steps?|heart rate) ?(?:data|samples?|records?|results?|entries)$`),
  },
];

/**
 * What a name says in a file that reads contacts, places or health records of the system: `contactsData`, `lastLocation`. Elsewhere
 * the same names may be anything.
 */
export function personalOfSystem(name: string | undefined, unit: Unit): Sensitive | undefined {
  if (name === undefined) return undefined;
  const spoken = words(name);
  const found = SOURCES.some(({ library, noun }) => noun.test(spoken) && mentions(unit, library));
  return found ? { kind: 'personal', name, whole: true } : undefined;
}
