import { expect, test } from 'vitest';
import { type HandshakeFacts, settleHandshake } from './settle-handshake.ts';

const facts: HandshakeFacts = {
  error: undefined,
  certificateSent: true,
  openAfterHandshake: undefined,
  bytes: 0,
  greets: false,
  endedBecause: undefined,
};
const alert = (number: number) => ({
  code: 'ERR_SSL_X',
  message: `error:0A000418:SSL routines::tlsv1 alert: SSL alert number ${number}\n`,
});

test.each<[string, Partial<HandshakeFacts>, object]>([
  ['an alert about the signer', { error: alert(48) }, { kind: 'refused', how: 'alert unknown_ca (48)' }],
  ['an alert of a library that says no more', { error: alert(46) }, { kind: 'refused', how: 'alert certificate_unknown (46)' }],
  ['closed without a word after the certificate', {}, { kind: 'refused', how: 'closed when it saw the certificate' }],
  ['reset after the certificate', { error: { code: 'ECONNRESET', message: 'socket hang up' } }, { kind: 'refused' }],
  ['finished and closed at once', { openAfterHandshake: 3 }, { kind: 'refused', how: 'closed at once after the handshake' }],
  ['finished, then an alert', { openAfterHandshake: 3, error: alert(42) }, { kind: 'refused', how: 'alert bad_certificate (42)' }],
  ['bytes of something', { openAfterHandshake: 9, bytes: 12 }, { kind: 'accepted', request: '12 bytes that are no HTTP request' }],
  ['bytes, though we closed', { openAfterHandshake: 9, bytes: 12, endedBecause: 'too slow' }, { kind: 'accepted' }],
])('%s', (_, change, outcome) => expect(settleHandshake({ ...facts, ...change })).toMatchObject(outcome));

test.each<[string, Partial<HandshakeFacts>, RegExp]>([
  ['a clock that is wrong', { error: alert(45) }, /certificate_expired/],
  ['a version it does not speak', { error: alert(70) }, /protocol_version/],
  ['an alert before the certificate', { error: alert(48), certificateSent: false }, /unknown_ca/],
  ['bytes that are no TLS', { error: { code: 'ERR_SSL_WRONG_VERSION_NUMBER', message: 'wrong version number' } }, /no common TLS/],
  ['closed before the certificate', { certificateSent: false }, /before it was shown/],
  ['a connection in reserve', { openAfterHandshake: 20_000 }, /unused/],
  ['an HTTP/2 greeting alone', { openAfterHandshake: 20_000, bytes: 66, greets: true }, /unused/],
  ['closed by us', { endedBecause: 'the run was over' }, /over/],
])('%s proves nothing', (_, change, why) => {
  expect(settleHandshake({ ...facts, ...change })).toEqual({ kind: 'unclear', why: expect.stringMatching(why) });
});
