import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOpenApi } from './read-openapi.ts';
import { undeclaredMembers } from './undeclared-members.ts';

const document = readOpenApi(
  JSON.stringify({
    openapi: '3.1.0',
    paths: {},
    components: {
      schemas: {
        Base: { type: 'object', properties: { id: { type: 'string' } } },
        Order: { allOf: [{ $ref: '#/components/schemas/Base' }, { properties: { owner: { $ref: '#/components/schemas/User' } } }] },
        User: { properties: { name: { type: 'string' } } },
        Tree: { properties: { child: { $ref: '#/components/schemas/Tree' } } },
      },
    },
  }),
);
const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('undeclaredMembers', () => {
  it.each([
    ['nothing where all is declared', schema('Order'), { id: '1', owner: { name: 'ann' } }, []],
    ['a member more', schema('Order'), { id: '1', margin: 2 }, ['margin']],
    ['a member more, deep', schema('Order'), { owner: { name: 'ann', hash: 'x' } }, ['owner.hash']],
    ['a member more, in a list, once', { items: schema('User') }, [{ hash: 1 }, { hash: 2 }], ['[].hash']],
    ['what one alternative declares as declared', { oneOf: [schema('Base'), schema('User')] }, { id: '1', name: 'ann' }, []],
    ['nothing where more is allowed', { properties: { a: {} }, additionalProperties: true }, { a: 1, b: 2 }, []],
    ['nothing where nothing is said', { type: 'object' }, { a: 1 }, []],
    ['nothing without a schema', undefined, { a: 1 }, []],
    [
      'a name from the prototype as undeclared',
      schema('User'),
      JSON.parse('{"constructor":1,"__proto__":2}'),
      ['constructor', '__proto__'],
    ],
  ])('finds %s', (_, given, value, members) => {
    expect(undeclaredMembers(document, given, value)).toEqual(members);
  });

  it('ends on any value, also under a schema without end', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => undeclaredMembers(document, schema('Tree'), { child: value }).length <= 51),
    );
  });
});
