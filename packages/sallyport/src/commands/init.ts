import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDevelopmentCertificates } from '../certificates/development-certificates.ts';
import type { Command, Io } from '../command.ts';
import { readArguments } from '../read-arguments.ts';
import { openStateFolder } from '../state-folder.ts';
import { UsageError } from '../usage-error.ts';

const FILE = 'sallyport.config.ts';

/** `sallyport init` */
export const init: Command = {
  name: 'init',
  summary: 'Write a policy to start from, and make keys and development certificates, in the current folder.',
  usage: 'init',
  example: 'cd my-project && sallyport init',
  options: {},
  async run(args, io) {
    readArguments(this, args);
    const found = readdirSync(io.cwd).find((name) => /^sallyport\.config\.(m?[jt]s|ya?ml|json)$/.test(name));
    if (found !== undefined) throw new UsageError(`There already is a ${found} here. Change it, or remove it first; nothing was written.`);
    const state = openStateFolder(io.cwd);
    ensureDevelopmentCertificates(join(state, 'tls'), Date.now);
    ignoreStateFolder(io);
    // Not over a file that appeared meanwhile.
    writeFileSync(join(io.cwd, FILE), TEMPLATE, { flag: 'wx' });
    io.stdout.write(
      [
        `Wrote ${FILE}: say in it where your backend is and what may be reached.`,
        'Made .sallyport/ with keys and certificates; it is kept out of git. To call the gateway, trust .sallyport/tls/ca.pem.',
        'Next: sallyport users add ana, then sallyport serve',
        '',
      ].join('\n'),
    );
    return 0;
  },
};

function ignoreStateFolder({ cwd }: Io): void {
  const path = join(cwd, '.gitignore');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (text.split(/\r?\n/).some((line) => /^\/?\.sallyport\/?$/.test(line.trim()))) return;
  writeFileSync(path, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}.sallyport/\n`);
}

const TEMPLATE = `import { defineConfig } from 'sallyport';

// The policy: what may be reached, by whom, how often. Every key: docs/reference/config.md.
// Check it with: sallyport config check
export default defineConfig({
  gateway: {
    // Your backend. It must not be reachable in any other way.
    upstream: 'http://127.0.0.1:3000',
  },
  auth: {
    clients: [
      {
        id: 'my-app',
        name: 'My app',
        // A scheme of your own domain turned round, registered by the app (RFC 8252 §7.1).
        redirectUris: ['com.example.app:/signed-in'],
        scopes: ['items:read', 'items:write'],
      },
    ],
  },
  // Everything that is not listed is refused. The first line that matches counts.
  routes: [
    { method: 'GET', path: '/health', access: 'public' },
    { method: 'GET', path: '/items', scopes: ['items:read'] },
    { method: 'GET', path: '/items/:id', scopes: ['items:read'] },
    // Sent twice, done once: the app names each action with an Idempotency-Key.
    { method: 'POST', path: '/items', scopes: ['items:write'], idempotency: 'required' },
  ],
});
`;
