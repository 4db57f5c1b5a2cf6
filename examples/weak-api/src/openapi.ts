/** What the API says about itself. The truth differs where a flaw is planted. */
export function openApiDocument(serverUrl: string): string {
  const order = {
    type: 'object',
    required: ['id', 'item', 'quantity'],
    properties: { id: { type: ['string', 'integer'] }, item: { type: 'string' }, quantity: { type: 'integer' } },
  };
  const json = (schema: object) => ({ description: 'ok', content: { 'application/json': { schema } } });
  return JSON.stringify(
    {
      openapi: '3.1.0',
      info: { title: 'Orders (weak sample)', version: '1' },
      servers: [{ url: serverUrl }],
      security: [{ token: [] }],
      components: { schemas: { Order: order }, securitySchemes: { token: { type: 'http', scheme: 'DPoP' } } },
      paths: {
        '/orders': {
          get: {
            responses: {
              200: json({ type: 'object', properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Order' } } } }),
            },
          },
          post: { responses: { 201: json({ $ref: '#/components/schemas/Order' }) } },
        },
        '/orders/{id}': {
          get: {
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
            responses: { 200: json({ $ref: '#/components/schemas/Order' }) },
          },
        },
        '/me': {
          get: { responses: { 200: json({ type: 'object', properties: { name: { type: 'string' }, email: { type: 'string' } } }) } },
        },
        '/customers': { get: { responses: { 200: json({ type: 'object', properties: { count: { type: 'integer' } } }) } } },
        '/health': { get: { security: [], responses: { 200: json({ type: 'object', properties: { ok: { type: 'boolean' } } }) } } },
      },
    },
    null,
    2,
  );
}
