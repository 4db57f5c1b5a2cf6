/** The shape every ESTree node shares; fields are looked up by the node's `type`. */
export interface Es {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** An identifier's name, or a literal's text. */
export const nameOf = (node: Es | null): string => (node === null ? '' : String(node.name ?? node.value ?? ''));

/** The name of a member, spelled as identifier or literal. */
export const keyName = (node: Es): string => String(node.name ?? node.value ?? '');

/** Every name a pattern binds. */
export function patternNames(node: Es): string[] {
  switch (node.type) {
    case 'Identifier':
      return [String(node.name)];
    case 'AssignmentPattern':
      return patternNames(node.left as Es);
    case 'RestElement':
      return patternNames(node.argument as Es);
    case 'ObjectPattern':
      return (node.properties as Es[]).flatMap((item) => patternNames((item.value ?? item.argument) as Es));
    case 'ArrayPattern':
      return (node.elements as (Es | null)[]).flatMap((item) => (item === null ? [] : patternNames(item)));
    default:
      return [];
  }
}
