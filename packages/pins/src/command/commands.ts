import type { PinsCommand } from './command.ts';
import { emit } from './emit.ts';
import { make } from './make.ts';
import { move } from './move.ts';
import { plan } from './plan.ts';
import { rehearse } from './rehearse.ts';
import { release } from './release.ts';
import { show } from './show.ts';
import { sign } from './sign.ts';
import { verify } from './verify.ts';
import { watch } from './watch.ts';

/** Every subcommand, in the order of a pin's life. */
export const pinsCommands: readonly PinsCommand[] = [make, show, emit, plan, sign, verify, watch, rehearse, release, move];
