import type { Attack } from '../attack.ts';
import { FormBrowser } from '../means/form-browser.ts';

const GUESSES = 12;
const GUESSER = '127.0.0.67';

/** Failed sign-ins are counted per user and per address, before the password is hashed. */
export const passwordGuessing: Attack = {
  id: 'password-guessing',
  threat: 'T7',
  title: 'A guesser tries a list of passwords on the sign-in page',
  async play(stage) {
    const statuses: number[] = [];
    const name = `victim-${stage.randomId()}`;
    const browser = new FormBrowser({ certificateAuthority: stage.certificateAuthority, from: GUESSER });
    let page = await browser.open(stage.signInUrl());
    for (let guess = 0; guess < GUESSES && page.form !== undefined; guess++) {
      page = await browser.submit(page, { username: name, password: `guess-${guess}` });
      statuses.push(page.status);
    }
    const firstLimited = statuses.indexOf(429);
    return {
      held: firstLimited > 0 && statuses.slice(firstLimited).every((status) => status === 429),
      reason: firstLimited > 0 ? 'sign-in-limited' : 'unlimited',
      evidence: `guess ${firstLimited + 1} of ${GUESSES} and all after it were answered 429`,
    };
  },
};
