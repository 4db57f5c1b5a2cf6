import { expect, it } from 'vitest';
import { saysRefusal } from './says-refusal.ts';

it.each([
  ['{"error":"missing token"}', true],
  ['{"errors":[{"message":"sign in"}],"data":null}', true],
  ['{"success":false,"message":"x"}', true],
  ['{"status":"error"}', true],
  ['{"statusCode":401}', true],
  ['{"errors":[{"message":"slow"}],"data":{"me":{"id":1}}}', false],
  ['{"error":null,"items":[]}', false],
  ['{"status":"success","data":[]}', false],
  ['{"items":[]}', false],
  ['null', true],
  ['{}', true],
  ['', true],
  ['[]', false],
  ['error', false],
])('%s: %s', (body, says) => expect(saysRefusal({ body })).toBe(says));
