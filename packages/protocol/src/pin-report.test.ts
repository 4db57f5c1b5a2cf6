import { expect, test } from 'vitest';
import { formatPinReport, type PinFailureReport, parsePinReport } from './pin-report.ts';
import type { SpkiPin } from './spki-pin.ts';

const pin = Buffer.alloc(32, 'a').toString('base64') as SpkiPin;
const report: PinFailureReport = { host: 'api.example', appVersion: '3.2.0', setVersion: 7, seen: [pin] };

test('a report reads back as written, and a long chain is cut', () => {
  expect(parsePinReport(formatPinReport(report))).toEqual(report);
  expect(parsePinReport(formatPinReport({ ...report, seen: Array(12).fill(pin) }))?.seen).toHaveLength(10);
});

test.each<[string, unknown]>([
  ['a host with a path', { ...report, host: 'api.example/x' }],
  ['a version with a line break', { ...report, appVersion: '1\n2' }],
  ['a negative set version', { ...report, setVersion: -1 }],
  ['no pins', { ...report, seen: undefined }],
  ['a token for a pin', { ...report, seen: ['eyJhbGciOiJFUzI1NiJ9'] }],
  ['too many pins', { ...report, seen: Array(11).fill(pin) }],
  ['a list', []],
])('refuses %s', (_, value) => {
  expect(parsePinReport(JSON.stringify(value))).toBeUndefined();
});
