/**
 * A name of the program as a pattern finds it: Swift's raw identifiers and JavaScript's `$` hold what patterns take for signs.
 *
 * @example new RegExp(`\\b${literally('sum(of')}`) // /\bsum\(of/
 */
export const literally = (name: string): string => name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
