import type { Argument, FunctionDeclaration, Parameter } from '../syntax/tree.ts';
import type { ArgumentValue } from './events.ts';

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

/** The declaration whose labels fit the call best; undefined when none fits. */
export function bestMatch<T extends { declare: FunctionDeclaration }>(candidates: readonly T[], args: readonly Argument[]): T | undefined {
  let best: T | undefined;
  let score = -1;
  for (const candidate of candidates) {
    const labels = new Set(candidate.declare.params.map((parameter) => parameter.label));
    if (args.length > candidate.declare.params.length) continue;
    if (args.some((arg) => arg.label !== undefined && arg.label !== '{}' && !labels.has(arg.label))) continue;
    const points =
      args.filter((arg) => arg.label !== undefined && labels.has(arg.label)).length * 2 - (candidate.declare.params.length - args.length);
    if (points > score || best === undefined) {
      best = candidate;
      score = points;
    }
  }
  return best;
}
