import type { Argument, Declare, Expression, FunctionDeclaration } from '../syntax/tree.ts';
import type { ArgumentValue } from './events.ts';
import type { Frame } from './frame.ts';
import { inReach } from './in-reach.ts';
import { preserves } from './known-calls.ts';
import { bestMatch } from './match-call.ts';
import type { Project, TypeFacts, Unit } from './project.ts';
import type { Value } from './value.ts';

/** Finds what the project declares: a type's facts, its properties and methods with those of its parents, and the function a call means. */
export class Declarations {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  type(name: string | undefined): TypeFacts | undefined {
    return name === undefined ? undefined : this.#project.types.get(name.slice(name.lastIndexOf('.') + 1));
  }

  property(type: string | undefined, name: string, hops = 0): { declare: Declare; unit: Unit; type: string } | undefined {
    const facts = this.type(type);
    if (facts === undefined || hops > 3) return undefined;
    const own = facts.properties.get(name);
    if (own !== undefined) return { ...own, type: facts.name };
    for (const parent of facts.inherits) {
      const found = this.property(parent, name, hops + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  method(
    type: string,
    name: string,
    args: readonly Argument[],
    hops = 0,
  ): { declare: FunctionDeclaration; unit: Unit; type: string } | undefined {
    const facts = this.type(type);
    if (facts === undefined || hops > 3) return undefined;
    const own = bestMatch(facts.functions.get(name) ?? [], args);
    if (own !== undefined) return own;
    for (const parent of facts.inherits) {
      const found = this.method(parent, name, args, hops + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  resolve(
    name: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    frame: Frame,
  ): { declare: FunctionDeclaration; unit: Unit; type: string | undefined } | undefined {
    if (/^[A-Z]/.test(name) && this.type(name)?.functions.has('init') === true) return this.method(name, 'init', args);
    const all = this.#project.functions.get(name);
    if (all === undefined) return undefined;
    if (receiverNode === undefined) {
      const own = frame.type === undefined ? undefined : this.method(frame.type, name, args);
      if (own !== undefined) return own;
      const free = all.filter((item) => item.type === undefined);
      // Files may each have a function of the same name.
      const near = free.length > 1 ? inReach(free, frame.unit) : free;
      return bestMatch(near, args) ?? bestMatch(free, args);
    }
    const holder =
      receiver?.type ?? (receiverNode.kind === 'name' ? receiverNode.text : receiverNode.kind === 'member' ? receiverNode.name : undefined);
    if (holder !== undefined && this.type(holder) !== undefined) return this.method(holder, name, args);
    if (holder !== undefined && /^[A-Z]/.test(holder) && receiver?.type !== undefined) return undefined;
    // Type unknown: only a name that is declared once, and long enough not to be everybody's.
    return all.length === 1 && name.length > 5 && !preserves(name) ? bestMatch(all, args) : undefined;
  }
}
