import { expect, it } from 'vitest';
import { signInAttempt } from './sign-in-attempt.ts';

const signIn = {
  url: 'https://api.example/login',
  user: 'ann',
  encoding: 'json',
  userField: 'user.email',
  passwordField: 'user.password',
} as const;

it('puts members inside others where the API wants them', () => {
  expect(JSON.parse(signInAttempt(signIn, 'ann', 'wrong').body ?? '')).toEqual({ user: { email: 'ann', password: 'wrong' } });
  const flat = { ...signIn, userField: 'name', passwordField: '__proto__' };
  expect(signInAttempt(flat, 'ann', 'wrong').body).toBe('{"name":"ann","__proto__":"wrong"}');
});

it('writes a form as it is', () => {
  expect(signInAttempt({ ...signIn, encoding: 'form' }, 'a b', 'c&d').body).toBe('user.email=a+b&user.password=c%26d');
});
