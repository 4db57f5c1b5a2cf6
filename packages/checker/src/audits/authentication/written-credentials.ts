import type { AuditContext } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Expression, Node } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';

/** Who signs in … */
const IDENTITY = /\b(?:e ?mail|mail|user ?name|user|login|account|phone)\b/;
/** … and by what. A password is told by itself; these words mean it only beside an identity. */
const PROOF = /\b(?:(?:access |entered |user |secret )?(?:code|pin|key|word|otp)|secret|pass|pwd)\b/;

/** Any text is a password; a code or key that is only letters is more often a kind. */
const PASSWORD = /\b(?:pass|pwd|pin)\b/;

/** `email == "kim" && code == "letmein1"`: both halves of a sign-in stand in the code. */
export function reportWrittenCredentials(event: FunctionEvent, context: AuditContext): void {
  walk(event.node.body, (node) => {
    if (node.kind !== 'binary' || node.op !== '&&') return;
    const [one, other] = [compared(node.left), compared(node.right)];
    if (one === undefined || other === undefined) return;
    const proof =
      IDENTITY.test(one.name) && PROOF.test(other.name) ? other : IDENTITY.test(other.name) && PROOF.test(one.name) ? one : undefined;
    if (proof !== undefined && (PASSWORD.test(proof.name) || /\d/.test(proof.text)))
      context.report({
        at: here(event.scene, node),
        message: 'What was typed is compared with credentials in the code.',
        secrets: [proof.text],
        confidence: 'medium',
      });
  });
}

type Sides = readonly [Expression, Expression];

/** What is compared with a text, and the text. */
function compared(node: Node): { name: string; text: string } | undefined {
  const sides: Sides | undefined = node.kind === 'binary' && /^={2,3}$/.test(node.op) ? [node.left, node.right] : messaged(node);
  if (sides === undefined) return undefined;
  const [left, right] = sides;
  const [typed, written] = left.kind === 'string' ? [right, left] : [left, right];
  if (written.kind !== 'string' || typed.kind === 'string' || written.parts.length !== 1) return undefined;
  const [text] = written.parts;
  return typeof text === 'string' && text.length >= MIN_LENGTH ? { name: words(pathOf(typed)), text } : undefined;
}
/** Shorter texts are choices: a menu's `"y"`. */
const MIN_LENGTH = 3;

/** `[name isEqualToString:@"kim"]` */
const messaged = (node: Node): Sides | undefined =>
  node.kind === 'call' &&
  node.callee.kind === 'member' &&
  /^isEqual/.test(node.callee.name) &&
  node.callee.object !== undefined &&
  node.args[0] !== undefined
    ? [node.callee.object, node.args[0].value]
    : undefined;
