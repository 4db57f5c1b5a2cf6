import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import { z } from 'zod';

/** An instant in UTC, such as `2027-03-15T00:00:00Z`; a bare date means its first moment. */
const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)?$/, { error: 'must be a date such as 2027-03-15 or 2027-03-15T00:00:00Z' })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'is no date of the calendar' });

const HOST = /^(?=.{1,253}$)(?!.*\.\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

const hostName = z.string().regex(HOST, {
  error:
    'must be a host name in lower case without port, scheme or wildcard (an international name in its xn-- form); use includeSubdomains for subdomains',
});

const appVersion = z.string().regex(/^[\w.+-]{1,64}$/, { error: 'must be an app version such as 3.2.0' });

export const PIN_STATES = ['staged', 'active', 'retiring', 'retired'] as const;
export const PIN_ROLES = ['leaf', 'backup', 'intermediate', 'root', 'debug'] as const;
const PIN_KINDS = ['spki', 'certificate'] as const;

const pin = z.strictObject({
  pin: z
    .string()
    .refine((text) => parseSpkiPin(text) !== undefined, { error: 'must be a SHA-256 in base64: 44 characters ending in "="' })
    .transform((text) => parseSpkiPin(text) as SpkiPin)
    .describe('SHA-256 of the DER SubjectPublicKeyInfo (or of the whole certificate) in base64.'),
  kind: z
    .enum(PIN_KINDS)
    .default('spki')
    .describe('`spki`: the key. `certificate`: the whole certificate, which changes at every renewal.'),
  role: z
    .enum(PIN_ROLES)
    .describe(
      '`leaf`: the key served now. `backup`: an own key held offline. `intermediate`, `root`: of the issuer. `debug`: never in a release.',
    ),
  state: z
    .enum(PIN_STATES)
    .describe('`staged`: in apps, not served yet. `active`: may be served. `retiring`: in apps, served no more. `retired`: in no new app.'),
  label: z.string().max(200).optional().describe('For people: which key, where it is kept.'),
  since: instant.optional().describe('When it entered its state.'),
  notAfter: instant.optional().describe('End of the certificate it was made from; counts for intermediates, roots and whole certificates.'),
  rehearsed: instant.optional().describe('When a rehearsal last proved that apps accept it.'),
  carriedBy: z.array(appVersion).max(500).default([]).describe('The app versions that ship with it.'),
  reason: z.string().max(500).optional().describe('Why it was retired early.'),
});

const host = z.strictObject({
  host: hostName.describe('The host the app calls.'),
  includeSubdomains: z.boolean().default(false).describe('Whether every name below it is pinned too.'),
  reportOnly: z.boolean().default(false).describe('A mismatch is reported and lets the connection pass.'),
  expires: instant.optional().describe('The pins hold until then. Left out: for ever.'),
  afterExpiry: z
    .enum(['refuse', 'trust-store'])
    .default('refuse')
    .describe(
      '`refuse`: the host is refused until the app is updated. `trust-store`: any publicly trusted certificate passes, as on Android and in TrustKit; whoever sets the clock can bring that about.',
    ),
  keepsKey: z
    .boolean()
    .default(false)
    .describe('Whether renewals reuse the key. Most ACME clients make a new key at each renewal unless told otherwise.'),
  lifetimeDays: z.int().min(1).max(398).optional().describe('Life of the served certificate; read from the live chain when left out.'),
  pins: z.array(pin).max(64).describe('At least two that are not retired.'),
});

const app = z.strictObject({
  version: appVersion,
  share: z.number().min(0).max(1).optional().describe('Part of the users on this version, 0 to 1.'),
  supported: z.boolean().default(true).describe('False once this version is forced to update: it may then be stranded.'),
  remoteUpdates: z.boolean().default(false).describe('Whether this version fetches signed pin sets.'),
});

/** The schema of a pin-set file. Rules between fields are in parse-pin-set.ts, each with its own code. */
export const pinSetSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors.'),
  format: z.literal('sallyport-pin-set/1'),
  version: z.int().min(1).max(Number.MAX_SAFE_INTEGER).describe('Grows with every change; a client never goes back.'),
  reportUri: z
    .url({ protocol: /^https$/, error: 'must be an https:// address' })
    .optional()
    .describe('Where apps report a failed match.'),
  apps: z.array(app).max(500).default([]).describe('The app versions in use.'),
  hosts: z.array(host).min(1).max(100),
});

/** A pin set as it stands in its file. */
export type PinSetInput = z.input<typeof pinSetSchema>;
/** A pin set with every default filled in. */
export type PinSet = z.output<typeof pinSetSchema>;
export type PinnedHost = PinSet['hosts'][number];
export type Pin = PinnedHost['pins'][number];
export type AppVersion = PinSet['apps'][number];
export type PinState = (typeof PIN_STATES)[number];
export type PinRole = (typeof PIN_ROLES)[number];

/** Whether a text is a host name a set may hold. */
export function isHostName(text: string): boolean {
  return HOST.test(text);
}
