import { type Es, keyName, nameOf, patternNames } from './es-node.ts';
import type { DebugRange, Expression, FunctionDeclaration, Parameter, Statement } from './tree.ts';

/** Reads what declares: variables, functions, classes. */
export abstract class ScriptDeclarations {
  abstract statement(node: Es): Statement[];
  abstract expression(node: Es): Expression;

  readonly debugRanges: DebugRange[] = [];
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
      return [this.functionOf(init, nameOf(id), start)];
    const value = init === null ? undefined : this.expression(init);
    if (id.type === 'Identifier')
      return [{ kind: 'declare', name: nameOf(id), type: this.annotation(id), value, constant, modifiers: [], start, end }];
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
    // `const [request] = useAuthRequest({ … })`: the call is made whatever becomes of its parts.
    const made: Statement[] = value === undefined ? [] : [{ kind: 'expression', expression: value, start: value.start, end: value.end }];
    return [
      ...made,
      ...patternNames(id).map((name): Statement => ({ kind: 'declare', name, value: undefined, constant, modifiers: [], start, end })),
    ];
  }

  protected annotation(id: Es): string | undefined {
    const annotation = (id.typeAnnotation as Es | null | undefined)?.typeAnnotation as Es | undefined;
    return annotation === undefined ? undefined : this.source.slice(annotation.start, annotation.end);
  }

  protected paramsOf(node: Es): Parameter[] {
    const items = node.params as Es[];
    const destructured = items.some((item) => item.type !== 'Identifier');
    return items.flatMap((item, index): Parameter[] => {
      const optional = item.type === 'AssignmentPattern';
      const target = optional ? (item.left as Es) : item.type === 'TSParameterProperty' ? (item.parameter as Es) : item;
      const { start, end } = item;
      if (target.type === 'ObjectPattern')
        return (target.properties as Es[]).flatMap((part) => {
          const key = part.type === 'RestElement' || part.computed === true ? undefined : keyName(part.key as Es);
          return patternNames((part.value ?? part.argument) as Es).map((name) => ({ name, within: { index, key }, start, end }));
        });
      return patternNames(target).map((name) => ({
        name,
        type: target.type === 'Identifier' ? this.annotation(target) : undefined,
        fallback: optional && target.type === 'Identifier' ? this.expression(item.right as Es) : undefined,
        within: destructured ? { index, key: undefined } : undefined,
        start,
        end,
      }));
    });
  }

  protected functionOf(node: Es, name: string, start = node.start): FunctionDeclaration {
    const body = node.body as Es | null;
    const modifiers = [node.async === true ? 'async' : '', node.static === true ? 'static' : ''].filter((word) => word !== '');
    const returns = (node.returnType as Es | null | undefined)?.typeAnnotation as Es | undefined;
    return {
      kind: 'function',
      name,
      params: this.paramsOf(node),
      returns: returns === undefined ? undefined : this.source.slice(returns.start, returns.end),
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
    return {
      kind: 'type',
      keyword: 'class',
      name: nameOf(node.id as Es | null),
      inherits: parent === null ? [] : [this.source.slice(parent.start, parent.end)],
      members,
      start: node.start,
      end: node.end,
    };
  }
}
