import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pinSetJsonSchema } from './pin-set-json-schema.ts';

test('the published JSON Schema is that of the code', () => {
  const published = readFileSync(new URL('../../pin-set.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(published)).toEqual(pinSetJsonSchema());
});

test('it says of every field what it is for, and allows no unknown one', () => {
  const { properties, required, additionalProperties } = pinSetJsonSchema() as Record<string, never>;
  expect(required).toEqual(['format', 'version', 'hosts']);
  expect(additionalProperties).toBe(false);
  const pin = (
    properties as never as {
      hosts: { items: { properties: { pins: { items: { properties: Record<string, { description?: string }> } } } } };
    }
  ).hosts.items.properties.pins.items.properties;
  for (const [name, { description }] of Object.entries(pin)) expect(description, name).toBeTypeOf('string');
});
