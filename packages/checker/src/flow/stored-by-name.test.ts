import { expect, test } from 'vitest';
import type { FunctionDeclaration, Parameter } from '../syntax/tree.ts';
import { spokenParameter } from './stored-by-name.ts';

const spoken = (name: string, ...params: string[]): string => {
  const declare = { name, params: params.map((own) => ({ name: own })) } as unknown as FunctionDeclaration;
  return spokenParameter(declare.params[0] as Parameter, declare);
};

test('a parameter that says nothing goes by what the function stores', () => {
  expect(spoken('setToken', 'value')).toBe('Token');
  expect(spoken('savePinInStorage', 'data')).toBe('Pin');
});

test('a parameter that says something, a second one, or a harmless name leave it as it is', () => {
  expect(spoken('setToken', 'key')).toBe('key');
  expect(spoken('saveToken', 'value', 'days')).toBe('value');
  expect(spoken('setTokenCount', 'value')).toBe('value');
  expect(spoken('setTheme', 'value')).toBe('value');
});
