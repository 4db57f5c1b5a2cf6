import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { formatPath, PolicyError, type PolicyProblem, shorten } from './policy-error.ts';
import { exampleOf, type JsonSchema, policyJsonSchema, schemaAt } from './policy-json-schema.ts';
import { locateNothing, type PolicySource } from './policy-source.ts';
import { type Policy, policySchema } from './schema.ts';

/**
 * Checks a value against the schema and completes it with the defaults. Says everything that is wrong at once.
 *
 * @param source where the value came from, so that problems can say file and line.
 * @throws PolicyError `policy-invalid`, and nothing else, whatever the value.
 * @example parsePolicy({ gateway: { upstream: 'http://127.0.0.1:3000' }, … })
 */
export function parsePolicy(value: unknown, source: PolicySource = locateNothing): Policy {
  const result = policySchema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const schema = policyJsonSchema();
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, [], schema, source));
  throw new PolicyError('policy-invalid', problems.sort(byPlace));
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, base: readonly PropertyKey[], schema: JsonSchema, source: PolicySource): PolicyProblem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, schema, source));
  if (issue.code === 'invalid_union') {
    // A list was written and one item is wrong: the branch that got further in speaks for the whole.
    const deeper = issue.errors.find((branch) => branch.length > 0 && branch.every((each) => each.path.length > 0));
    if (deeper !== undefined) return deeper.flatMap((each) => problemsOf(each, path, schema, source));
  }
  return [{ ...source.locate(path), path: formatPath(path), what: describe(issue), instead: suggest(issue, path, schema) }];
}

function unknownKey(key: string, parent: readonly PropertyKey[], schema: JsonSchema, source: PolicySource): PolicyProblem {
  const known = Object.keys(schemaAt(schema, parent)?.properties ?? {});
  const meant = nearest(key, known);
  const instead = meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`;
  const path = [...parent, key];
  return { ...source.locate(path), path: formatPath(path), what: 'no such key', instead };
}

function describe(issue: Issue): string {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      if (input === undefined) return 'is missing';
      return issue.message.startsWith('Invalid')
        ? `must be ${NOUNS[issue.expected] ?? issue.expected}, not ${nameType(input)}`
        : issue.message;
    case 'invalid_value':
      return input === undefined ? 'is missing' : `${show(input)} is none of ${issue.values.join(', ')}`;
    case 'invalid_union': {
      if (input === undefined) return 'is missing';
      const values = issue.errors.flat().flatMap((each) => (each.code === 'invalid_value' ? each.values : []));
      return `${show(input)} is none of ${[...new Set(values)].join(', ')}, nor a list of them`;
    }
    case 'too_small':
      return input === undefined ? 'is missing' : `must ${measure(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${measure(issue.origin, 'at most', issue.maximum)}`;
    default:
      return input === undefined && issue.code !== 'custom' ? 'is missing' : issue.message;
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of keys',
  array: 'a list',
};

function nameType(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' && !Number.isInteger(value) ? 'a fraction' : (NOUNS[typeof value] ?? `a ${typeof value}`);
}

function measure(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} character${limit === 1 ? '' : 's'}`;
  if (origin === 'array') return `hold ${bound} ${limit} item${limit === 1 ? '' : 's'}`;
  return `be ${bound} ${limit}`;
}

function show(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? shorten(JSON.stringify(value))
    : nameType(value);
}

function suggest(issue: Issue, path: readonly PropertyKey[], whole: JsonSchema): string {
  if (path.length === 0) return 'write gateway, auth and routes; sallyport init makes a file to start from';
  const schema = schemaAt(whole, path);
  const values = schema?.enum ?? schema?.anyOf?.flatMap((form) => form.enum ?? []);
  if (typeof issue.input === 'string' && values !== undefined) {
    const meant = nearest(issue.input, values.map(String));
    if (meant !== undefined) return `did you mean ${JSON.stringify(meant)}?`;
  }
  return `write for instance ${JSON.stringify(exampleOf(schema ?? {}))}`;
}

function byPlace(a: PolicyProblem, b: PolicyProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
