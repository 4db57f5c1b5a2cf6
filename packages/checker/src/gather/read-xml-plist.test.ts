import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlistError, readXmlPlist } from './read-xml-plist.ts';

const entry = (source: string, key: string) => {
  const root = readXmlPlist(source);
  return root.kind === 'dict' ? root.entries.get(key) : undefined;
};

it('keeps the line of a text apart from the line of its key', () => {
  const root = readXmlPlist('<plist><dict>\n<key>A</key>\n<string>a</string>\n</dict></plist>');
  expect(root.kind === 'dict' && root.entries.get('A')).toEqual({ kind: 'text', text: 'a', line: 2, valueLine: 3 });
});

it('keeps the line of each key', () => {
  const source =
    '<?xml version="1.0"?>\n<!DOCTYPE plist>\n<plist><dict>\n<!-- <key>no</key> -->\n<key>A</key>\n<true/>\n<key>B</key><integer>7</integer>\n</dict></plist>';
  expect(entry(source, 'A')).toEqual({ kind: 'boolean', boolean: true, line: 5 });
  expect(entry(source, 'B')).toEqual({ kind: 'number', number: 7, line: 7 });
  expect(entry(source, 'no')).toBeUndefined();
});
it('resolves the five entities and characters, and no other', () => {
  const source = '<plist><dict><key>A</key><string>&lt;a&gt; &amp; &#65;&#x42; &evil;</string></dict></plist>';
  expect(entry(source, 'A')).toMatchObject({ text: '<a> & AB &evil;' });
});
it('never loads an outside entity', () => {
  const source = '<!DOCTYPE plist SYSTEM "file:///etc/passwd"><plist><dict><key>A</key><string>&x;</string></dict></plist>';
  expect(entry(source, 'A')).toMatchObject({ text: '&x;' });
});
it.each([
  ['<plist><dict><key>A</key>\n<string>x</dict></plist>', 2],
  ['<plist>\n<dict><key>A</key><true/>', 2],
  ['<plist>\n\n<what/></plist>', 3],
  ['', 1],
])('names the line where %j is broken', (source, line) => {
  expect(() => readXmlPlist(source)).toThrow(PlistError);
  try {
    readXmlPlist(source);
  } catch (error) {
    expect((error as PlistError).line).toBe(line);
  }
});
it('refuses nesting that no app has', () => {
  expect(() => readXmlPlist(`<plist>${'<array>'.repeat(5_000)}`)).toThrow(/too deeply/);
});
it('reads any text or refuses it by name', () => {
  const noise = fc.array(
    fc.constantFrom(
      '<plist>',
      '<dict>',
      '</dict>',
      '<key>',
      '</key>',
      'a',
      '<array>',
      '</array>',
      '<true/>',
      '<string>',
      '</string>',
      '&amp;',
      '<!--',
      '-->',
      '<',
    ),
  );
  fc.assert(
    fc.property(noise, (pieces) => {
      try {
        readXmlPlist(pieces.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(PlistError);
      }
    }),
  );
});
