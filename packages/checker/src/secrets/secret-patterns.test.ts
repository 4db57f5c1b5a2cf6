import { expect, it } from 'vitest';
import { findSecret } from './secret-patterns.ts';

const letters = (count: number) => 'q7Zp4XwLmTrVb5NcKd9s'.repeat(10).slice(0, count);
const hex = (count: number) => '9f8a7c6b5d4e3f2a'.repeat(5).slice(0, count);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object) => [encode({ alg: 'RS256', typ: 'JWT' }), encode(claims), letters(40)].join('.');

// Put together here, so that no scanner takes this file for a leak.
it.each([
  ['an AWS access key', ['AKIA', 'Q7ZP4XW2LMTRVB5N']],
  ['a Stripe secret key', ['sk_', 'live_', letters(24)]],
  ['a GitHub token', ['gh', 'p_', letters(36)]],
  ['a GitHub token', ['github', '_pat_', letters(60)]],
  ['a GitLab token', ['gl', 'pat-', letters(20)]],
  ['a Slack token', ['xo', 'xb-', letters(24)]],
  ['a Slack webhook', ['hooks.slack', '.com/services/T0AB12CD/B0AB12CD/', letters(24)]],
  ['a Twilio key', ['S', 'K', hex(32)]],
  ['a SendGrid key', ['SG', '.', letters(22), '.', letters(43)]],
  ['a Mailgun key', ['ke', 'y-', hex(32)]],
  ['an OpenAI key', ['s', 'k-', letters(20), 'T3Blbk', 'FJ', letters(20)]],
  ['a Facebook access token', ['EA', 'AC', letters(80)]],
  ['a Shopify token', ['shp', 'at_', hex(32)]],
  ['a Mapbox secret token', ['sk.', 'eyJ', letters(30), '.', letters(22)]],
  ['an npm token', ['np', 'm_', letters(36)]],
  ['a JSON web token', [token({ sub: 'ann', exp: 1_900_000_000 })]],
  ['credentials in an address', ['https:', '//ann:', 'tr0ub4dor', '@db.example.com']],
  ['a Sentry address', [`https://${hex(32)}`, '@o1.ingest.sentry.io/42']],
  ['a PostHog project key', ['ph', 'c_', letters(40)]],
])('knows %s by its shape', (name, parts) => {
  expect(findSecret(`let a = "${parts.join('')}"`)?.pattern.name).toBe(name);
});

it.each([
  ['a run of letters inside base64', `cBIb/${['EA', 'AC'].join('')}${letters(80)}/AAA`],
  ['a signed document of the form of a token', token({ timestamp: '2026-01-01', versions: ['1.0'] })],
  ['a placeholder for credentials', 'https://user:password@example.com'],
])('takes %s for no secret', (_what, text) => {
  expect(findSecret(`let a = "${text}"`)).toBeUndefined();
});
