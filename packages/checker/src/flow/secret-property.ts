import { NO_SECRET_TYPE } from './name-value.ts';
import type { Project } from './project.ts';
import { sensitiveName } from './sensitive-name.ts';
import { bareType, type Sensitive } from './value.ts';

/**
 * The first stored property of a type whose name says that it is a secret: what is written of the whole is written of it too.
 *
 * @example secretProperty(project, 'Session') // { kind: 'credential', name: 'accessToken' }
 */
export function secretProperty(project: Project, type: string | undefined): Sensitive | undefined {
  const facts = type === undefined ? undefined : project.types.get(type.slice(type.lastIndexOf('.') + 1));
  if (facts === undefined) return undefined;
  for (const [name, { declare }] of facts.properties) {
    if (declare.accessors !== undefined || declare.modifiers.includes('static') || declare.modifiers.includes('case')) continue;
    const kind = sensitiveName(name);
    if (kind === 'credential' && !NO_SECRET_TYPE.test(bareType(declare.type) ?? '') && !/\bInt\b/.test(declare.type ?? ''))
      return { kind, name };
  }
  return undefined;
}
