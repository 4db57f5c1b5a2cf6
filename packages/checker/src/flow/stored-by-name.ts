import type { FunctionDeclaration, Parameter } from '../syntax/tree.ts';
import { onceAName } from './once-a-name.ts';
import { sensitiveName } from './sensitive-name.ts';

/** What people call a parameter of which the function's name has said everything. */
const SAYS_NOTHING = /^(?:value|val|v|data|item|input|text|str|string|new_?[vV]alue|payload)$/;
/** `setToken`, `savePinInStorage`. */
const STORES = /^(?:set|save|store|persist|keep|write|remember|put|cache)_?(?:User)?([A-Z]\w*?)(?:(?:In|To|Into|On)[A-Z]\w*)?(?:Async)?$/;

/**
 * The name a parameter goes by: its own, or, where that says nothing, what the function stores by its name.
 *
 * @example `value` of `setPin(value)` // 'Pin'
 */
export function spokenParameter({ name }: Parameter, declare: FunctionDeclaration): string {
  return SAYS_NOTHING.test(name) && declare.params.length === 1 ? (storedBy(declare.name) ?? name) : name;
}

/** Only credentials: `setEmail(value)` of a form and of a profile are one. */
const storedBy = onceAName((name) => {
  const what = STORES.exec(name)?.[1];
  return what !== undefined && sensitiveName(what) === 'credential' ? what : undefined;
});
