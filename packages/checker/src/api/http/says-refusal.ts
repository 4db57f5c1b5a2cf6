import type { Answer } from './answer.ts';
import { parseJson } from './answer-shape.ts';

/**
 * Whether a success holds nothing, or is a refusal in words: some APIs answer 200 and put the error into the body, GraphQL among
 * them. For lowering a suspicion only; what a body says proves nothing.
 *
 * @example saysRefusal({ body: '{"error":"missing token"}' }) // true
 */
export function saysRefusal({ body }: Pick<Answer, 'body'>): boolean {
  const value = parseJson(body);
  if (body === '' || value === null) return true;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  if (Object.keys(value).length === 0) return true;
  const { error, errors, success, ok, status, statusCode, code, data } = value as Record<string, unknown>;
  // GraphQL §7.1: errors beside data are a partial answer.
  if (typeof data === 'object' && data !== null) return false;
  if (success === false || ok === false) return true;
  if ([status, statusCode, code].some((member) => member === 401 || member === 403 || member === 'error' || member === 'fail')) return true;
  return [error, errors].some((member) => member !== undefined && member !== null && member !== false && member !== '');
}
