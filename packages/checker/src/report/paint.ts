import type { Severity } from '../audit.ts';

export type Ink = Severity | 'dim' | 'bold' | 'good';
export type Paint = (text: string, ink: Ink) => string;

/** SGR parameters (ECMA-48 §8.3.117). */
const INKS: Readonly<Record<Ink, string>> = {
  critical: '1;31',
  high: '31',
  medium: '33',
  low: '36',
  info: '2',
  dim: '2',
  bold: '1',
  good: '32',
};

/** Colours for a terminal, or none. @example createPaint(true)('Gate open.', 'good') */
export const createPaint =
  (color: boolean): Paint =>
  (text, ink) =>
    color ? `\u001b[${INKS[ink]}m${text}\u001b[0m` : text;
