import { createMemoryStore } from '../memory/credential-store.ts';
import { createMemoryLock } from '../memory/lock.ts';
import type { Logger, Platform, SystemBrowser } from '../ports.ts';
import { redactingLogger } from '../redacting-logger.ts';
import { nodeClock } from './clock.ts';
import { createKeychainStore, type Keyring } from './credential-store.ts';
import { createNodeDeviceKey } from './device-key.ts';
import { nodeDigest } from './digest.ts';
import { createFileLock } from './lock.ts';
import { createPinReporter, type PinReporterOptions } from './pin-reporter.ts';
import { nodeRandom } from './random.ts';
import { createLoopbackBrowser } from './system-browser.ts';
import { createNodeTransport, type NodeTransport, type NodeTransportOptions } from './transport.ts';

export interface NodePlatformOptions extends Omit<NodeTransportOptions, 'onPinFailure' | 'onPinnedServer' | 'now'> {
  readonly browser?: SystemBrowser;
  readonly logger?: Logger;
  /** Tells a gateway of pin failures, without waiting and without any credential. Left out: only the logger is told. */
  readonly pinReports?: Pick<PinReporterOptions, 'api' | 'appVersion' | 'setVersion'>;
  /**
   * Keeps the session in the operating system's keychain. Left out: in memory, so the session ends with the process. It is
   * never kept in a file.
   */
  readonly keychain?: {
    readonly service: string;
    /** A file that all processes of the app name; see {@link createFileLock}. */
    readonly lockFile: string;
    readonly load?: () => Promise<Keyring>;
  };
}

/** Everything the client needs, on Node. The transport is there to replace pins and to close. */
export interface NodePlatform extends Platform {
  readonly transport: NodeTransport;
}

/** @example const platform = nodePlatform({ pins: { hosts: { 'api.example': { pins: [active, backup] } } } }) */
export function nodePlatform({ browser, logger: given, keychain, pinReports, ...transport }: NodePlatformOptions = {}): NodePlatform {
  const logger = redactingLogger(given);
  if (keychain === undefined) {
    logger.log({ event: 'credentials-in-memory', note: 'The session ends with this process. Name a keychain to keep it.' });
  }
  const entry = (account: string) => keychain && createKeychainStore({ ...keychain, account });
  const { extraAuthorities = [], connectTo = {} } = transport;
  const reportPins = pinReports && createPinReporter({ ...pinReports, extraAuthorities, connectTo });
  return {
    transport: createNodeTransport({
      ...transport,
      onPinFailure: (report) => {
        logger.log({ event: 'pin-failure', ...report });
        reportPins?.(report);
      },
    }),
    store: entry('session') ?? createMemoryStore(),
    deviceKey: createNodeDeviceKey(entry('device-key')),
    lock: keychain === undefined ? createMemoryLock(nodeClock) : createFileLock(keychain.lockFile, nodeClock),
    clock: nodeClock,
    random: nodeRandom,
    digest: nodeDigest,
    browser: browser ?? createLoopbackBrowser(),
    logger,
  };
}
