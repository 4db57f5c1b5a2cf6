import type { Tree } from './tree.ts';

export function readObjectiveC(_source: string): Tree {
  return { language: 'objc', statements: [], debugRanges: [], unreadable: 0 };
}
