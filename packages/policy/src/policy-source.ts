/** Where in a file a key stands. */
export interface Place {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Finds the place of a path such as `['routes', 2, 'method']`; of a missing key, that of the group it is missing from. */
export interface PolicySource {
  locate(path: readonly PropertyKey[]): Place;
}

/** The source of a policy that was made in memory. */
export const locateNothing: PolicySource = { locate: () => ({}) };

/** The source of a policy in a file whose values have no place, such as a TypeScript module. */
export function locateFile(file: string): PolicySource {
  return { locate: () => ({ file }) };
}
