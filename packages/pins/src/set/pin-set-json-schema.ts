import { z } from 'zod';
import { pinSetSchema } from './pin-set.ts';

/** The JSON Schema of a pin-set file as it stands beside this package, for editors and other tools. */
export function pinSetJsonSchema(): object {
  const schema = z.toJSONSchema(pinSetSchema, { io: 'input', target: 'draft-2020-12' });
  return { ...schema, title: 'Sallyport pin set', description: 'The hosts an app pins, with every pin and its state.' };
}

/** The text of `pin-set.schema.json`. */
export function pinSetJsonSchemaText(): string {
  return `${JSON.stringify(pinSetJsonSchema(), null, 2)}\n`;
}
