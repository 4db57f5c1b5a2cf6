import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpkiPin } from '@sallyport/protocol';
import { emit } from '../emit/emit.ts';
import { pinOfKey } from '../material/spki-hash.ts';
import { PinsError } from '../pins-error.ts';
import type { PinnedHost, PinSet } from '../set/pin-set.ts';
import { startCanary } from './canary.ts';
import type { RehearsalAnswer, RehearsalRunner } from './runners.ts';

/** What one emitted form did. */
export interface RehearsalResult {
  readonly form: string;
  /** `passed`: it accepted the backup key and refused both wrong ones. */
  readonly verdict: 'passed' | 'failed' | 'not-run';
  readonly why: string;
}

export interface RehearsalOptions {
  readonly set: PinSet;
  readonly host: string;
  /** The private backup key, taken out of its safe for this. */
  readonly backupKey: KeyObject;
  readonly runners: readonly RehearsalRunner[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Serves the backup key and lets every emitted form that can be run talk to it. Each must accept it, refuse a key nobody
 * pinned, and refuse the backup key when its pins are deliberately wrong: pins that refuse nothing are the commonest fault
 * in the field, and only the last two find it.
 *
 * @throws PinsError `pin-unlisted` when the key is none the host's apps carry.
 */
export async function rehearse({ set, host: name, backupKey, runners, now }: RehearsalOptions): Promise<readonly RehearsalResult[]> {
  const host = set.hosts.find((each) => each.host === name);
  if (host === undefined) throw new PinsError('host-unlisted', `${name} is not in the set.`);
  const pin = pinOfKey(backupKey);
  const known = host.pins.find((each) => each.pin === pin && each.state !== 'retired');
  if (known === undefined)
    throw new PinsError('pin-unlisted', `This key (${pin}) is no pin of ${name}: apps would refuse it. Is it the right key?`);
  const enforced = only(set, { ...host, reportOnly: false });
  const misPinned = only(set, wrongPins(host));
  const [right, stranger] = [await startCanary(name, now, backupKey), await startCanary(name, now)];
  try {
    const results: RehearsalResult[] = [];
    for (const runner of runners) {
      const ask = (pins: PinSet, { port, ca }: { port: number; ca: string }) => runIn(runner, pins, name, port, ca, now);
      results.push(judge(runner.form, await ask(enforced, right), await ask(enforced, stranger), await ask(misPinned, right)));
    }
    return results;
  } finally {
    await Promise.all([right.close(), stranger.close()]);
  }
}

function judge(form: string, backup: RehearsalAnswer, unknown: RehearsalAnswer, misPinned: RehearsalAnswer): RehearsalResult {
  if (backup === 'not-installed') return { form, verdict: 'not-run', why: `${form} is not installed here` };
  if (backup === 'refused')
    return { form, verdict: 'failed', why: 'it refused the backup key: on the day it is needed, apps would be cut off' };
  if (unknown === 'accepted') return { form, verdict: 'failed', why: 'it accepted a key that nobody pinned: its pins are inert' };
  if (misPinned === 'accepted')
    return { form, verdict: 'failed', why: 'it accepted the server although its pins were deliberately wrong: its pins are inert' };
  return { form, verdict: 'passed', why: 'accepted the backup key, refused an unknown key and a wrong pin' };
}

function only(set: PinSet, host: PinnedHost): PinSet {
  return { ...set, hosts: [{ ...host, pins: host.pins.filter(({ kind }) => kind === 'spki') }] };
}

/** The host with pins of keys that nobody has. */
function wrongPins(host: PinnedHost): PinnedHost {
  const random = () => createHash('sha256').update(randomBytes(32)).digest('base64') as SpkiPin;
  return { ...host, reportOnly: false, pins: host.pins.map((pin) => ({ ...pin, pin: random() })) };
}

async function runIn(runner: RehearsalRunner, set: PinSet, host: string, port: number, ca: string, now: number): Promise<RehearsalAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-rehearse-'));
  try {
    return await runner.run({ host, port, ca, files: emit(set, runner.form, { now }).files, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
