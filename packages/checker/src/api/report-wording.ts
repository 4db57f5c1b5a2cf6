/** Reports are worded for apps; here are the words for an API, per phrase. A phrase that is no longer there is caught by a test. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/Sallyport app check/g, 'Sallyport API check'],
  [/sallyport\/check-app\//g, 'sallyport/check-api/'],
  [/The folder or archive that was checked\./g, 'The API that was checked.'],
  [/Where the app stands/g, 'Where the API stands'],
  [/Not or not wholly read/g, 'What to know of this run'],
  [/Read from sources and files; nothing was run\./g, 'Probed from outside, once.'],
];

/** What a report says of files and lines becomes what was sent. @example wordForApi(text, 250) */
export function wordForApi(text: string, sent: number): string {
  const worded = WORDS.reduce((part, [phrase, word]) => part.replace(phrase, word), text);
  return worded.replace(/\b0 files(, 0 lines| · 0 lines of code)/, `${sent} requests`);
}
