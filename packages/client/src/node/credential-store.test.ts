import { expect, test } from 'vitest';
import { createKeychainStore, type Keyring } from './credential-store.ts';
import { createNodeDeviceKey } from './device-key.ts';

/**
 * A FAKE at the border to `@napi-rs/keyring`: it answers as the package's type declarations say. The package itself needs
 * a keychain service, which a build machine has not.
 */
function fakeKeyring({ locked = (): boolean => false, noService = false, drops = false } = {}) {
  const entries = new Map<string, string>();
  const stores: string[] = [];
  const guard = async <T>(use: () => T): Promise<T> => {
    if (locked()) throw new Error('the unlock prompt was dismissed, secret: canary');
    return use();
  };
  const keyring: Keyring = {
    AsyncEntry: class {
      readonly #name: string;
      constructor(service: string, account: string, options: { linux: { store: string } }) {
        if (noService) throw new Error('no secret service');
        stores.push(options.linux.store);
        this.#name = `${service}/${account}`;
      }
      getPassword = () => guard(() => entries.get(this.#name) ?? null);
      setPassword = (text: string) => guard(() => void entries.set(this.#name, drops ? '' : text));
      deletePassword = () => guard(() => entries.delete(this.#name));
    },
  };
  return { entries, stores, store: createKeychainStore({ service: 'Orders', account: 'session', load: async () => keyring }) };
}

test('keeps, replaces and clears one entry, in the Secret Service and nowhere else on Linux', async () => {
  const { store, entries, stores } = fakeKeyring();
  expect(await store.read()).toBeUndefined();
  await store.clear();
  await store.save('one');
  await store.save('two');
  expect(await store.read()).toBe('two');
  expect([...entries]).toEqual([['Orders/session', 'two']]);
  await store.clear();
  expect(entries.size).toBe(0);
  expect(new Set(stores)).toEqual(new Set(['secret-service']));
});

test('locked, or without a service, is never "absent", and the words of the system are dropped', async () => {
  let locked = true;
  const { store } = fakeKeyring({ locked: () => locked });
  for (const work of [() => store.read(), () => store.save('a'), () => store.clear()]) {
    await expect(work()).rejects.toMatchObject({ code: 'store-locked', message: expect.not.stringContaining('canary') });
  }
  locked = false;
  expect(await store.read()).toBeUndefined();
  await expect(fakeKeyring({ noService: true }).store.read()).rejects.toMatchObject({ code: 'store-locked' });
});

test('a backend that silently drops what it is given is found out', async () => {
  await expect(fakeKeyring({ drops: true }).store.save('long')).rejects.toMatchObject({ code: 'store-locked' });
});

test('without the optional package the error says what to install', async () => {
  const store = createKeychainStore({ service: 'Orders', account: 'session', load: () => Promise.reject(new Error('not found')) });
  await expect(store.read()).rejects.toMatchObject({ code: 'invalid-option', message: expect.stringContaining('@napi-rs/keyring') });
});

test('a device key in the keychain outlives the process, and a damaged one is no key', async () => {
  const { store } = fakeKeyring();
  const made = await createNodeDeviceKey(store).create();
  const again = await createNodeDeviceKey(store).load();
  expect(again?.jwk).toEqual(made.jwk);
  await store.save('damaged');
  expect(await createNodeDeviceKey(store).load()).toBeUndefined();
  const key = createNodeDeviceKey(store);
  await key.create();
  await key.remove();
  expect([await key.load(), await store.read()]).toEqual([undefined, undefined]);
});
