import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOperation, OpenApiFault, readOpenApi } from './read-openapi.ts';

const yaml = `
openapi: 3.1.0
servers: [{ url: 'https://api.example/v1/' }]
security: [{ token: [] }]
paths:
  /orders:
    get:
      parameters: [{ $ref: '#/components/parameters/Page' }]
      responses: { '2XX': { content: { application/json: { schema: { type: array } } } } }
  /orders/latest: { get: {} }
  /orders/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { example: 7 } }]
    get: { security: [] }
    delete: { security: [{}, { token: [] }] }
components:
  parameters:
    Page: { name: page, in: query, required: true, example: 1 }
`;

describe('readOpenApi', () => {
  const document = readOpenApi(yaml);

  it('reads operations, prefix, security and parameters', () => {
    expect(document.prefix).toBe('/v1');
    expect(document.operations.map(({ method, template, secured }) => [method, template, secured])).toEqual([
      ['GET', '/orders', true],
      ['GET', '/orders/latest', true],
      ['GET', '/orders/{id}', false],
      ['DELETE', '/orders/{id}', false],
    ]);
    expect(document.operations[0]?.parameters).toEqual([{ name: 'page', in: 'query', required: true, example: '1' }]);
    expect(document.operations[2]?.parameters[0]?.example).toBe('7');
    expect(document.operations[0]?.schemaFor(204)).toEqual({ type: 'array' });
  });

  it('finds the operation of a path, the literal one first', () => {
    expect(findOperation(document, 'GET', '/v1/orders/latest')?.template).toBe('/orders/latest');
    expect(findOperation(document, 'GET', '/v1/orders/8')?.template).toBe('/orders/{id}');
    for (const path of ['/v1/orders/', '/v1/orders/8/items', '/orders/8', '/v2/orders'])
      expect(findOperation(document, 'GET', path)).toBeUndefined();
  });

  it('follows references without going in circles', () => {
    const circle = readOpenApi(JSON.stringify({ openapi: '3.0.0', paths: {}, a: { $ref: '#/b' }, b: { $ref: '#/a' } }));
    expect(circle.resolve({ $ref: '#/a' })).toBeUndefined();
    expect(circle.resolve({ $ref: '#/__proto__' })).toBeUndefined();
    expect(circle.resolve({ $ref: 'https://elsewhere.example/x' })).toBeUndefined();
  });

  it.each([
    ['{', /neither JSON nor YAML/],
    ['swagger: "2.0"', /Swagger 2/],
    ['[]', /"openapi"/],
    ['openapi: 4.0.0', /"openapi"/],
    [
      `a: &a [x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${new Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
        .join('\n')}`,
      /neither|"openapi"/,
    ],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => readOpenApi(text)).toThrow(message);
    expect(() => readOpenApi(text)).toThrow(OpenApiFault);
  });

  it('takes any document apart or refuses it by its own fault', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('/a', '/a/{b}', '$ref', ''), fc.jsonValue()), fc.jsonValue(), (paths, rest) => {
        const { operations } = readOpenApi(JSON.stringify({ openapi: '3.1.0', paths, servers: rest, security: rest, components: rest }));
        return operations.every((operation) => operation.schemaFor(200) === undefined || true);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          readOpenApi(text);
          return true;
        } catch (error) {
          return error instanceof OpenApiFault;
        }
      }),
    );
  });
});
