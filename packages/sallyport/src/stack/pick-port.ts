import { createServer } from 'node:net';

/**
 * The wanted port if it is free, else one the system picks.
 *
 * Somebody may take it between here and listening; the one who listens then says so. 0 always gives a free one.
 *
 * @example await pickPort('127.0.0.1', 8443) // 8443, or for instance 41873
 */
export async function pickPort(host: string, wanted: number): Promise<number> {
  return (await tryPort(host, wanted)) ?? ((await tryPort(host, 0)) as number);
}

function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (port !== 0 && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) resolve(undefined);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
