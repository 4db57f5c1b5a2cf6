import { type Es, keyName } from './es-node.ts';
import { ScriptDeclarations } from './script-declarations.ts';
import type { Argument, Expression } from './tree.ts';

/** Deeper nesting is generated code; what is below is dropped. */
const MAX_DEPTH = 150;

/** Reads expressions, JSX among them. */
export abstract class ScriptExpressions extends ScriptDeclarations {
  #depth = 0;

  expression(node: Es): Expression {
    if (this.#depth > MAX_DEPTH) return { kind: 'unreadable', start: node.start, end: node.end };
    this.#depth++;
    const expression = this.#convert(node);
    this.#depth--;
    return expression;
  }

  #args(nodes: readonly Es[]): Argument[] {
    return nodes.map((item) => ({
      value: this.expression(item.type === 'SpreadElement' ? (item.argument as Es) : item),
      start: item.start,
      end: item.end,
    }));
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
        return {
          kind: 'call',
          callee: this.expression(node.callee as Es),
          args: this.#args(node.arguments as Es[]),
          gives: this.#given(node),
          start,
          end,
        };
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
        return {
          kind: 'closure',
          params: this.paramsOf(node),
          returns: this.types.about(node.returnType as Es | null | undefined),
          body: this.functionBody(node.body as Es | null),
          start,
          end,
        };
      case 'ClassExpression':
        return { kind: 'statement-expression', statement: this.classOf(node), start, end };
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
      case 'TSSatisfiesExpression': {
        const value = this.expression(node.expression as Es);
        return value.kind === 'call' ? { ...value, gives: this.castTo(node) ?? value.gives } : value;
      }
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

  /** `Account` of `api.get<Account>(…)`. A selector is given the whole state's type first. */
  #given(node: Es): string | undefined {
    const args = ((node.typeArguments as Es | null | undefined)?.params ?? []) as Es[];
    return args.length > 0 && !/Selector$/.test(this.textOf(node.callee as Es)) ? this.types.about(args[0]) : undefined;
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
