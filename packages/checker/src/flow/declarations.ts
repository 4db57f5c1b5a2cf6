import type { Argument, Declare, Expression, FunctionDeclaration } from '../syntax/tree.ts';
import { isTypeName } from './called.ts';
import type { ArgumentValue } from './events.ts';
import type { Frame } from './frame.ts';
import { inReach } from './in-reach.ts';
import { traitsOf } from './known-calls.ts';
import { bestMatch } from './match-call.ts';
import type { Project, TypeFacts, Unit } from './project.ts';
import type { Value } from './value.ts';

/** A property where it was declared: in the type itself or in a parent. */
export interface Property {
  readonly declare: Declare;
  readonly unit: Unit;
  readonly type: string;
}

export interface DeclaredFunction {
  readonly declare: FunctionDeclaration;
  readonly unit: Unit;
  readonly type: string | undefined;
}

/** Of a type the project does not declare. */
const NO_PROPERTIES = new Map<string, never>();

/** Finds what the project declares: a type's facts, its properties and methods with those of its parents, and the function a call means. */
export class Declarations {
  readonly #project: Project;
  /** Answers of `property`, by type and name; a type's declarations do not change. `null`: there is none. */
  readonly #properties = new Map<string, Map<string, Property | null>>();
  /** Functions that belong to no type, by name. */
  readonly #free = new Map<string, readonly DeclaredFunction[]>();

  constructor(project: Project) {
    this.#project = project;
  }

  type(name: string | undefined): TypeFacts | undefined {
    if (name === undefined) return undefined;
    const known = this.#project.types.get(name);
    if (known !== undefined) return known;
    const dot = name.lastIndexOf('.');
    return dot === -1 ? undefined : this.#project.types.get(name.slice(dot + 1));
  }

  property(type: string | undefined, name: string): Property | undefined {
    if (type === undefined) return undefined;
    let known = this.#properties.get(type);
    if (known === undefined) {
      known = this.type(type) === undefined ? NO_PROPERTIES : new Map();
      this.#properties.set(type, known);
    }
    if (known === NO_PROPERTIES) return undefined;
    let found = known.get(name);
    if (found === undefined) {
      found = this.#findProperty(this.type(type) as TypeFacts, name, 0) ?? null;
      known.set(name, found);
    }
    return found ?? undefined;
  }

  #findProperty(facts: TypeFacts, name: string, hops: number): Property | undefined {
    const own = facts.properties.get(name);
    if (own !== undefined) return { ...own, type: facts.name };
    for (const parent of facts.inherits) {
      const above = hops < 3 ? this.type(parent) : undefined;
      const found = above === undefined ? undefined : this.#findProperty(above, name, hops + 1);
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

  #freeOf(name: string, all: readonly DeclaredFunction[]): readonly DeclaredFunction[] {
    let free = this.#free.get(name);
    if (free === undefined) {
      free = all.filter((item) => item.type === undefined);
      this.#free.set(name, free);
    }
    return free;
  }

  resolve(
    name: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    frame: Frame,
  ): DeclaredFunction | undefined {
    if (isTypeName(name) && this.type(name)?.functions.has('init') === true) return this.method(name, 'init', args);
    const all = this.#project.functions.get(name);
    if (all === undefined) return undefined;
    if (receiverNode === undefined) {
      const own = frame.type === undefined ? undefined : this.method(frame.type, name, args);
      if (own !== undefined) return own;
      const free = this.#freeOf(name, all);
      // Files may each have a function of the same name.
      const near = free.length > 1 ? inReach(free, frame.unit) : free;
      return bestMatch(near, args) ?? bestMatch(free, args);
    }
    const holder =
      receiver?.type ?? (receiverNode.kind === 'name' ? receiverNode.text : receiverNode.kind === 'member' ? receiverNode.name : undefined);
    if (holder !== undefined && this.type(holder) !== undefined) return this.method(holder, name, args);
    // What an interface declares is done by a class of the project.
    const shape = holder !== undefined && this.#project.shapes.has(holder);
    if (holder !== undefined && isTypeName(holder) && receiver?.type !== undefined && !shape) return undefined;
    // Type unknown: only a name that cannot mean another.
    return this.isDistinct(name) && !traitsOf(name).preserves ? bestMatch(all, args) : undefined;
  }

  /** Whether a function's name is declared once, and long enough not to be everybody's. */
  isDistinct(name: string): boolean {
    return name.length > 5 && this.#project.functions.get(name)?.length === 1;
  }
}
