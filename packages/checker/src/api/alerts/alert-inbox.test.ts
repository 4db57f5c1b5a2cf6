import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AlertInbox, openAlertInbox } from './alert-inbox.ts';

let time: number;
let inbox: AlertInbox;
let impatient: AlertInbox;
const open = (wait: number) => openAlertInbox({ host: '127.0.0.1', port: 0, wait }, () => time);
beforeEach(async () => {
  time = 1_000;
  [inbox, impatient] = [await open(30), await open(0)];
});
afterEach(() => Promise.all([inbox.close(), impatient.close()]));

const post = (body: unknown, { url }: AlertInbox = inbox) =>
  fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
const firing = (alertname: string, startsAt = '2026-06-01T12:00:00Z') => ({
  status: 'firing',
  alerts: [{ labels: { alertname }, startsAt }],
});

it('tells of an alert that arrives while it waits', async () => {
  const waiting = inbox.alertSince(time);
  expect((await post(firing('Guessing'))).status).toBe(200);
  expect(await waiting).toMatchObject({ at: 1_000, summary: 'Guessing' });
});

it('waits no longer than it has patience', async () => {
  expect(await impatient.alertSince(time)).toBeUndefined();
});

it('takes what was said before the run for noise, also with another time', async () => {
  await post(firing('Watchdog'), impatient);
  await impatient.learnNoise(0);
  await post(firing('Watchdog', '2026-06-01T12:05:00Z'), impatient);
  expect(await impatient.alertSince(0)).toBeUndefined();
  expect(impatient.noise).toBe(2);
  await post(firing('Guessing'), impatient);
  expect(await impatient.alertSince(0)).toMatchObject({ summary: 'Guessing' });
});

it('takes no end for an alarm', async () => {
  await post({ ...firing('Guessing'), status: 'resolved' }, impatient);
  expect(await impatient.alertSince(0)).toBeUndefined();
});

it('falls back to an alert of an earlier probe', async () => {
  await post(firing('Guessing'), impatient);
  time = 5_000;
  expect(await impatient.alertSince(time)).toMatchObject({ at: 1_000 });
});

it('reads the beginning of what is too long, and refuses what is no message', async () => {
  const waiting = inbox.alertSince(time);
  await post(`ALARM ${'x'.repeat(500_000)}`).catch(() => undefined);
  expect((await waiting)?.summary).toMatch(/^ALARM x{50}/);
  expect((await fetch(inbox.url)).status).toBe(405);
});
