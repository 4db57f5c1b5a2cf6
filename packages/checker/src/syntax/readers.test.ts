import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readObjectiveC } from './read-objective-c.ts';
import { readScript } from './read-script.ts';
import { readSwift } from './read-swift.ts';
import type { Tree } from './tree.ts';

const readers: [string, (source: string) => Tree][] = [
  ['Swift', readSwift],
  ['Objective-C', readObjectiveC],
  [
    'script',
    (source) => {
      try {
        return readScript('a.tsx', source);
      } catch (error) {
        if (/nested more deeply/.test((error as Error).message))
          return { language: 'script', statements: [], debugRanges: [], unreadable: 1 };
        throw error;
      }
    },
  ],
];

/** Pieces that open, close, quote and nest: what breaks readers. */
const noise = fc.array(
  fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    '"',
    '"""',
    '\\(',
    '#if DEBUG\n',
    '#endif\n',
    '/*',
    '*/',
    '//',
    '\n',
    ' ',
    'let ',
    'func f',
    'case ',
    'switch x ',
    '=',
    '.',
    ',',
    ':',
    '@',
    '?',
    '!',
    '->',
    'in ',
    '`',
    '$0',
    '1',
    'a',
    'if ',
    'else ',
    '^',
    ';',
    '@"',
    '@interface A',
    '@end',
    '- (void)',
  ),
  { maxLength: 120 },
);

describe.each(readers)('the %s reader', (_name, read) => {
  it('ends on any text, and keeps every node inside it', () => {
    fc.assert(
      fc.property(noise, (pieces) => {
        const source = pieces.join('');
        const tree = read(source);
        for (const statement of tree.statements) {
          expect(statement.start).toBeGreaterThanOrEqual(0);
          expect(statement.end).toBeLessThanOrEqual(source.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each(['(', '[', '{', '{ [', 'f(', '!', 'if a {', '-'])('holds its stack on 50,000 times “%s”', (piece) => {
    expect(() => read(piece.repeat(50_000))).not.toThrow();
  });
});

it('steps over conditional compilation and remembers what is for debug builds only', () => {
  const source = 'func f() {\n#if DEBUG\n  a()\n#else\n  b()\n#endif\n}';
  const tree = readSwift(source);
  expect(tree.unreadable).toBe(0);
  const [range] = tree.debugRanges;
  expect(source.slice(range?.start, range?.end)).toContain('a()');
  expect(source.slice(range?.start, range?.end)).not.toContain('b()');
});

it.each([
  'func f(done: @escaping(Answer) -> (), late: Int) {}',
  'func f(done:@escaping () -> (), late: Int) {}',
  'func f(done: @autoclosure() -> Bool, late: Int) {}',
  'func f(done: @convention(c) (Int) -> Void, late: Int) {}',
])('names every parameter of %s', (source) => {
  const [declared] = readSwift(source).statements;
  expect(declared).toMatchObject({ kind: 'function', params: [{ name: 'done' }, { name: 'late', type: 'Int' }] });
});

it('gives no parameter without a name, whatever stands where one should', () => {
  const [declared] = readSwift('func f(done: Int -, 5, ->, last: Int) {}').statements;
  expect(declared?.kind === 'function' && declared.params.every(({ name }) => name !== undefined)).toBe(true);
});

it('reads what tree-sitter grammars trip over', () => {
  const source =
    'func f() async {\n  if let x = try? await g(), let y { use(x, y) }\n  nonisolated(unsafe) let z = 1\n  do throws(Failure) { try h() } catch let error as Failure where error.late { }\n  let t = a ? .b : c.d { $0 + 1 }\n}';
  expect(readSwift(source).unreadable).toBe(0);
});
