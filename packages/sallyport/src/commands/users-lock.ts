import type { Command } from '../command.ts';
import { setLocked } from '../set-locked.ts';

/** `sallyport users lock` */
export const usersLock: Command = {
  name: 'users lock',
  summary: 'Lock a user out: no sign-in and no refresh any more. Access tokens already issued end by themselves.',
  usage: 'users lock NAME',
  example: 'sallyport users lock ana',
  options: {},
  run: (args, io) => setLocked(usersLock, args, io, true),
};
