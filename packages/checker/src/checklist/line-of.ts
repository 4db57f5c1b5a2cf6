import { beyondChecklist, type ChecklistId, releaseChecklist } from './release-checklist.ts';

/** A line as a report names it. @example lineOf('ats') // { text: 'ATS on, …', release: true } */
export function lineOf(id: ChecklistId): { readonly text: string; readonly release: boolean } {
  const line = releaseChecklist.find((each) => each.id === id);
  if (line !== undefined) return { text: line.text, release: true };
  return { text: beyondChecklist.find((each) => each.id === id)?.text ?? id, release: false };
}
