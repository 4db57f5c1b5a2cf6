import { parseSync } from 'oxc-parser';
import { type Es, nameOf, patternNames } from './es-node.ts';
import { ScriptExpressions } from './script-expressions.ts';
import { isNestedTooDeep } from './script-nesting.ts';
import { DEFAULT_EXPORT, type Statement, type Tree, type TypeDeclaration } from './tree.ts';

/** Reads statements; everything else is read by the layers below. */
class ScriptReader extends ScriptExpressions {
  statement(node: Es): Statement[] {
    const { start, end } = node;
    switch (node.type) {
      case 'ExpressionStatement': {
        const exported = this.exportedByModule(node.expression as Es);
        if (exported !== undefined)
          return [{ kind: 'declare', name: DEFAULT_EXPORT, value: this.expression(exported), constant: true, modifiers: [], start, end }];
        return [{ kind: 'expression', expression: this.expression(node.expression as Es), start, end }];
      }
      case 'VariableDeclaration':
        return (node.declarations as Es[]).flatMap((item) => this.declarator(item, node.kind === 'const'));
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        return [this.functionOf(node, nameOf(node.id as Es | null))];
      case 'ClassDeclaration':
        return [this.classOf(node)];
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration': {
        const declaration = node.declaration as Es | null;
        if (declaration === null) return [];
        // No name can be `default`, which is how other files find it.
        if (node.type === 'ExportDefaultDeclaration' && /^(?:ObjectExpression|Identifier)$/.test(declaration.type))
          return [
            { kind: 'declare', name: DEFAULT_EXPORT, value: this.expression(declaration), constant: true, modifiers: [], start, end },
          ];
        return /Declaration$/.test(declaration.type)
          ? this.statement(declaration)
          : [{ kind: 'expression', expression: this.expression(declaration), start, end }];
      }
      case 'ImportDeclaration':
        return [{ kind: 'import', from: String((node.source as Es).value), local: this.defaultOf(node), start, end }];
      case 'IfStatement': {
        const test = node.test as Es;
        const consequent = node.consequent as Es;
        if (test.type === 'Identifier' && test.name === '__DEV__') this.debugRanges.push({ start: consequent.start, end: consequent.end });
        return [
          {
            kind: 'if',
            keyword: 'if',
            conditions: [this.expression(test)],
            consequent: this.bodyOf(consequent),
            otherwise: this.bodyOf(node.alternate as Es | null),
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
            consequent: this.bodyOf(node.body as Es),
            otherwise: [],
            start,
            end,
          },
        ];
      case 'ForStatement': {
        const init = node.init as Es | null;
        const head = init === null ? [] : /Declaration$/.test(init.type) ? this.statement(init) : [];
        return [...head, { kind: 'for', names: [], of: undefined, body: this.bodyOf(node.body as Es), start, end }];
      }
      case 'ForOfStatement':
      case 'ForInStatement': {
        const left = node.left as Es;
        const names =
          left.type === 'VariableDeclaration'
            ? (left.declarations as Es[]).flatMap((item) => patternNames(item.id as Es))
            : patternNames(left);
        return [{ kind: 'for', names, of: this.expression(node.right as Es), body: this.bodyOf(node.body as Es), start, end }];
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
        const list: Statement[] = [{ kind: 'block', keyword: 'do', names: [], body: this.bodyOf(node.block as Es), start, end }];
        if (handler !== null)
          list.push({
            kind: 'block',
            keyword: 'catch',
            names: handler.param === null ? [] : patternNames(handler.param as Es),
            body: this.bodyOf(handler.body as Es),
            start: handler.start,
            end: handler.end,
          });
        if (node.finalizer !== null)
          list.push({ kind: 'block', keyword: 'finally', names: [], body: this.bodyOf(node.finalizer as Es), start, end });
        return list;
      }
      case 'BlockStatement':
        return [{ kind: 'block', keyword: 'do', names: [], body: this.list(node.body as Es[]), start, end }];
      case 'LabeledStatement':
        return this.statement(node.body as Es);
      case 'TSInterfaceDeclaration':
      case 'TSTypeAliasDeclaration':
        this.types.declare(node);
        return [];
      case 'TSModuleDeclaration':
        // Of what is declared for elsewhere the types are taken; none of it runs here.
        this.list(((node.body as Es | null)?.body ?? []) as Es[]);
        return [];
      case 'TSEnumDeclaration':
        return [this.enumOf(node)];
      default:
        return [];
    }
  }

  protected enumOf(node: Es): TypeDeclaration {
    const members = ((node.body as Es | undefined)?.members ?? node.members) as Es[];
    const declaration: TypeDeclaration = {
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
      start: node.start,
      end: node.end,
    };
    this.types.declared.push(declaration);
    return declaration;
  }
}

/**
 * Reads JavaScript and TypeScript, with or without JSX. Type annotations become the name of the type they are about, JSX elements become calls whose arguments are
 * their attributes, object literals become dictionaries, template literals become strings with parts.
 */
export function readScript(path: string, source: string): Tree {
  if (isNestedTooDeep(source)) throw new Error('it is nested more deeply than any program a person wrote');
  const lang = path.endsWith('.ts') || path.endsWith('.mts') || path.endsWith('.cts') ? 'ts' : 'tsx';
  const parsed = parseSync(path, source, { lang });
  const body = (parsed.program as unknown as Es).body as Es[];
  const converter = new ScriptReader(source);
  const statements = converter.list(body);
  return {
    language: 'script',
    statements,
    shapes: converter.types.declared,
    debugRanges: converter.debugRanges,
    unreadable: body.length === 0 ? parsed.errors.length : 0,
  };
}
