import { parseSync } from 'oxc-parser';
import type { Argument, DebugRange, Expression, FunctionDeclaration, Parameter, Statement, Tree } from './tree.ts';

/** The shape every ESTree node shares; fields are looked up by the node's `type`. */
interface Es {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Deeper nesting is generated code; what is below is dropped. */
const MAX_DEPTH = 150;

/**
 * Reads JavaScript and TypeScript, with or without JSX. Type annotations become text, JSX elements become calls whose arguments are
 * their attributes, object literals become dictionaries, template literals become strings with parts.
 */
export function readScript(path: string, source: string): Tree {
  if (isNestedTooDeep(source)) throw new Error('it is nested more deeply than any program a person wrote');
  const lang = path.endsWith('.ts') || path.endsWith('.mts') || path.endsWith('.cts') ? 'ts' : 'tsx';
  const parsed = parseSync(path, source, { lang });
  const body = (parsed.program as unknown as Es).body as Es[];
  const converter = new Converter(source);
  const statements = converter.list(body);
  return { language: 'script', statements, debugRanges: converter.debugRanges, unreadable: body.length === 0 ? parsed.errors.length : 0 };
}

/** The parser is native and recursive: what would exhaust its stack is refused before it gets there. */
const MAX_NESTING = 400;
const CHAIN =
  /(?:[!~+-]\s*){300}|(?:\b(?:typeof|void|await|delete|new|yield|throw)\s+){300}|(?:\w+\s*(?:=>|=|\?|\*\*)\s*){300}|(?:\w+\s*\?\s*\w+\s*:\s*){300}|(?:else\s+if\b[^{};]{0,80}[{;}]){2000}|<(?:\w+<){200}|(?:if\s*\w*\s*\(?\w*\)?\s*){300}/;

function isNestedTooDeep(source: string): boolean {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 40 || code === 91 || code === 123) {
      if (++depth > deepest) deepest = depth;
    } else if ((code === 41 || code === 93 || code === 125) && depth > 0) depth--;
  }
  return deepest > MAX_NESTING || CHAIN.test(source);
}

class Converter {
  readonly debugRanges: DebugRange[] = [];
  readonly #source: string;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  list(nodes: readonly (Es | null)[]): Statement[] {
    const out: Statement[] = [];
    for (const node of nodes) if (node !== null) out.push(...this.statement(node));
    return out;
  }

  #body(node: Es | null | undefined): Statement[] {
    if (node === null || node === undefined) return [];
    return node.type === 'BlockStatement' || node.type === 'FunctionBody' ? this.list(node.body as Es[]) : this.statement(node);
  }

  statement(node: Es): Statement[] {
    const { start, end } = node;
    switch (node.type) {
      case 'ExpressionStatement':
        return [{ kind: 'expression', expression: this.expression(node.expression as Es), start, end }];
      case 'VariableDeclaration':
        return (node.declarations as Es[]).flatMap((item) => this.#declarator(item, node.kind === 'const'));
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        return [this.#function(node, nameOf(node.id as Es | null))];
      case 'ClassDeclaration':
        return [this.#class(node)];
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration': {
        const declaration = node.declaration as Es | null;
        if (declaration === null) return [];
        return /Declaration$/.test(declaration.type)
          ? this.statement(declaration)
          : [{ kind: 'expression', expression: this.expression(declaration), start, end }];
      }
      case 'ImportDeclaration':
        return [{ kind: 'import', from: String((node.source as Es).value), start, end }];
      case 'IfStatement': {
        const test = node.test as Es;
        const consequent = node.consequent as Es;
        if (test.type === 'Identifier' && test.name === '__DEV__') this.debugRanges.push({ start: consequent.start, end: consequent.end });
        return [
          {
            kind: 'if',
            keyword: 'if',
            conditions: [this.expression(test)],
            consequent: this.#body(consequent),
            otherwise: this.#body(node.alternate as Es | null),
            start,
            end,
          },
        ];
      }
      case 'WhileStatement':
      case 'DoWhileStatement':
        return [
          {
            kind: 'if',
            keyword: 'while',
            conditions: [this.expression(node.test as Es)],
            consequent: this.#body(node.body as Es),
            otherwise: [],
            start,
            end,
          },
        ];
      case 'ForStatement': {
        const init = node.init as Es | null;
        const head = init === null ? [] : /Declaration$/.test(init.type) ? this.statement(init) : [];
        return [...head, { kind: 'for', names: [], of: undefined, body: this.#body(node.body as Es), start, end }];
      }
      case 'ForOfStatement':
      case 'ForInStatement': {
        const left = node.left as Es;
        const names =
          left.type === 'VariableDeclaration'
            ? (left.declarations as Es[]).flatMap((item) => patternNames(item.id as Es))
            : patternNames(left);
        return [{ kind: 'for', names, of: this.expression(node.right as Es), body: this.#body(node.body as Es), start, end }];
      }
      case 'SwitchStatement':
        return [
          {
            kind: 'switch',
            subject: this.expression(node.discriminant as Es),
            cases: (node.cases as Es[]).map((item) => ({
              patterns: item.test === null ? [] : [this.expression(item.test as Es)],
              body: this.list(item.consequent as Es[]),
            })),
            start,
            end,
          },
        ];
      case 'ReturnStatement':
      case 'ThrowStatement':
        return [
          {
            kind: 'exit',
            keyword: node.type === 'ReturnStatement' ? 'return' : 'throw',
            value: node.argument === null ? undefined : this.expression(node.argument as Es),
            start,
            end,
          },
        ];
      case 'TryStatement': {
        const handler = node.handler as Es | null;
        const list: Statement[] = [{ kind: 'block', keyword: 'do', names: [], body: this.#body(node.block as Es), start, end }];
        if (handler !== null)
          list.push({
            kind: 'block',
            keyword: 'catch',
            names: handler.param === null ? [] : patternNames(handler.param as Es),
            body: this.#body(handler.body as Es),
            start: handler.start,
            end: handler.end,
          });
        if (node.finalizer !== null)
          list.push({ kind: 'block', keyword: 'finally', names: [], body: this.#body(node.finalizer as Es), start, end });
        return list;
      }
      case 'BlockStatement':
        return [{ kind: 'block', keyword: 'do', names: [], body: this.list(node.body as Es[]), start, end }];
      case 'LabeledStatement':
        return this.statement(node.body as Es);
      case 'TSEnumDeclaration': {
        const members = ((node.body as Es | undefined)?.members ?? node.members) as Es[];
        return [
          {
            kind: 'type',
            keyword: 'enum',
            name: nameOf(node.id as Es),
            inherits: [],
            members: members.map((item) => ({
              kind: 'declare',
              name: nameOf(item.id as Es),
              value: item.initializer === null ? undefined : this.expression(item.initializer as Es),
              constant: true,
              modifiers: ['case'],
              start: item.start,
              end: item.end,
            })),
            start,
            end,
          },
        ];
      }
      default:
        return [];
    }
  }

  #declarator(node: Es, constant: boolean): Statement[] {
    const id = node.id as Es;
    const init = node.init as Es | null;
    const { start, end } = node;
    if (init !== null && id.type === 'Identifier' && /^(?:ArrowFunctionExpression|FunctionExpression)$/.test(init.type))
      return [this.#function(init, nameOf(id), start)];
    const value = init === null ? undefined : this.expression(init);
    if (id.type === 'Identifier')
      return [{ kind: 'declare', name: nameOf(id), type: this.#annotation(id), value, constant, modifiers: [], start, end }];
    if (id.type === 'ObjectPattern' && value !== undefined) {
      return (id.properties as Es[]).flatMap((item): Statement[] => {
        if (item.type === 'RestElement')
          return patternNames(item.argument as Es).map((name) => ({
            kind: 'declare',
            name,
            value,
            constant,
            modifiers: [],
            start: item.start,
            end: item.end,
          }));
        const key = keyName(item.key as Es);
        const member: Expression = { kind: 'member', object: value, name: key, at: item.start, start: item.start, end: item.end };
        return patternNames(item.value as Es).map((name) => ({
          kind: 'declare',
          name,
          value: member,
          constant,
          modifiers: [],
          start: item.start,
          end: item.end,
        }));
      });
    }
    return patternNames(id).map((name) => ({ kind: 'declare', name, value: undefined, constant, modifiers: [], start, end }));
  }

  #annotation(id: Es): string | undefined {
    const annotation = (id.typeAnnotation as Es | null | undefined)?.typeAnnotation as Es | undefined;
    return annotation === undefined ? undefined : this.#source.slice(annotation.start, annotation.end);
  }

  #params(node: Es): Parameter[] {
    return (node.params as Es[]).flatMap((item) => {
      const target =
        item.type === 'AssignmentPattern' ? (item.left as Es) : item.type === 'TSParameterProperty' ? (item.parameter as Es) : item;
      return patternNames(target).map((name) => ({
        name,
        type: target.type === 'Identifier' ? this.#annotation(target) : undefined,
        start: item.start,
        end: item.end,
      }));
    });
  }

  #function(node: Es, name: string, start = node.start): FunctionDeclaration {
    const body = node.body as Es | null;
    const modifiers = [node.async === true ? 'async' : '', node.static === true ? 'static' : ''].filter((word) => word !== '');
    const returns = (node.returnType as Es | null | undefined)?.typeAnnotation as Es | undefined;
    return {
      kind: 'function',
      name,
      params: this.#params(node),
      returns: returns === undefined ? undefined : this.#source.slice(returns.start, returns.end),
      body: this.#functionBody(body),
      modifiers,
      hasBody: body !== null,
      start,
      end: node.end,
    };
  }

  #functionBody(body: Es | null): Statement[] {
    if (body === null) return [];
    if (body.type === 'BlockStatement' || body.type === 'FunctionBody') return this.list(body.body as Es[]);
    return [{ kind: 'exit', keyword: 'return', value: this.expression(body), start: body.start, end: body.end }];
  }

  #class(node: Es): Statement {
    const members: Statement[] = [];
    for (const item of (node.body as Es).body as Es[]) {
      if (item.type === 'MethodDefinition') members.push(this.#function(item.value as Es, keyName(item.key as Es), item.start));
      else if (item.type === 'PropertyDefinition') {
        const value = item.value as Es | null;
        if (value !== null && /FunctionExpression$/.test(value.type))
          members.push(this.#function(value, keyName(item.key as Es), item.start));
        else
          members.push({
            kind: 'declare',
            name: keyName(item.key as Es),
            type: this.#annotation(item),
            value: value === null ? undefined : this.expression(value),
            constant: item.readonly === true,
            modifiers: [],
            start: item.start,
            end: item.end,
          });
      } else if (item.type === 'StaticBlock') members.push(...this.list(item.body as Es[]));
    }
    const parent = node.superClass as Es | null;
    return {
      kind: 'type',
      keyword: 'class',
      name: nameOf(node.id as Es | null),
      inherits: parent === null ? [] : [this.#source.slice(parent.start, parent.end)],
      members,
      start: node.start,
      end: node.end,
    };
  }

  #args(nodes: readonly Es[]): Argument[] {
    return nodes.map((item) => ({
      value: this.expression(item.type === 'SpreadElement' ? (item.argument as Es) : item),
      start: item.start,
      end: item.end,
    }));
  }

  expression(node: Es): Expression {
    if (this.#depth > MAX_DEPTH) return { kind: 'unreadable', start: node.start, end: node.end };
    this.#depth++;
    const expression = this.#convert(node);
    this.#depth--;
    return expression;
  }

  #convert(node: Es): Expression {
    const { start, end } = node;
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier':
        return { kind: 'name', text: String(node.name), start, end };
      case 'ThisExpression':
        return { kind: 'name', text: 'this', start, end };
      case 'Super':
        return { kind: 'name', text: 'super', start, end };
      case 'Literal':
        if (typeof node.value === 'string') return { kind: 'string', parts: node.value === '' ? [] : [node.value], start, end };
        if (typeof node.value === 'number') return { kind: 'number', value: node.value, start, end };
        return { kind: 'literal', text: node.regex === undefined || node.regex === null ? String(node.value) : 'regex', start, end };
      case 'TemplateLiteral': {
        const parts: (string | Expression)[] = [];
        const quasis = node.quasis as Es[];
        quasis.forEach((quasi, index) => {
          const text = (quasi.value as { cooked: string | null; raw: string }).cooked ?? '';
          if (text !== '') parts.push(text);
          const inner = (node.expressions as Es[])[index];
          if (inner !== undefined) parts.push(this.expression(inner));
        });
        return { kind: 'string', parts, start, end };
      }
      case 'TaggedTemplateExpression':
        return {
          kind: 'call',
          callee: this.expression(node.tag as Es),
          args: [{ value: this.expression(node.quasi as Es), start: (node.quasi as Es).start, end }],
          start,
          end,
        };
      case 'MemberExpression': {
        const object = this.expression(node.object as Es);
        const property = node.property as Es;
        if (node.computed !== true) return { kind: 'member', object, name: String(property.name), at: property.start, start, end };
        return {
          kind: 'index',
          object,
          args: [{ value: this.expression(property), start: property.start, end: property.end }],
          start,
          end,
        };
      }
      case 'JSXMemberExpression':
        return {
          kind: 'member',
          object: this.expression(node.object as Es),
          name: String((node.property as Es).name),
          at: (node.property as Es).start,
          start,
          end,
        };
      case 'CallExpression':
        return { kind: 'call', callee: this.expression(node.callee as Es), args: this.#args(node.arguments as Es[]), start, end };
      case 'NewExpression':
        return {
          kind: 'call',
          callee: this.expression(node.callee as Es),
          args: this.#args(node.arguments as Es[]),
          constructed: true,
          start,
          end,
        };
      case 'ImportExpression':
        return {
          kind: 'call',
          callee: { kind: 'name', text: 'import', start, end: start },
          args: this.#args([node.source as Es]),
          start,
          end,
        };
      case 'ArrayExpression':
        return {
          kind: 'array',
          items: (node.elements as (Es | null)[]).flatMap((item) =>
            item === null ? [] : [this.expression(item.type === 'SpreadElement' ? (item.argument as Es) : item)],
          ),
          start,
          end,
        };
      case 'ObjectExpression':
        return { kind: 'dictionary', entries: (node.properties as Es[]).flatMap((item) => this.#entry(item)), start, end };
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return { kind: 'closure', params: this.#params(node), body: this.#functionBody(node.body as Es | null), start, end };
      case 'ClassExpression':
        return { kind: 'statement-expression', statement: this.#class(node), start, end };
      case 'BinaryExpression':
      case 'LogicalExpression':
        return {
          kind: 'binary',
          op: String(node.operator),
          left: this.expression(node.left as Es),
          right: this.expression(node.right as Es),
          start,
          end,
        };
      case 'UnaryExpression':
      case 'UpdateExpression':
        return { kind: 'unary', op: String(node.operator), operand: this.expression(node.argument as Es), start, end };
      case 'AssignmentExpression':
        return {
          kind: 'assign',
          op: String(node.operator),
          target: this.expression(node.left as Es),
          value: this.expression(node.right as Es),
          start,
          end,
        };
      case 'ConditionalExpression':
        return {
          kind: 'conditional',
          test: this.expression(node.test as Es),
          consequent: this.expression(node.consequent as Es),
          otherwise: this.expression(node.alternate as Es),
          start,
          end,
        };
      case 'SequenceExpression':
        return { kind: 'tuple', items: this.#args(node.expressions as Es[]), start, end };
      case 'TSAsExpression':
      case 'TSTypeAssertion':
      case 'TSSatisfiesExpression':
        return this.expression(node.expression as Es);
      case 'AwaitExpression':
      case 'YieldExpression':
        return node.argument === null ? { kind: 'literal', text: 'undefined', start, end } : this.expression(node.argument as Es);
      case 'ChainExpression':
      case 'ParenthesizedExpression':
      case 'TSNonNullExpression':
      case 'TSInstantiationExpression':
      case 'JSXExpressionContainer':
        return this.expression(node.expression as Es);
      case 'JSXElement':
        return this.#element(node);
      case 'JSXFragment':
        return { kind: 'array', items: (node.children as Es[]).map((item) => this.expression(item)), start, end };
      case 'JSXText':
        return { kind: 'literal', text: 'text', start, end };
      case 'ObjectPattern':
      case 'ArrayPattern':
        return { kind: 'tuple', items: [], start, end };
      default:
        return { kind: 'unreadable', start, end };
    }
  }

  #entry(item: Es): { key: Expression; value: Expression }[] {
    if (item.type === 'SpreadElement') {
      const value = this.expression(item.argument as Es);
      return [{ key: { kind: 'literal', text: '...', start: item.start, end: item.start }, value }];
    }
    const key = item.key as Es;
    const name: Expression =
      item.computed === true ? this.expression(key) : { kind: 'string', parts: [keyName(key)], start: key.start, end: key.end };
    return [{ key: name, value: this.expression(item.value as Es) }];
  }

  #element(node: Es): Expression {
    const opening = node.openingElement as Es;
    const args: Argument[] = (opening.attributes as Es[]).map((item) => {
      if (item.type === 'JSXSpreadAttribute') return { value: this.expression(item.argument as Es), start: item.start, end: item.end };
      const value = item.value as Es | null;
      const label = String((item.name as Es).name);
      return {
        label,
        value: value === null ? { kind: 'literal', text: 'true', start: item.start, end: item.end } : this.expression(value),
        start: item.start,
        end: item.end,
      };
    });
    for (const child of node.children as Es[])
      if (child.type !== 'JSXText') args.push({ value: this.expression(child), start: child.start, end: child.end });
    return { kind: 'call', callee: this.expression(opening.name as Es), args, start: node.start, end: node.end };
  }
}

const nameOf = (node: Es | null): string => (node === null ? '' : String(node.name ?? node.value ?? ''));
const keyName = (node: Es): string => String(node.name ?? node.value ?? '');

function patternNames(node: Es): string[] {
  switch (node.type) {
    case 'Identifier':
      return [String(node.name)];
    case 'AssignmentPattern':
      return patternNames(node.left as Es);
    case 'RestElement':
      return patternNames(node.argument as Es);
    case 'ObjectPattern':
      return (node.properties as Es[]).flatMap((item) => patternNames((item.value ?? item.argument) as Es));
    case 'ArrayPattern':
      return (node.elements as (Es | null)[]).flatMap((item) => (item === null ? [] : patternNames(item)));
    default:
      return [];
  }
}
