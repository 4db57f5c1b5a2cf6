import type { AuditContext } from '../../audit.ts';
import { Declarations } from '../../flow/declarations.ts';
import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import type { TypeFacts } from '../../flow/project.ts';
import { secretOfType } from '../../flow/secret-type.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import type { Sensitive } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { literally } from '../literally.ts';

/**
 * A Swift structure that is printed as a whole shows what it stores; of a class, only its name. So do lists of them, and both inside a
 * text: `print(session)`, `print("now \(session)")`, `print("all \(String(describing: sessions))")`.
 */
export function printedObject(arg: ArgumentValue, event: CallEvent, context: AuditContext): Sensitive | undefined {
  if (event.scene.unit.language !== 'swift' || arg.known.guarded === true) return undefined;
  const parts = arg.value.kind === 'string' ? arg.value.parts.filter((part) => typeof part !== 'string') : [arg.value];
  for (const part of parts) {
    const shown = described(part);
    const type = /^(?:name|member)$/.test(shown.kind) ? typeOf(shown, event, context) : undefined;
    const secret = type === undefined ? undefined : secretOfStructure(type, context);
    if (secret !== undefined) return secret;
  }
  return undefined;
}

/** `String(describing: session)` and `String(reflecting: session)` show what they are given. */
function described(node: Expression): Expression {
  if (node.kind === 'cast') return described(node.value);
  if (node.kind === 'unary') return described(node.operand);
  const [first] = node.kind === 'call' && lastName(node) === 'String' ? node.args : [];
  return first !== undefined && /^(?:describing|reflecting)$/.test(first.label ?? '') ? first.value : node;
}

/** The structure an expression is, or a list of; a list's own type says nothing, its declaration does. */
function typeOf(shown: Expression, event: CallEvent, context: AuditContext): string | undefined {
  const { scene } = event;
  const path = pathOf(shown);
  // What a computed property such as SwiftUI's `body` declares is kept beside the type's own.
  const known = (scene.lookup(path) ?? scene.lookup(`self.${path}`))?.type;
  if (known !== undefined && known !== 'Array') return known;
  const parameter = scene.function?.params.find(({ name }) => name === path)?.type;
  if (parameter !== undefined) return elementOf(parameter);
  const facts = scene.type === undefined ? undefined : context.artifacts.project.types.get(scene.type);
  const declare = facts?.properties.get(path.replace(/^self\./, ''))?.declare;
  if (declare?.type !== undefined) return elementOf(declare.type);
  // `var all = [Entry]()`.
  const made = declare?.value?.kind === 'call' && declare.value.callee.kind === 'array' ? declare.value.callee.items[0] : undefined;
  return made === undefined ? undefined : lastName(made);
}

/** `Entry` of `[Entry]?`. */
const elementOf = (type: string): string => type.replace(/^\[|[\]?!]+$/g, '');

function secretOfStructure(type: string, context: AuditContext): Sensitive | undefined {
  const facts = context.artifacts.project.types.get(type);
  if (facts === undefined) return undefined;
  let known = secrets.get(facts);
  if (known === undefined) {
    known = findSecret(type, facts, context) ?? null;
    secrets.set(facts, known);
  }
  return known ?? undefined;
}

/** A type is printed in many places; `null` holds no secret. */
const secrets = new WeakMap<TypeFacts, Sensitive | null>();

function findSecret(type: string, facts: TypeFacts, context: AuditContext): Sensitive | undefined {
  const unit = [...facts.properties.values()][0]?.unit;
  if (unit?.language !== 'swift' || facts.properties.has('description') || !new RegExp(`\\bstruct ${literally(type)}\\b`).test(unit.source))
    return undefined;
  return secretOfType(type, new Declarations(context.artifacts.project)) ?? personOf(type, facts);
}

/** A person's record, by its name and by what it holds. */
function personOf(type: string, facts: TypeFacts | undefined): Sensitive | undefined {
  if (!PERSON.test(type)) return undefined;
  const held = [...(facts?.properties.keys() ?? [])].find((name) => sensitiveName(name) === 'personal');
  return held === undefined ? undefined : { kind: 'personal', name: `${type}.${held}`, whole: true };
}
const PERSON = /(?:User|Profile|Person|Patient|Customer|Contact|Employee|Member)(?:Data|Info|Details|Record|Model|DTO)?$/;
