import type { AuditContext } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import { startOf, UNKNOWN } from '../../flow/value.ts';

/** Names of query parameters that hold a secret. */
export const SECRET_PARAMETER =
  /^(?:(?:\w+[_-])?(?:password|passwd|pwd|passcode|client_?secret|(?:access|refresh|id|auth|api|user|login|session|bearer|jwt)[_-]?token|api_?secret|session_?(?:id|key))|pass|pin|otp|secret|auth|token|session|jwt|bearer)$/i;

/** `URL(string: base + path + tokenParameter + token)`, where the name of the parameter is kept in a constant or a property. */
export function joinedParameter({ args, scene }: CallEvent, { artifacts }: AuditContext): string | undefined {
  let sum = args[0]?.value;
  // A chain leans to the left.
  for (; sum?.kind === 'binary' && sum.op === '+'; sum = sum.left) {
    if (sum.right.kind !== 'name' && sum.right.kind !== 'member') continue;
    // A property that is added to holds what it was declared with at its beginning.
    const declared = artifacts.project.types.get(scene.type ?? '')?.properties.get(lastName(sum.right) ?? '')?.declare.value;
    const begins = startOf(scene.lookup(pathOf(sum.right)) ?? UNKNOWN) ?? (declared?.kind === 'string' ? declared.parts[0] : undefined);
    const parameter = typeof begins === 'string' ? /^[?&]([\w-]+)=/.exec(begins)?.[1] : undefined;
    if (parameter !== undefined && SECRET_PARAMETER.test(parameter)) return parameter;
  }
  return undefined;
}
