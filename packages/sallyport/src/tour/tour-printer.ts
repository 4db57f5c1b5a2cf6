import type { PlayedAttack } from '@sallyport/attacks';
import type { PlayedStep } from './tour-step.ts';

const [GREEN, RED, DIM, BOLD] = ['32', '31', '2', '1'];

/** Prints the tour as it goes, one line for a step and two for an attack. */
export interface TourPrinter {
  heading(text: string): void;
  step(step: PlayedStep): void;
  attack(attack: PlayedAttack): void;
  line(text: string): void;
}

/** @param color whether the terminal shows colours; the words say everything without them. */
export function tourPrinter(write: (text: string) => void, color: boolean): TourPrinter {
  const paint = (code: string | undefined, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const line = (text: string) => write(`${text}\n`);
  return {
    line,
    heading: (text) => line(`\n${paint(BOLD, text)}`),
    step({ ok, title, ms, why }) {
      line(`  ${ok ? paint(GREEN, 'ok  ') : paint(RED, 'FAIL')}  ${title} ${paint(DIM, `${ms} ms`)}`);
      if (why !== undefined) line(`        ${paint(RED, why)}`);
    },
    attack({ held, threat, title, reason, evidence }) {
      line(`  ${held ? paint(GREEN, 'held') : paint(RED, 'FAIL')}  ${threat}  ${title}`);
      line(`            ${reason} ${paint(DIM, `· ${evidence}`)}`);
    },
  };
}
