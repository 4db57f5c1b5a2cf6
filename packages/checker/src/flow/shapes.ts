import type { Declare } from '../syntax/tree.ts';
import { inReach } from './in-reach.ts';
import { NO_SECRET_TYPE } from './name-value.ts';
import type { Project, Shape, Unit } from './project.ts';

/** A property, and the file whose types its annotation means. */
export interface ShapeProperty {
  readonly declare: Declare;
  readonly unit: Unit;
}

/** Parents of parents, and aliases of aliases: nobody writes more, unless in a circle. */
const MAX_HOPS = 4;
const NONE: readonly Shape[] = [];

/** Finds TypeScript's interfaces, aliases, enums and records in classes by the name a file calls them, and what they hold. */
export class Shapes {
  readonly #project: Project;
  readonly #properties = new Map<Shape, Map<string, ShapeProperty>>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** The types a file means by a name: its own, else those it imports, else all of that name. */
  of(type: string, unit: Unit): readonly Shape[] {
    const name = type.slice(type.lastIndexOf('.') + 1);
    const all = this.#project.shapes.get(name);
    return all === undefined ? NONE : inReach(all, unit);
  }

  #only(type: string, unit: Unit): Shape | undefined {
    const shapes = this.of(type, unit);
    return shapes.length === 1 ? shapes[0] : undefined;
  }

  /** The property of a type, or of what it extends. Where several types of that name may be meant, none. */
  property(type: string, unit: Unit, name: string): ShapeProperty | undefined {
    const shape = this.#only(type, unit);
    return shape === undefined ? undefined : this.propertiesOf(shape).get(name);
  }

  /** A type's own properties and those of what it extends, as far as they are known. */
  propertiesOf(shape: Shape): ReadonlyMap<string, ShapeProperty> {
    let properties = this.#properties.get(shape);
    if (properties === undefined) {
      properties = new Map();
      this.#collect(shape, properties, new Set(), 0);
      this.#properties.set(shape, properties);
    }
    return properties;
  }

  /** What is nearer was there first. A parent that is reached twice is read once. */
  #collect(shape: Shape, properties: Map<string, ShapeProperty>, seen: Set<Shape>, hops: number): void {
    if (seen.has(shape)) return;
    seen.add(shape);
    const { declare, unit } = shape;
    for (const member of declare.members)
      if (member.kind === 'declare' && !properties.has(member.name)) properties.set(member.name, { declare: member, unit });
    if (hops === MAX_HOPS) return;
    for (const parent of declare.inherits) {
      const above = this.#only(parent, unit);
      if (above !== undefined) this.#collect(above, properties, seen, hops + 1);
    }
  }

  /** Whether no value of the type is a secret, whatever it is called: a boolean, a function, an enum, one of a few texts, or an alias of these. */
  isHarmless(type: string, unit: Unit, hops = 0): boolean {
    const shapes = this.of(type, unit);
    if (shapes.length === 0) return NO_SECRET_TYPE.test(type);
    return hops < MAX_HOPS && shapes.every((shape) => this.isHarmlessShape(shape, hops));
  }

  isHarmlessShape({ declare, unit }: Shape, hops = 0): boolean {
    if (declare.keyword === 'enum') return true;
    const [alias] = declare.members.length === 0 && declare.inherits.length === 1 ? declare.inherits : [];
    return alias !== undefined && this.isHarmless(alias, unit, hops + 1);
  }

  /** Whether all that a type extends is declared in the project. */
  isWhollyKnown({ declare, unit }: Shape, hops = 0): boolean {
    return declare.inherits.every((parent) => {
      const shapes = hops < MAX_HOPS ? this.of(parent, unit) : NONE;
      return shapes.length > 0 && shapes.every((above) => this.isWhollyKnown(above, hops + 1));
    });
  }
}
