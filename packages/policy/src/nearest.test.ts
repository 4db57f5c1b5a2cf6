import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const KEYS = ['listen', 'publicUrl', 'upstream', 'tls'];

test.each([
  ['upstraem', 'upstream'],
  ['Upstream', 'upstream'],
  ['publicURL', 'publicUrl'],
  ['listne', 'listen'],
  ['public_url', 'publicUrl'],
  ['tsl', 'tls'],
])('%s was meant as %s', (name, key) => {
  expect(nearest(name, KEYS)).toBe(key);
});

test.each(['database', 'x', '', 'a'.repeat(100_000)])('no guess for %.10s', (name) => {
  expect(nearest(name, KEYS)).toBeUndefined();
});
