import { isPlaceholder } from '../../secrets/secret-patterns.ts';

/** A mail address and what it signs in with. A port or a path behind a host is no password. */
const ACCOUNT = /^[\w.+-]{1,40}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}:([^\s:/]{6,60})$/;

/**
 * @returns the password in a text that holds a whole account.
 * @example accountIn('kim@shop.example:letmein-99') // 'letmein-99'
 */
export function accountIn(text: string | undefined): string | undefined {
  if (text === undefined || !text.includes('@') || !text.includes(':')) return undefined;
  const password = ACCOUNT.exec(text)?.[1];
  return password === undefined || !/[\d!@#$%^&*]/.test(password) || /^\d+$/.test(password) || isPlaceholder(password)
    ? undefined
    : password;
}
