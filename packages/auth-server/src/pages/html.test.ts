import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { html } from './html.ts';

test('whatever is put in comes out as text, in content and in attributes', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const { text } = html`<p title="${value}">${value}</p>`;
      expect(text.match(/[<>]/g)).toEqual(['<', '>', '<', '>']);
      expect(text.match(/"/g)).toHaveLength(2);
      expect(text).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
    }),
  );
  expect(parse(html`<p>${'<b>&"\''}</p>`.text).querySelector('p')?.text).toBe('<b>&"\'');
});

test('HTML made here is kept, and nothing is nothing', () => {
  expect(html`<p>${html`<b>${'<'}</b>`}${undefined}</p>`.text).toBe('<p><b>&lt;</b></p>');
});
