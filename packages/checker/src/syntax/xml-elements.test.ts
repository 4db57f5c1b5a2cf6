import { expect, it } from 'vitest';
import { attributeLine, elementsNamed, xmlElements } from './xml-elements.ts';

it('reads elements with attributes, lines and what is inside', () => {
  const [manifest] = xmlElements(
    '<?xml version="1.0"?>\n<manifest>\n  <!-- <application/> -->\n  <application\n    a:b="1 > 0"\n    c=\'d\'/>\n</manifest>',
  );
  expect(manifest?.children).toHaveLength(1);
  const [application] = elementsNamed([manifest as never], 'application');
  expect(application?.line).toBe(4);
  expect([...(application?.attributes ?? [])]).toEqual([
    ['a:b', '1 > 0'],
    ['c', 'd'],
  ]);
  expect(attributeLine(application as never, 'c=')).toBe(6);
});

it('keeps the text of an element', () => {
  expect(elementsNamed(xmlElements('<a><domain includeSubdomains="true"> api.example.com </domain></a>'), 'domain')[0]?.text).toBe(
    'api.example.com',
  );
});

it('goes on after a tag that is not closed, and after nothing but an opening', () => {
  expect(xmlElements('<a><b></a><c/>').map(({ name }) => name)).toEqual(['a', 'c']);
  expect(xmlElements('<a <b x="')).toEqual([]);
});

it('takes time in proportion to a long document', () => {
  expect(elementsNamed(xmlElements(`<a>${'<b c="d">'.repeat(2_000)}`), 'b')).toHaveLength(2_000);
});
