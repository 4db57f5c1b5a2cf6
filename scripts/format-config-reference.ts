import type { JsonSchema } from '@sallyport/policy';
import { generatedFrom, markdownTable } from './markdown.ts';

/** docs/reference/config.md: every key of the policy, its type, default and meaning. */
export function formatConfigReference(schema: JsonSchema): string {
  const sections = Object.entries(schema.properties ?? {}).map(([name, part]) =>
    [
      `## ${name}`,
      part.description ?? '',
      markdownTable(['Key', 'Type', 'Default', 'Meaning'], rowsOf(name, part, isRequired(schema, name))),
    ].join('\n\n'),
  );
  return `${[
    generatedFrom('packages/policy/src/schema.ts'),
    '# Policy',
    'The policy is one file: `sallyport.config.ts` (or `.mts`, `.js`, `.mjs`) with `export default defineConfig({ … })`, or `sallyport.config.yaml`, `.yml` or `.json`. A key that is not listed here is an error. `sallyport config check` says what is wrong and what to write instead; `sallyport config print` shows the policy with every default filled in.',
    'A duration is a whole number with a unit: `500ms`, `30s`, `15m`, `2h`, `30d`. `routes[]` stands for each item of a list. For editors there is [policy.schema.json](policy.schema.json); in YAML: `# yaml-language-server: $schema=policy.schema.json`.',
    ...sections,
  ].join('\n\n')}\n`;
}

function rowsOf(path: string, schema: JsonSchema, required: boolean): string[][] {
  const row = [`\`${path}\``, formatType(schema), formatDefault(schema, required), schema.description ?? ''];
  const item = schema.items?.properties === undefined ? undefined : schema.items;
  const [below, group] = item === undefined ? [path, schema] : [`${path}[]`, item];
  const parts = Object.entries(group.properties ?? {}).flatMap(([name, part]) => rowsOf(`${below}.${name}`, part, isRequired(group, name)));
  return [row, ...parts];
}

function isRequired({ required = [] }: JsonSchema, name: string): boolean {
  return required.includes(name);
}

function formatType(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title.toLowerCase();
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf !== undefined) return `${formatType(schema.anyOf[0] as JsonSchema)}, or a list of them`;
  if (schema.type === 'array')
    return `list of ${schema.items?.properties === undefined ? formatType(schema.items ?? {}) : 'groups'}${range(schema.minItems, schema.maxItems)}`;
  if (schema.type === 'object') return 'group';
  if (schema.type === 'integer') return `whole number${range(schema.minimum, schema.maximum)}`;
  return schema.type === 'string' ? 'text' : (schema.type ?? '');
}

function range(least: number | undefined, most: number | undefined): string {
  if (most === undefined) return least === undefined ? '' : `, at least ${least}`;
  return least === undefined ? `, at most ${most}` : `, ${least} to ${most}`;
}

function formatDefault(schema: JsonSchema, required: boolean): string {
  if (required) return 'required';
  // Of a group each key shows its own.
  if (schema.default === undefined || JSON.stringify(schema.default) === '{}') return '';
  return `\`${JSON.stringify(schema.default)}\``;
}
