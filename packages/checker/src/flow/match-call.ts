import type { Argument, FunctionDeclaration, Parameter } from '../syntax/tree.ts';
import type { ArgumentValue } from './events.ts';
import { received } from './part-of.ts';
import { combine, UNKNOWN, type Value } from './value.ts';

/** The argument that a parameter receives. */
export function matchArgument(parameter: Parameter, index: number, args: readonly ArgumentValue[]): ArgumentValue | undefined {
  if (parameter.label !== undefined) {
    const labelled = args.find((arg) => arg.label === parameter.label);
    if (labelled !== undefined) return labelled;
  }
  const positional = args[index];
  return positional !== undefined && (positional.label === undefined || positional.label === '{}' || parameter.label === undefined)
    ? positional
    : undefined;
}

/** Whether a parameter takes any number of arguments: `Any...`, and the `...` of C, which is read into the parameter before it. */
const isVariadic = (parameter: Parameter | undefined): boolean => parameter?.type?.endsWith('...') === true;

/** What a parameter receives; a variadic one all that is left without a label of its own. */
export function receivedBy(parameter: Parameter, index: number, args: readonly ArgumentValue[]): Value {
  if (parameter.within !== undefined)
    return received(
      parameter,
      index,
      args.map((item) => item.known),
    );
  const arg = matchArgument(parameter, index, args);
  if (arg === undefined) return UNKNOWN;
  if (!isVariadic(parameter)) return arg.known;
  const from = args.indexOf(arg);
  const rest = args.slice(from + 1);
  const end = rest.findIndex((item) => item.label !== undefined);
  return rest.slice(0, end === -1 ? rest.length : end).reduce((sum, item) => combine(sum, item.known), arg.known);
}

/** How many labels of a call are parameters' labels; undefined when one is none. A trailing closure goes without. */
function matchingLabels(params: readonly Parameter[], args: readonly Argument[]): number | undefined {
  let count = 0;
  for (let index = 0; index < args.length; index++) {
    const label = args[index]?.label;
    if (label === undefined) continue;
    if (params.some((parameter) => parameter.label === label)) count++;
    else if (label !== '{}') return undefined;
  }
  return count;
}

/** A name that is declared more often is everybody's, and which one a call means is not told by its labels. */
const MAX_OVERLOADS = 200;

/** The declaration whose labels fit the call best; undefined when none fits. */
export function bestMatch<T extends { declare: FunctionDeclaration }>(candidates: readonly T[], args: readonly Argument[]): T | undefined {
  let best: T | undefined;
  let score = -1;
  for (let index = 0; index < candidates.length && index < MAX_OVERLOADS; index++) {
    const candidate = candidates[index] as T;
    const { params } = candidate.declare;
    if (args.length > params.length && !params.some(isVariadic)) continue;
    const matching = matchingLabels(params, args);
    if (matching === undefined) continue;
    const points = matching * 2 - Math.max(0, params.length - args.length);
    if (points > score || best === undefined) {
      best = candidate;
      score = points;
    }
  }
  return best;
}
