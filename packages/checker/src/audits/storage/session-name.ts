import { sensitiveField, sensitiveName, words } from '../../flow/sensitive-name.ts';

/** What people call the object that says who is signed in, tokens and profile inside. */
const SESSION =
  /^(?:(?:current|logged(?: in)?|auth|my|app|saved|stored|cached|local) )?(?:session|auth|authentication|auth (?:state|data|info|user|response)|user|user (?:data|info|details|object|record|session|profile)|account(?: (?:data|info|details))?|bank ?accounts?|accounts|transactions|payment ?methods?|(?:saved |credit |bank )cards?|beneficiar(?:y|ies)|payees|contacts|wallets?(?: (?:data|info|storage))?|medical ?records?|health ?(?:data|records?)|prescriptions|profile(?: data)?|log ?in ?(?:data|info|response)|customer(?: data| info)?|patient(?: data| info)?)$/;

/** The last part of `@app:user.token`, `com.example.session`: what stands before it says whose key it is. */
const lastPart = (key: string): string => key.split(/[.:/@]/).at(-1) ?? key;

/** Whether a key or a variable is named after the session, or the person, as a whole: `currentUser`, `@app/auth`. */
export const namesSession = (name: string): boolean => SESSION.test(words(lastPart(name)));

/** What a key says of the value under it, however it is prefixed. */
export const sensitiveKey = (key: string): ReturnType<typeof sensitiveName> => sensitiveName(key) ?? sensitiveField(lastPart(key));
