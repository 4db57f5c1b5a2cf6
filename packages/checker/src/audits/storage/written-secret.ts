import { words } from '../../flow/sensitive-name.ts';

/**
 * Whether a text written in the code, and kept under a secret's key, may be the secret: more than a mark such as `none`, or an empty text.
 *
 * @example isWrittenSecret('token', '4F7K2Q') // true
 */
export const isWrittenSecret = (key: string, text: string | undefined): boolean =>
  text !== undefined && (looksLikeValue(text) || isDigitsOfPassword(key, text));

const looksLikeValue = (text: string): boolean =>
  text.length >= 6 &&
  // A sentence may end with the value: `The code is 4F7K2`.
  (!/\s/.test(text) || /\b(?:is|=|:) \S*\d\S*$/.test(text)) &&
  (/[A-Za-z][\s\S]*\d|\d[\s\S]*[A-Za-z]/.test(text) || /[a-z][_@#$!-][a-z]/i.test(text));

/** `1234` under `password` is one, if a poor one. */
const isDigitsOfPassword = (key: string, text: string): boolean =>
  /(?:^| )(?:password|passwd|pwd|passcode|pin)$/.test(words(key)) && /^\d{4,}$/.test(text);
