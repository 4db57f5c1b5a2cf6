import type { Command } from '../command.ts';
import { readArguments } from '../read-arguments.ts';
import { withUserStore } from '../with-user-store.ts';

/** `sallyport users list` */
export const usersList: Command = {
  name: 'users list',
  summary: 'List the users: name, subject, when added, whether locked.',
  usage: 'users list [--json]',
  example: 'sallyport users list --json',
  options: { json: { type: 'boolean', description: 'Print JSON.' } },
  async run(args, io) {
    const json = readArguments(this, args).flag('json');
    const users = await withUserStore(io, (store) => store.listUsers());
    if (json) io.stdout.write(`${JSON.stringify(users, null, 2)}\n`);
    else if (users.length === 0) io.stderr.write('There are no users yet. Add one with sallyport users add NAME.\n');
    else
      for (const { name, id, createdAt, locked } of users)
        io.stdout.write(`${name}\t${id}\t${new Date(createdAt).toISOString()}${locked ? '\tlocked' : ''}\n`);
    return 0;
  },
};
