import { ClientError, StoreLockedError } from '../errors.ts';
import type { CredentialStore } from '../ports.ts';

/** The part of `@napi-rs/keyring` 2.1.2 that we use. */
export interface KeyringEntry {
  /** Resolves `null` if there is none; rejects if the store cannot be read. */
  getPassword(): Promise<string | null>;
  setPassword(text: string): Promise<void>;
  /** Rejects if it exists and could not be deleted. */
  deletePassword(): Promise<boolean>;
}

export interface Keyring {
  readonly AsyncEntry: new (service: string, account: string, options: { linux: { store: 'secret-service' } }) => KeyringEntry;
}

interface KeychainOptions {
  /** Name of the app, as the user sees it in the keychain. */
  readonly service: string;
  readonly account: string;
  /** Default: the optional package `@napi-rs/keyring`. */
  readonly load?: () => Promise<Keyring>;
}

// In a variable, so that the package stays optional for the type checker too.
const KEYRING_PACKAGE = '@napi-rs/keyring';

/**
 * One entry of the operating system's keychain: macOS Keychain, Windows Credential Manager, Secret Service on Linux.
 *
 * On Linux only the Secret Service will do. The package's own fallback, the kernel's keyring, forgets at a reboot, and
 * "forgotten" would be taken for "signed out".
 *
 * @throws StoreLockedError from every call while the keychain cannot be read (locked, prompt dismissed, no service): that
 *   is never "absent". ClientError `invalid-option` when the package is not installed.
 */
export function createKeychainStore({ service, account, load = loadKeyring }: KeychainOptions): CredentialStore {
  const open = async () => {
    const { AsyncEntry } = await load().catch(() => {
      throw new ClientError('invalid-option', `The keychain needs the package ${KEYRING_PACKAGE}. Install it, or use the memory store.`);
    });
    try {
      // The constructor throws when the service is not there.
      return new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    } catch {
      throw new StoreLockedError();
    }
  };
  const guarded = async <T>(use: (entry: KeyringEntry) => Promise<T>): Promise<T> => {
    const entry = await open();
    try {
      return await use(entry);
    } catch {
      throw new StoreLockedError();
    }
  };
  return {
    read: () => guarded(async (entry) => (await entry.getPassword()) ?? undefined),
    save: (text) =>
      guarded(async (entry) => {
        await entry.setPassword(text);
        // Some backends drop what is too long and say nothing.
        if ((await entry.getPassword()) !== text) throw new Error('not kept');
      }),
    clear: () =>
      guarded(async (entry) => {
        await entry.deletePassword();
      }),
  };
}

function loadKeyring(): Promise<Keyring> {
  return import(KEYRING_PACKAGE) as Promise<Keyring>;
}
