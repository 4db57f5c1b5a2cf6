import { type Guard, PASS, refuse } from '@sallyport/pipeline';
import type { Challenges } from '../challenge.ts';
import type { Identified } from '../exchange.ts';

/** Refuses a token that lacks a scope the route asks for (RFC 6750 §3.1). Every one of them is needed. */
export function scope(scopes: readonly string[], challenges: Challenges): Guard<Identified> {
  const challenge = challenges('scope-insufficient') ?? '';
  return {
    name: 'scope',
    refuses: ['scope-insufficient'],
    check({ principal }) {
      for (const each of scopes) {
        if (!principal.scopes.has(each)) return refuse('scope-insufficient', `lacks ${each}`, { 'WWW-Authenticate': challenge });
      }
      return PASS;
    },
  };
}
