import type { Command } from '../command.ts';
import { setLocked } from '../set-locked.ts';

/** `sallyport users unlock` */
export const usersUnlock: Command = {
  name: 'users unlock',
  summary: 'Let a locked user in again.',
  usage: 'users unlock NAME',
  example: 'sallyport users unlock ana',
  options: {},
  run: (args, io) => setLocked(usersUnlock, args, io, false),
};
