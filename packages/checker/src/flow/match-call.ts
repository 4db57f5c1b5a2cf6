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

/** The declaration whose labels fit the call best; undefined when none fits. */
export function bestMatch<T extends { declare: FunctionDeclaration }>(candidates: readonly T[], args: readonly Argument[]): T | undefined {
  let best: T | undefined;
  let score = -1;
  for (const candidate of candidates) {
    const { params } = candidate.declare;
    const takes = (label: string) => params.some((parameter) => parameter.label === label);
    if (args.length > params.length && !params.some(isVariadic)) continue;
    if (args.some((arg) => arg.label !== undefined && arg.label !== '{}' && !takes(arg.label))) continue;
    const points = args.filter((arg) => arg.label !== undefined && takes(arg.label)).length * 2 - Math.max(0, params.length - args.length);
    if (points > score || best === undefined) {
      best = candidate;
      score = points;
    }
  }
  return best;
}
