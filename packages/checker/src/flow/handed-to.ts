import type { FunctionDeclaration, Parameter } from '../syntax/tree.ts';
import { nameValue } from './name-value.ts';
import { spokenParameter } from './stored-by-name.ts';
import { type Sensitive, UNKNOWN, type Value } from './value.ts';

/** Functions that exist to do one thing with whatever they are given: what is wrong is the giving. */
const WRAPPER =
  /^(?:[a-z]{0,3}log|debug|trace|print|dump|write|save|store|set|put|persist|cache|keep|copy|add|insert|append|record|report|track|info|warn|error|verbose)/i;

/**
 * A secret handed to a wrapper, to a parameter whose name does not say so, remembers the call: that line is the one to mend, not the
 * wrapper's. Where the parameter says it, the wrapper is told by itself.
 */
export function handedTo(declare: FunctionDeclaration, parameter: Parameter, known: Value, by: NonNullable<Sensitive['handed']>): Value {
  const { sensitive } = known;
  if (sensitive === undefined || !WRAPPER.test(declare.name)) return known;
  const said = nameValue(UNKNOWN, spokenParameter(parameter, declare), parameter.type).sensitive !== undefined;
  const handed = said ? undefined : (sensitive.handed ?? by);
  return handed === sensitive.handed ? known : { ...known, sensitive: { ...sensitive, handed } };
}
