import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readScript } from './read-script.ts';
import { isNestedTooDeep } from './script-nesting.ts';

/** What opens a level, and what closes it. */
const LEVELS: readonly (readonly [string, string])[] = [
  ['[', ']'],
  ['f(', ')'],
  ['{a:', '}'],
  ['(', ')'],
  ['a?b:', ''],
  ['a?', ':c'],
  ['`${', '}`'],
  ['<A>', '</A>'],
  ['<A>;', '</A>'],
  ['<A>x', '</A>'],
  ['<A>\n', '</A>'],
  ['a>\n<b+', ''],
  ['a?<B/>\n:', ''],
  ['<A b={', '}/>'],
  ["<A>'", '</A>'],
  ["<A>it's<B>", '</B></A>'],
  ['a+', ''],
  ['a&&\n', ''],
  ['a**', ''],
  ['a??', ''],
  ['!', ''],
  ['!/**/', ''],
  ['typeof ', ''],
  ['typeof\n', ''],
  ['void/**/', ''],
  ['a=>', ''],
  ['async a=>\n', ''],
  ['a=\n', ''],
  ['new ', ''],
  ['[...', ']'],
  ['(()=>{return ', '})'],
  ['(function(){throw ', '})'],
  ['class extends ', '{}'],
  ['"x"+\n', ''],
  ['a?<B/>:', ''],
  ['a\n.b(', ')'],
];
/** The same for what follows a value, and for statements and types. */
const WHOLE: readonly (readonly [string, string, string, string])[] = [
  ['a', '.b', '', ''],
  ['a', '\n.b()', '', ''],
  ['a', '()', '', ''],
  ['a', '[0]', '', ''],
  ['a', '?.b', '', ''],
  ['a', '!', '', ''],
  ['a', '``', '', ''],
  ['a', ' as B', '', ''],
  ['', 'if(a){}else ', '{}', ''],
  ['', 'if(a)b;else ', 'b', ''],
  ['', 'if(a)\n', 'b', ''],
  ['', 'for(;;)\n', 'b', ''],
  ['', 'do ', 'b', ';while(a)'],
  ['let a: ', 'A<', 'B', '>'],
  ['let a: B', '[]', '', ''],
  ['let a: B', '|C', '', ''],
  ['let a: ', 'A extends B ? C : ', 'D', ''],
  ['let a: ', '()=>', 'D', ''],
  ['let a: ', 'keyof ', 'D', ''],
  ['let ', '{a:', 'b', '}'],
];
const READER = fileURLToPath(new URL('./read-script.ts', import.meta.url));

/** Reads the sources in a process of its own; says which one ended it, if any did. */
function endedBy(sources: readonly string[]): string | undefined {
  const program = `
    const { readScript } = await import(${JSON.stringify(READER)});
    const sources = JSON.parse(await new Response(process.stdin).text());
    for (const [index, source] of sources.entries()) { process.stdout.write(index + '\\n'); try { readScript('a.tsx', source); } catch {} }
    process.stdout.write('done\\n');`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], { input: JSON.stringify(sources), timeout: 60_000 });
  const last = child.stdout.toString().trim().split('\n').at(-1);
  return last === 'done' ? undefined : `${child.signal ?? child.stderr.toString().slice(0, 300)}: ${sources[Number(last)]?.slice(0, 60)}`;
}

const nested = (levels: readonly (readonly [string, string])[], times: number) =>
  `x = ${levels
    .map(([open]) => open)
    .join('')
    .repeat(times)}1${levels
    .map(([, close]) => close)
    .toReversed()
    .join('')
    .repeat(times)}`;
const whole = ([before, open, middle, close]: readonly [string, string, string, string], times: number) =>
  before + open.repeat(times) + middle + close.repeat(times);

it.each([1_400, 6_000, 60_000])('outlives %i levels of anything that nests', (times) => {
  expect(endedBy([...LEVELS.map((level) => nested([level], times)), ...WHOLE.map((item) => whole(item, times))])).toBeUndefined();
});

it.each(['async a=>\na?<B/>:', 'a=>\n<B/>?b:'])('outlives arrows whose bodies begin in the next line: %j', (level) => {
  expect(endedBy([20_000, 60_000].map((times) => `x = ${level.repeat(times)}1`))).toBeUndefined();
});

it('outlives levels of mixed kinds', () => {
  const mixed = fc.array(fc.constantFrom(...LEVELS), { minLength: 1, maxLength: 5 });
  const cases = fc.sample(fc.tuple(mixed, fc.constantFrom(700, 3_000, 20_000)), 60);
  expect(endedBy(cases.map(([levels, times]) => nested(levels, times)))).toBeUndefined();
});

it.each([...LEVELS.map((level) => nested([level], 40)), ...WHOLE.map((item) => whole(item, 40))])(
  'reads what a person may write: %.30s',
  (source) => {
    expect(isNestedTooDeep(source)).toBe(false);
  },
);

it('reads long files that nest little', () => {
  for (const line of [
    'foo.bar(a + b)\n',
    'const a = { b: [1, 2], c: d ? e : f };\n',
    'if (a) { b() } else { c() }\n',
    '"text",\n',
    'x = y\n',
  ])
    expect(isNestedTooDeep(line.repeat(1_000)), line).toBe(false);
  const screen = `const a = <View>${'<Text style={{ a: 1 }} onPress={() => go(1)}>{b ? c : d}</Text>\n'.repeat(1_000)}</View>;`;
  expect(isNestedTooDeep(screen)).toBe(false);
  expect(readScript('a.tsx', screen).unreadable).toBe(0);
});
