import { expect, test } from 'vitest';
import { deviceSteps } from './device-steps.ts';

const files = { pem: 'ca/authority.pem', der: 'ca/authority.cer', bundle: '', remove: async () => {} };
const authority = { name: 'Sallyport proxy check 1a2b3c', pem: '', der: Buffer.alloc(0) };
const steps = (host: string, controlIsPage = true) =>
  deviceSteps({ at: { host, port: 8899 }, authority, controlUrl: 'https://control.example/', controlIsPage }, files);

test('a proxy on this machine alone is for simulators, and says how a phone gets to it', () => {
  expect(steps('127.0.0.1')).toMatch(/xcrun simctl keychain booted add-root-cert ca\/authority\.pem/);
  expect(steps('127.0.0.1')).toMatch(/--listen ADDRESS:8899/);
  expect(steps('127.0.0.1')).not.toContain('iPhone: Settings');
});

test('one in the network tells a phone where to go and where to get the certificate', () => {
  for (const host of ['192.168.1.5', '0.0.0.0']) {
    expect(steps(host)).toContain('http://sallyport.invalid/');
    expect(steps(host)).toContain('Certificate Trust Settings');
  }
  expect(steps('192.168.1.5')).toContain('192.168.1.5:8899');
  expect(steps('0.0.0.0')).toContain('every address of this machine, port 8899');
});

test('what shows that the device trusts the authority is named, whichever it is', () => {
  expect(steps('127.0.0.1')).toContain('In the browser of the device open https://control.example/');
  expect(steps('127.0.0.1', false)).toContain('Let the app call https://control.example/');
});
