import { type Es, keyName, nameOf } from './es-node.ts';
import type { Declare, TypeDeclaration } from './tree.ts';

/** Generic types whose values hold, give or are what they are given first. */
const HOLDERS =
  /^(?:PromiseLike|Array|ReadonlyArray|Set|ReadonlySet|Iterable|AsyncIterable|AsyncGenerator|Partial|Required|Readonly|DeepPartial|DeepReadonly|NonNullable|Awaited|PropsWithChildren|Observable|Maybe|Nullable|Optional|\w*(?:Promise|Response|Result|Reply|Answer|PayloadAction))$/;
/** Those that hold what they are given second, under keys. */
const KEYED = /^(?:Record|Map|ReadonlyMap|WeakMap)$/;

/** No value of these is a text that somebody else chose. */
const NOTHING = new Set(['TSVoidKeyword', 'TSUndefinedKeyword', 'TSNullKeyword', 'TSNeverKeyword']);

/**
 * Reads TypeScript's types. Of a file's interfaces and aliases it makes declarations with properties; of an annotation the one type it is
 * about: `Account` of `Promise<Account | null>`, of `readonly Account[]` and of `Partial<Account>`. Where an annotation has no one answer,
 * as with a union of two records, there is none.
 *
 * Besides names the answers are `string`, `number`, `boolean`, `Void`, `Function` and `Literal`, one of a few texts the program spells out.
 * An object type written in place becomes a declaration too, under a name of its own that {@link isUnnamed} knows.
 */
export class ScriptTypes {
  /** What was declared so far: interfaces, aliases, object types written in place, wherever in the file they stand. */
  readonly declared: TypeDeclaration[] = [];
  readonly #unnamedOnes = new Set<string>();

  /** Enters an interface or an alias. */
  declare(node: Es): void {
    const name = nameOf(node.id as Es);
    if (node.type === 'TSInterfaceDeclaration') {
      const members = (node.body as Es).body as Es[];
      const inherits = (node.extends as Es[]).map((item) => this.#reference(item, nameOf(item.expression as Es)));
      this.#enter(name, [...inherits, ...unnamedKeys(members)], this.#members(members), node);
      return;
    }
    const type = node.typeAnnotation as Es;
    if (type.type === 'TSTypeLiteral' || type.type === 'TSIntersectionType') this.#enter(name, ...this.#parts(type), node);
    else this.#enter(name, [this.about(type)], [], node);
  }

  /** The type an annotation is about, or undefined when it says nothing of use or is missing. */
  about(node: Es | null | undefined): string | undefined {
    if (node === null || node === undefined) return undefined;
    if (NOTHING.has(node.type)) return 'Void';
    switch (node.type) {
      case 'TSTypeAnnotation':
      case 'TSParenthesizedType':
      case 'TSOptionalType':
        return this.about(node.typeAnnotation as Es);
      case 'TSStringKeyword':
      case 'TSTemplateLiteralType':
        return 'string';
      case 'TSNumberKeyword':
        return 'number';
      case 'TSBooleanKeyword':
      case 'TSTypePredicate':
        return 'boolean';
      case 'TSLiteralType':
        return 'Literal';
      case 'TSFunctionType':
      case 'TSConstructorType':
        return 'Function';
      case 'TSArrayType':
        return this.about(node.elementType as Es);
      case 'TSTypeOperator':
        return node.operator === 'keyof' ? 'Literal' : this.about(node.typeAnnotation as Es);
      case 'TSMappedType':
        return this.about(node.typeAnnotation as Es | null);
      case 'TSUnionType':
        return this.#union(node.types as Es[]);
      case 'TSIntersectionType':
        return this.#unnamed(node, ...this.#parts(node));
      case 'TSTypeLiteral':
        return this.#literal(node);
      case 'TSTypeReference':
        return this.#reference(node, nameOfReference(node.typeName as Es));
      default:
        return undefined;
    }
  }

  /** `Account | null` is about an account; of `'idle' | 'busy' | boolean` every value is spelled out. */
  #union(types: readonly Es[]): string | undefined {
    const abouts = new Set(types.filter((type) => !NOTHING.has(type.type)).map((type) => this.about(type)));
    if (abouts.size === 1) return [...abouts][0];
    if (abouts.has('string')) return 'string';
    return [...abouts].every((about) => about === 'Literal' || about === 'boolean') ? 'Literal' : undefined;
  }

  /** `{ [id: string]: Account }` is about accounts, as a record of them is. */
  #literal(node: Es): string | undefined {
    const members = node.members as Es[];
    const [only] = members;
    return members.length === 1 && only?.type === 'TSIndexSignature'
      ? this.about(only.typeAnnotation as Es)
      : this.#unnamed(node, ...this.#parts(node));
  }

  #reference(node: Es, name: string): string | undefined {
    const args = ((node.typeArguments as Es | null | undefined)?.params ?? []) as Es[];
    const last = name.slice(name.lastIndexOf('.') + 1);
    if (args.length > 0 && HOLDERS.test(last)) return this.about(args[0]);
    if (args.length > 1 && KEYED.test(last)) return this.about(args[1]);
    if (args.length === 2 && (last === 'Omit' || last === 'Pick')) return this.#selection(node, last, args);
    return name === 'const' ? undefined : name;
  }

  /** What is left out of a type is as if it were nothing; what is picked is known by its names. */
  #selection(node: Es, kind: string, [from, keys]: readonly Es[]): string | undefined {
    const names = (keys?.type === 'TSUnionType' ? (keys.types as Es[]) : keys === undefined ? [] : [keys]).map((key) =>
      nameOf(key.type === 'TSLiteralType' ? (key.literal as Es) : null),
    );
    if (names.includes('')) return undefined;
    const { start, end } = node;
    const members = names.map((name): Declare => {
      const type = kind === 'Omit' ? 'Void' : undefined;
      return { kind: 'declare', name, type, constant: true, modifiers: [], start, end };
    });
    return this.#unnamed(node, kind === 'Omit' ? [this.about(from)] : [], members);
  }

  /** The properties an object type or an intersection has itself, and the types it takes others from. */
  #parts(node: Es): [inherits: (string | undefined)[], members: Declare[]] {
    const types = node.type === 'TSTypeLiteral' ? [node] : (node.types as Es[]);
    const own = types.filter((type) => type.type === 'TSTypeLiteral').flatMap((type) => type.members as Es[]);
    const others = types.filter((type) => type.type !== 'TSTypeLiteral').map((type) => this.about(type));
    return [[...others, ...unnamedKeys(own)], this.#members(own)];
  }

  #members(nodes: readonly Es[]): Declare[] {
    return nodes.flatMap((node): Declare[] => {
      if (!/^TS(?:Property|Method)Signature$/.test(node.type) || node.computed === true) return [];
      const { start, end } = node;
      return [
        {
          kind: 'declare',
          name: keyName(node.key as Es),
          ...this.#said(node),
          constant: node.readonly === true,
          modifiers: [],
          start,
          end,
        },
      ];
    });
  }

  /** The type of a property; of a method, and of a property that is a function, what calling it gives. */
  #said(node: Es): { type: string | undefined; gives?: string | undefined } {
    const annotation = (node.typeAnnotation as Es | null | undefined)?.typeAnnotation as Es | undefined;
    if (node.kind === 'get') return { type: this.about(node.returnType as Es | null) };
    const called = node.type === 'TSMethodSignature' ? node : annotation?.type === 'TSFunctionType' ? annotation : undefined;
    return called === undefined
      ? { type: this.about(annotation) }
      : { type: 'Function', gives: this.about(called.returnType as Es | null) };
  }

  #unnamed(node: Es, inherits: readonly (string | undefined)[], members: Declare[]): string {
    const name = `_${node.start}_${node.end}`;
    // A cast is asked for by the call it is of and by the variable that is given it.
    if (!this.#unnamedOnes.has(name)) this.#enter(name, inherits, members, node);
    this.#unnamedOnes.add(name);
    return name;
  }

  #enter(name: string, inherits: readonly (string | undefined)[], members: Declare[], { start, end }: Es): void {
    this.declared.push({ kind: 'type', keyword: 'interface', name, inherits: inherits.map((type) => type ?? '?'), members, start, end });
  }
}

/** `{ [key: string]: … }` may hold anything, as what extends an unknown type may. */
const unnamedKeys = (members: readonly Es[]): undefined[] => (members.some(({ type }) => type === 'TSIndexSignature') ? [undefined] : []);

/** `NS.Account` of a qualified name. */
const nameOfReference = (node: Es): string =>
  node.type === 'TSQualifiedName' ? `${nameOfReference(node.left as Es)}.${nameOf(node.right as Es)}` : nameOf(node);

/** Whether a type's name was made for an object type written in place. Where it begins and ends makes it differ from all others of its file, and, but for chance, of the app. */
export const isUnnamed = (name: string): boolean => /^_\d+_\d+$/.test(name);
