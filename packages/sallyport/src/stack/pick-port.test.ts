import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { pickPort } from './pick-port.ts';

test('the wanted port while it is free, another one when it is taken', async () => {
  const wanted = await pickPort('127.0.0.1', 0);
  expect(wanted).toBeGreaterThan(0);
  expect(await pickPort('127.0.0.1', wanted)).toBe(wanted);
  const occupant = createServer();
  await new Promise<void>((resolve) => occupant.listen(wanted, '127.0.0.1', resolve));
  const other = await pickPort('127.0.0.1', wanted);
  expect(other).not.toBe(wanted);
  expect(other).toBeGreaterThan(0);
  await new Promise((resolve) => occupant.close(resolve));
});

test('a host that is none of ours is an error, not another port', async () => {
  await expect(pickPort('192.0.2.1', 8443)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});
