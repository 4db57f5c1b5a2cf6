import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allFlaws, noFlaws, plantedFlaws } from './planted-flaws.ts';
import { startWeakApi } from './start-weak-api.ts';
import { SAMPLE_PASSWORD } from './store.ts';

/** `node src/main.ts [--hardened] [--behind-gateway] [--port N] [--files FOLDER] [--alerts URL]` */
const hardened = process.argv.includes('--hardened');
const behindGateway = process.argv.includes('--behind-gateway');
const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
const flaws = hardened ? noFlaws : allFlaws;
const alerts = process.argv.includes('--alerts') ? process.argv[process.argv.indexOf('--alerts') + 1] : undefined;
const api = await startWeakApi({
  flaws,
  behindGateway,
  alerts: () => alerts,
  port: process.argv.includes('--port') && Number.isInteger(port) ? port : 0,
});
const { access_token, refresh_token } = api.signIn('ann');
const loud = hardened
  ? 'The sample API in its hardened form.'
  : `THIS API IS WEAK ON PURPOSE: ${plantedFlaws.length} planted flaws. It listens on loopback only. Never copy from it, never expose it.`;
// What a check wants beside the address.
const folder = process.argv.includes('--files') ? process.argv[process.argv.indexOf('--files') + 1] : undefined;
if (folder !== undefined) {
  writeFileSync(join(folder, 'weak-api-ca.pem'), api.authority);
  writeFileSync(join(folder, 'weak-api-openapi.json'), api.openapi);
}
process.stdout.write(
  [
    loud,
    `  ${api.url}   users ann and bob, password "${SAMPLE_PASSWORD}"`,
    ...(behindGateway
      ? ['  behind a gateway: believes X-Sallyport-Subject']
      : [
          `  plain HTTP on port ${api.plainHttpPort}`,
          `  access token of ann: ${access_token}`,
          `  refresh token of ann: ${refresh_token}`,
        ]),
    '  Ctrl-C ends it.',
    '',
  ].join('\n'),
);
process.once('SIGINT', () => void api.close());
process.once('SIGTERM', () => void api.close());
