import { expect, it } from 'vitest';
import { describeAlert } from './describe-alert.ts';

it.each([
  [
    'Alertmanager',
    { status: 'firing', alerts: [{ labels: { alertname: 'ManyFailedSignIns' }, annotations: { summary: '5 in a minute' } }] },
    'ManyFailedSignIns · 5 in a minute',
  ],
  ['PagerDuty', { event_action: 'trigger', payload: { summary: 'Guessing at sign-in', severity: 'critical' } }, 'Guessing at sign-in'],
  ['Slack', { text: 'Somebody guesses passwords' }, 'Somebody guesses passwords'],
])('says what a webhook in the form of %s is about', (_, body, summary) => {
  expect(describeAlert(JSON.stringify(body))).toEqual({ summary, over: false });
});

it('takes other texts as they are, short and masked', () => {
  expect(describeAlert('ALERT guessing').summary).toBe('ALERT guessing');
  expect(describeAlert('').summary).toBe('an empty body');
  expect(describeAlert(JSON.stringify({ text: 'token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2VjcmV0' })).summary).not.toContain('c2VjcmV0');
  expect(describeAlert('x'.repeat(5000)).summary.length).toBeLessThan(200);
  expect(describeAlert(JSON.stringify([[[[[[[{ text: 'deep' }]]]]]]])).over).toBe(false);
});

it.each([{ status: 'resolved' }, { event_action: 'resolve' }, { event_action: 'acknowledge' }])(
  'knows an end from an alarm: %j',
  (body) => {
    expect(describeAlert(JSON.stringify(body)).over).toBe(true);
  },
);
