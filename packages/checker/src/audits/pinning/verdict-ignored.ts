import type { Expression, If, Statement } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';

const EVALUATION = /^SecTrustEvaluate(?:WithError)?$/;

/**
 * Whether a body evaluates the chain and goes on whatever comes out: `_ = SecTrustEvaluateWithError(trust, nil)`, or an
 * `if … == false { log }` that does not leave.
 */
export function verdictIgnored(body: readonly Statement[]): boolean {
  let evaluations = 0;
  let ignored = 0;
  walk(body, (node) => {
    if (node.kind === 'call' && node.callee.kind === 'name' && EVALUATION.test(node.callee.text)) evaluations++;
    if (node.kind === 'expression' && (isDropped(node.expression) || isUnread(node.expression, body))) ignored++;
    if (node.kind === 'if' && node.keyword === 'if' && node.conditions.some(asksForFailure) && staysInside(node)) ignored++;
  });
  return evaluations > 0 && ignored >= evaluations;
}

const isDropped = (node: Expression): boolean =>
  node.kind === 'assign' && node.target.kind === 'name' && node.target.text === '_'
    ? isSwiftEvaluation(node.value)
    : isSwiftEvaluation(node);

/** `SecTrustEvaluate(trust, &result)`, and `result` is never looked at. */
function isUnread(node: Expression, body: readonly Statement[]): boolean {
  const call = node.kind === 'assign' ? node.value : node;
  if (call.kind !== 'call' || call.callee.kind !== 'name' || call.callee.text !== 'SecTrustEvaluate') return false;
  const result = call.args[1]?.value;
  const name = result?.kind === 'unary' && result.operand.kind === 'name' ? result.operand.text : undefined;
  if (name === undefined) return false;
  let uses = 0;
  walk(body, (part) => {
    if (part.kind === 'name' && part.text === name) uses++;
  });
  return uses <= 1;
}

/** The older function answers through its second argument. */
const isSwiftEvaluation = (node: Expression): boolean =>
  node.kind === 'call' && node.callee.kind === 'name' && node.callee.text === 'SecTrustEvaluateWithError';

/** `!SecTrustEvaluateWithError(…)`, `SecTrustEvaluateWithError(…) == false`. */
function asksForFailure(node: If['conditions'][number]): boolean {
  if (node.kind === 'unary' && node.op === '!') return isSwiftEvaluation(node.operand);
  return (
    node.kind === 'binary' &&
    node.op === '==' &&
    isSwiftEvaluation(node.left) &&
    node.right.kind === 'literal' &&
    node.right.text === 'false'
  );
}

/** Neither leaves the function nor answers the challenge. */
function staysInside(branch: If): boolean {
  let leaves = branch.otherwise.length > 0;
  walk(branch.consequent, (node) => {
    if (node.kind === 'exit') leaves = true;
    if (node.kind === 'assign') leaves = true;
    if (
      node.kind === 'call' &&
      /ompletion|cancel|reject|fatalError/.test(
        node.callee.kind === 'name' ? node.callee.text : node.callee.kind === 'member' ? node.callee.name : '',
      )
    )
      leaves = true;
  });
  return !leaves;
}
