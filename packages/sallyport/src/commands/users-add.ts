import type { Command } from '../command.ts';
import { readArguments } from '../read-arguments.ts';
import { readPassword } from '../read-password.ts';
import { withUserStore } from '../with-user-store.ts';

/** `sallyport users add` */
export const usersAdd: Command = {
  name: 'users add',
  summary: 'Add a user. The password is asked for, or read from standard input; never from an argument.',
  usage: 'users add NAME',
  example: 'sallyport users add ana\nprintf %s "$PASSWORD" | sallyport users add ana',
  options: {},
  async run(args, io) {
    const [name = ''] = readArguments(this, args, ['NAME']).positionals;
    const password = await readPassword(io);
    const user = await withUserStore(io, (users) => users.addUser(name, password));
    io.stdout.write(`Added ${user.name}, subject ${user.id}.\n`);
    return 0;
  },
};
