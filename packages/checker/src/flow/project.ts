import type { Declare, FunctionDeclaration, Language, Statement, Tree, TypeDeclaration } from '../syntax/tree.ts';
import { bareType } from './value.ts';

/** One source file, read. */
export interface Unit {
  /** Path inside the app's folder, with forward slashes. */
  readonly path: string;
  readonly source: string;
  readonly language: Language;
  readonly tree: Tree;
  /** Test code, samples of a dependency and the like: unread unless it is asked for, and then not what the app does. */
  readonly test: boolean;
}

/** A type with all its extensions. */
export interface TypeFacts {
  readonly name: string;
  readonly inherits: Set<string>;
  readonly attributes: Set<string>;
  /** Where it is declared, extensions left out: modules of one app may each have a type of the same name. */
  readonly declarations: { readonly path: string; readonly inherits: readonly string[] }[];
  readonly properties: Map<string, { declare: Declare; unit: Unit }>;
  readonly functions: Map<string, { declare: FunctionDeclaration; unit: Unit; type: string }[]>;
}

/** A type of TypeScript, as one file declares it. Files often have types of the same name, so they are not one as Swift's are. */
export interface Shape {
  readonly declare: TypeDeclaration;
  readonly unit: Unit;
}

/** What the project declares, found by name: the table behind one-hop helpers, wrapper types and constants. */
export interface Project {
  readonly units: readonly Unit[];
  readonly types: ReadonlyMap<string, TypeFacts>;
  readonly shapes: ReadonlyMap<string, readonly Shape[]>;
  readonly functions: ReadonlyMap<string, { declare: FunctionDeclaration; unit: Unit; type: string | undefined }[]>;
  readonly globals: ReadonlyMap<string, readonly { declare: Declare; unit: Unit }[]>;
  /** Enum cases that carry values, by name; the first of a name stands for all. */
  readonly cases: ReadonlyMap<string, Declare>;
}

/** Builds the table in one pass over the units' declarations; bodies are not entered. */
export function indexProject(units: readonly Unit[]): Project {
  const types = new Map<string, TypeFacts>();
  const shapes = new Map<string, Shape[]>();
  const functions = new Map<string, { declare: FunctionDeclaration; unit: Unit; type: string | undefined }[]>();
  const globals = new Map<string, { declare: Declare; unit: Unit }[]>();
  const cases = new Map<string, Declare>();

  const typeOf = (name: string): TypeFacts => {
    let facts = types.get(name);
    if (facts === undefined) {
      facts = { name, inherits: new Set(), attributes: new Set(), declarations: [], properties: new Map(), functions: new Map() };
      types.set(name, facts);
    }
    return facts;
  };

  const enterFunction = (unit: Unit, declare: FunctionDeclaration, type: string | undefined) => {
    if (!declare.hasBody) return;
    const entry = { declare, unit, type };
    const list = functions.get(declare.name);
    if (list === undefined) functions.set(declare.name, [entry]);
    else list.push(entry);
    if (type === undefined) return;
    const facts = typeOf(type);
    const own = facts.functions.get(declare.name);
    const typed = { declare, unit, type };
    if (own === undefined) facts.functions.set(declare.name, [typed]);
    else own.push(typed);
  };

  const enter = (unit: Unit, statements: readonly Statement[], type: string | undefined) => {
    for (const statement of statements) {
      if (statement.kind === 'type') enterType(unit, statement);
      else if (statement.kind === 'function') enterFunction(unit, statement, type);
      else if (statement.kind === 'declare') {
        if (statement.params !== undefined && !cases.has(statement.name)) cases.set(statement.name, statement);
        if (type === undefined) {
          const same = globals.get(statement.name);
          if (same === undefined) globals.set(statement.name, [{ declare: statement, unit }]);
          else same.push({ declare: statement, unit });
        } else if (!typeOf(type).properties.has(statement.name)) typeOf(type).properties.set(statement.name, { declare: statement, unit });
      }
    }
  };

  const enterType = (unit: Unit, declaration: TypeDeclaration) => {
    const name = bareType(declaration.name)?.split('.').at(-1) ?? declaration.name;
    const facts = typeOf(name);
    for (const parent of declaration.inherits) facts.inherits.add(bareType(parent) ?? parent);
    if (declaration.keyword !== 'extension') facts.declarations.push({ path: unit.path, inherits: declaration.inherits });
    for (const attribute of declaration.attributes ?? []) facts.attributes.add(attribute);
    enter(unit, declaration.members, name);
    for (const field of declaration.fields ?? [])
      if (!facts.properties.has(field.name)) facts.properties.set(field.name, { declare: field, unit });
  };

  for (const unit of units) {
    enter(unit, unit.tree.statements, undefined);
    for (const declare of unit.tree.shapes ?? []) {
      const same = shapes.get(declare.name);
      if (same === undefined) shapes.set(declare.name, [{ declare, unit }]);
      else same.push({ declare, unit });
    }
  }
  return { units, types, shapes, functions, globals, cases };
}
