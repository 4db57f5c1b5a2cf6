import { type Es, keyName, nameOf, patternNames } from './es-node.ts';
import { ScriptTypes } from './script-types.ts';
import type { DebugRange, Declare, Expression, FunctionDeclaration, Parameter, Statement, TypeDeclaration } from './tree.ts';

/** React's types of a function that draws: what they are given is what the function is given first. */
const COMPONENT = /^(?:React\.)?(?:FC|VFC|FunctionComponent|SFC)$/;
/** React's hooks. */
const HOOK = /(?:^|\.)use[A-Z]\w*$/;
const HOLDS_STATE = /(?:^|\.)use\w*State$/;
const CASTS = /^TS(?:AsExpression|TypeAssertion|SatisfiesExpression)$/;

/** Reads what declares: variables, functions, classes. */
export abstract class ScriptDeclarations {
  abstract statement(node: Es): Statement[];
  abstract expression(node: Es): Expression;

  readonly debugRanges: DebugRange[] = [];
  readonly types = new ScriptTypes();
  protected readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  list(nodes: readonly (Es | null)[]): Statement[] {
    const out: Statement[] = [];
    for (const node of nodes) if (node !== null) out.push(...this.statement(node));
    return out;
  }

  protected bodyOf(node: Es | null | undefined): Statement[] {
    if (node === null || node === undefined) return [];
    return node.type === 'BlockStatement' || node.type === 'FunctionBody' ? this.list(node.body as Es[]) : this.statement(node);
  }

  protected declarator(node: Es, constant: boolean): Statement[] {
    const id = node.id as Es;
    const init = node.init as Es | null;
    const { start, end } = node;
    if (init !== null && id.type === 'Identifier' && /^(?:ArrowFunctionExpression|FunctionExpression)$/.test(init.type))
      return [this.componentOf(id, this.functionOf(init, nameOf(id), start))];
    const required = this.required(node);
    if (required.length > 0) return required;
    const read = init === null ? undefined : this.expression(init);
    const type = this.annotation(id) ?? this.castTo(init);
    if (id.type === 'Identifier') return [{ kind: 'declare', name: nameOf(id), type, value: read, constant, modifiers: [], start, end }];
    const value: Expression | undefined = read?.kind === 'call' && type !== undefined ? { ...read, gives: type } : read;
    if (id.type === 'ObjectPattern' && value !== undefined) {
      const declares = (id.properties as Es[]).flatMap((item): Declare[] => {
        const { start, end } = item;
        const rest = item.type === 'RestElement';
        const part: Expression = rest ? value : { kind: 'member', object: value, name: keyName(item.key as Es), at: start, start, end };
        return patternNames((rest ? item.argument : item.value) as Es).map((name) => ({
          kind: 'declare',
          name,
          value: part,
          constant,
          modifiers: [],
          start,
          end,
        }));
      });
      for (const declare of declares.slice(1)) declare.further = true;
      return declares;
    }
    // `const [user, token] = await Promise.all([…])`; what hooks give has a meaning at each place, which only its name says.
    if (id.type === 'ArrayPattern' && value !== undefined && !HOOK.test(this.textOf(init?.callee as Es | undefined))) {
      const declares = (id.elements as (Es | null)[]).flatMap((item, index): Declare[] => {
        if (item === null) return [];
        const { start, end } = item;
        const part: Expression =
          item.type === 'RestElement' ? value : { kind: 'member', object: value, name: String(index), at: start, start, end };
        return patternNames(item).map((name) => ({ kind: 'declare', name, value: part, constant, modifiers: [], start, end }));
      });
      for (const declare of declares.slice(1)) declare.further = true;
      if (declares.length > 0) return declares;
    }
    // `const [request] = useAuthRequest({ … })`: the call is made whatever becomes of its parts.
    const made: Statement[] = value === undefined ? [] : [{ kind: 'expression', expression: value, start: value.start, end: value.end }];
    // `const [account, setAccount] = useState<Account | null>(null)`: the first is what the state is.
    const state =
      value?.kind === 'call' && init !== null && HOLDS_STATE.test(this.textOf(init.callee as Es | undefined)) ? value.gives : undefined;
    return [
      ...made,
      ...patternNames(id).map(
        (name, index): Statement => ({
          kind: 'declare',
          name,
          type: index === 0 ? state : undefined,
          value: undefined,
          constant,
          modifiers: [],
          start,
          end,
        }),
      ),
    ];
  }

  /** `config` of `import config from './config'`. */
  protected defaultOf(node: Es): string | undefined {
    const specifier = (node.specifiers as Es[]).find((item) => item.type === 'ImportDefaultSpecifier');
    return specifier === undefined ? undefined : nameOf(specifier.local as Es);
  }

  /** What `module.exports = …` exports, an object or a name. */
  protected exportedByModule(node: Es): Es | undefined {
    if (node.type !== 'AssignmentExpression' || this.textOf(node.left as Es) !== 'module.exports') return undefined;
    const exported = node.right as Es;
    return /^(?:ObjectExpression|Identifier)$/.test(exported.type) ? exported : undefined;
  }

  /** `const config = require('./config')`, which brings what an import would. */
  protected required(node: Es): Statement[] {
    const [id, init] = [node.id as Es, node.init as Es | null];
    if (id.type !== 'Identifier' || init?.type !== 'CallExpression' || this.textOf(init.callee as Es) !== 'require') return [];
    const [from] = init.arguments as Es[];
    if (from?.type !== 'Literal' || typeof from.value !== 'string') return [];
    return [{ kind: 'import', from: from.value, local: nameOf(id), start: node.start, end: node.end }];
  }

  protected textOf(node: Es | null | undefined): string {
    return node === null || node === undefined ? '' : this.source.slice(node.start, node.end);
  }

  protected annotation(id: Es): string | undefined {
    return this.types.about(id.typeAnnotation as Es | null | undefined);
  }

  /** `stored as Account`, of what is no call: a call says itself what it gives. */
  protected castTo(node: Es | null): string | undefined {
    return node !== null && CASTS.test(node.type) ? this.types.about(node.typeAnnotation as Es) : undefined;
  }

  /** `const Row: FC<Props> = ({ account }) => …`: the annotation of the function is the first parameter's. */
  protected componentOf(id: Es, declare: FunctionDeclaration): FunctionDeclaration {
    const annotation = (id.typeAnnotation as Es | null | undefined)?.typeAnnotation as Es | undefined;
    if (annotation?.type !== 'TSTypeReference') return declare;
    const [given] = ((annotation.typeArguments as Es | null)?.params ?? []) as Es[];
    const type = COMPONENT.test(this.textOf(annotation.typeName as Es)) ? this.types.about(given) : undefined;
    if (type === undefined) return declare;
    const params = declare.params.map((parameter, index) =>
      parameter.within?.index === 0
        ? { ...parameter, within: { ...parameter.within, type } }
        : index === 0 && parameter.within === undefined
          ? { ...parameter, type: parameter.type ?? type }
          : parameter,
    );
    return { ...declare, params };
  }

  protected paramsOf(node: Es): Parameter[] {
    const items = node.params as Es[];
    const destructured = items.some((item) => item.type !== 'Identifier');
    return items.flatMap((item, index): Parameter[] => {
      const optional = item.type === 'AssignmentPattern';
      const target = optional ? (item.left as Es) : item.type === 'TSParameterProperty' ? (item.parameter as Es) : item;
      const { start, end } = item;
      const type = this.annotation(target);
      if (target.type === 'ObjectPattern')
        return (target.properties as Es[]).flatMap((part) => {
          const key = part.type === 'RestElement' || part.computed === true ? undefined : keyName(part.key as Es);
          return patternNames((part.value ?? part.argument) as Es).map((name) => ({ name, within: { index, key, type }, start, end }));
        });
      return patternNames(target).map((name) => ({
        name,
        type: target.type === 'Identifier' ? type : undefined,
        fallback: optional && target.type === 'Identifier' ? this.expression(item.right as Es) : undefined,
        within: destructured ? { index, key: undefined, type: undefined } : undefined,
        start,
        end,
      }));
    });
  }

  protected functionOf(node: Es, name: string, start = node.start): FunctionDeclaration {
    const body = node.body as Es | null;
    const modifiers = [node.async === true ? 'async' : '', node.static === true ? 'static' : ''].filter((word) => word !== '');
    return {
      kind: 'function',
      name,
      params: this.paramsOf(node),
      returns: this.types.about(node.returnType as Es | null | undefined),
      body: this.functionBody(body),
      modifiers,
      hasBody: body !== null,
      start,
      end: node.end,
    };
  }

  protected functionBody(body: Es | null): Statement[] {
    if (body === null) return [];
    if (body.type === 'BlockStatement' || body.type === 'FunctionBody') return this.list(body.body as Es[]);
    return [{ kind: 'exit', keyword: 'return', value: this.expression(body), start: body.start, end: body.end }];
  }

  protected classOf(node: Es): Statement {
    const members: Statement[] = [];
    for (const item of (node.body as Es).body as Es[]) {
      if (item.type === 'MethodDefinition') members.push(this.functionOf(item.value as Es, keyName(item.key as Es), item.start));
      else if (item.type === 'PropertyDefinition') {
        const value = item.value as Es | null;
        if (value !== null && /FunctionExpression$/.test(value.type))
          members.push(this.functionOf(value, keyName(item.key as Es), item.start));
        else
          members.push({
            kind: 'declare',
            name: keyName(item.key as Es),
            type: this.annotation(item),
            value: value === null ? undefined : this.expression(value),
            constant: item.readonly === true,
            modifiers: [],
            start: item.start,
            end: item.end,
          });
      } else if (item.type === 'StaticBlock') members.push(...this.list(item.body as Es[]));
    }
    const parent = node.superClass as Es | null;
    members.push(...this.componentParts(node, members));
    const declaration: TypeDeclaration = {
      kind: 'type',
      keyword: 'class',
      name: nameOf(node.id as Es | null),
      inherits: parent === null ? [] : [this.textOf(parent)],
      members,
      fields: fieldsSet(members),
      start: node.start,
      end: node.end,
    };
    // What does things is no record, whatever it keeps to do them with.
    if (members.every((member) => member.kind !== 'function' || member.name === 'constructor'))
      this.types.declared.push({ ...declaration, members: [...members, ...this.parameterProperties(node)] });
    return declaration;
  }

  /** `token` of `constructor(readonly token: string)`. */
  protected parameterProperties(node: Es): Declare[] {
    const made = ((node.body as Es).body as Es[]).find((item) => item.kind === 'constructor');
    return (((made?.value as Es | undefined)?.params ?? []) as Es[]).flatMap((item): Declare[] => {
      const name = item.type === 'TSParameterProperty' ? (item.parameter as Es) : undefined;
      if (name?.type !== 'Identifier') return [];
      const { start, end } = item;
      return [{ kind: 'declare', name: nameOf(name), type: this.annotation(name), constant: false, modifiers: [], start, end }];
    });
  }

  /** `this.props` and `this.state` of `class Form extends Component<Props, State>`. */
  protected componentParts(node: Es, members: readonly Statement[]): Declare[] {
    const given = ((node.superTypeArguments as Es | null | undefined)?.params ?? []) as Es[];
    if (!/Component$/.test(this.textOf(node.superClass as Es | null))) return [];
    return ['props', 'state'].flatMap((name, index): Declare[] => {
      const type = this.types.about(given[index]);
      if (type === undefined || members.some((member) => member.kind === 'declare' && member.name === name)) return [];
      return [{ kind: 'declare', name, type, constant: false, modifiers: [], start: node.start, end: node.start }];
    });
  }
}

/** `this.key = 'k3y'` of a constructor: JavaScript declares no fields otherwise. What is only handed on is not known there. */
function fieldsSet(members: readonly Statement[]): Declare[] {
  const made = members.find((member) => member.kind === 'function' && member.name === 'constructor');
  if (made?.kind !== 'function') return [];
  return made.body.flatMap((statement): Declare[] => {
    if (statement.kind !== 'expression' || statement.expression.kind !== 'assign') return [];
    const { target, value, start, end } = statement.expression;
    if (target.kind !== 'member' || target.object?.kind !== 'name' || target.object.text !== 'this' || !isSpelledOut(value)) return [];
    return [{ kind: 'declare', name: target.name, value, constant: false, modifiers: [], start, end }];
  });
}

/** A text, a list or an object, and what is made of them: `CryptoJS.enc.Utf8.parse('…')`. */
function isSpelledOut(node: Expression): boolean {
  if (node.kind === 'call')
    return node.args.length > 0 && node.args.every(({ value }) => value.kind === 'string' || value.kind === 'member');
  return node.kind === 'string' || node.kind === 'array' || node.kind === 'dictionary';
}
