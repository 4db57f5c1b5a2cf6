import type { Prover } from '../checklist/release-checklist.ts';

/** What a report is about. */
export interface Subject {
  readonly kind: Prover;
  /** Last part of the checked path, or host and port: never the whole path, which may hold a person's name. */
  readonly name: string;
  /** What was gone through. @example [{ count: 12, of: 'file' }, { count: 3400, of: 'line' }] */
  readonly effort: readonly { readonly count: number; readonly of: string }[];
}

/** How reports speak of each kind. */
export const SUBJECT_WORDS: Readonly<
  Record<Subject['kind'], { report: string; stands: string; notes: string; root: string; method: string; automation: string }>
> = {
  app: {
    report: 'Sallyport app check',
    stands: 'Where the app stands',
    notes: 'Not or not wholly read',
    root: 'The folder or archive that was checked.',
    method: 'Read from sources and files; nothing was run.',
    automation: 'sallyport/check-app/',
  },
  api: {
    report: 'Sallyport API check',
    stands: 'Where the API stands',
    notes: 'What to know of this run',
    root: 'The API that was checked.',
    method: 'Probed from outside, once.',
    automation: 'sallyport/check-api/',
  },
  proxy: {
    report: 'Sallyport proxy check',
    stands: 'Where the pins stand',
    notes: 'What to know of this run',
    root: 'The app whose calls went through the proxy.',
    method: 'Seen from a proxy in the middle, once.',
    automation: 'sallyport/check-proxy/',
  },
};

/** @example '12 files, 3,400 lines' */
export const effortText = ({ effort }: Subject): string =>
  effort.map(({ count, of }) => `${inThousands(count)} ${of}${count === 1 ? '' : 's'}`).join(', ');

/** As `toLocaleString('en')` writes it, which loads the tables of all languages first: a tenth of what a small app takes. */
const inThousands = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
