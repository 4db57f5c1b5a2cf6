import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { SystemBrowser } from '../ports.ts';

/** How long the user may take to sign in, in milliseconds. */
const PATIENCE = 600_000;

const DONE = '<!doctype html><meta charset="utf-8"><title>Done</title><p>You may close this window and go back to the program.';

interface LoopbackOptions {
  /** Shows an address to the user, or fails. Default: the desktop's own opener. */
  readonly show?: (url: string) => void | Promise<void>;
  /** Milliseconds. */
  readonly patience?: number;
}

/**
 * The user's own browser, coming back over the loopback interface (RFC 8252 §7.3): for command-line tools. The redirect
 * URI must be `http://127.0.0.1:PORT/…`, where nobody but this machine can listen or call.
 *
 * It takes the first call to the redirect URI's path and closes. What the call says is judged by the client.
 */
export function createLoopbackBrowser({ show = openDesktopBrowser, patience = PATIENCE }: LoopbackOptions = {}): SystemBrowser {
  return {
    open: (url, redirectUri) =>
      new Promise((resolve, reject) => {
        const { hostname, port, pathname, protocol } = new URL(redirectUri);
        if (protocol !== 'http:' || !['127.0.0.1', '[::1]'].includes(hostname) || port === '') {
          reject(new Error('The redirect URI must be http://127.0.0.1:PORT/…'));
          return;
        }
        const server = createServer((request: IncomingMessage, response: ServerResponse) => {
          const [path = '', query = ''] = (request.url ?? '').split('?', 2);
          response.setHeader('connection', 'close');
          if (request.method !== 'GET' || path !== pathname || query === '') {
            response.writeHead(404).end();
            return;
          }
          response.on('close', () => finish(() => resolve(`${redirectUri}?${query}`)));
          response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(DONE);
        });
        const timer = setTimeout(() => finish(() => resolve(undefined)), patience);
        const finish = (how: () => void): void => {
          clearTimeout(timer);
          server.close();
          // A browser opens connections to spare, which nothing else would ever end.
          server.closeAllConnections();
          how();
        };
        server.on('error', () => finish(() => reject(new Error('The port of the redirect URI is taken'))));
        server.listen(Number(port), hostname.replace(/[[\]]/g, ''), () => {
          const shown = async () => show(url);
          shown().catch(() => finish(() => reject(new Error('No browser could be shown'))));
        });
      }),
  };
}

function openDesktopBrowser(url: string): Promise<void> {
  const commands: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  };
  const [command, ...words] = commands[process.platform] ?? ['xdg-open'];
  // No shell: the address is one argument, whatever is in it.
  const child = spawn(command, [...words, url], { stdio: 'ignore', detached: true });
  child.unref();
  return new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
}
