import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { checkPolicy } from './check-policy.ts';
import { findPolicyFile, type PolicyFile } from './find-policy-file.ts';
import { parsePolicy } from './parse-policy.ts';
import { PolicyError, type PolicyProblem } from './policy-error.ts';
import { type PolicyDocument, readPolicyDocument } from './read-policy-document.ts';
import { readPolicyModule } from './read-policy-module.ts';
import type { Policy } from './schema.ts';

/** A policy from a file, found good. */
export interface LoadedPolicy {
  /** The file as it was named or found. */
  readonly file: string;
  readonly policy: Policy;
  /** What may be meant but is probably not. Nothing here stops a start. */
  readonly warnings: readonly PolicyProblem[];
}

/** A policy of 2000 routes is about 200 KiB; what is larger than 1 MiB is another file. */
const MAX_BYTES = 1_048_576;

/**
 * Finds, reads and checks the policy. Paths of files come back absolute.
 *
 * @param path the file, or the folder it stands in.
 * @throws PolicyError and nothing else; it names every problem with file, line and column, or path.
 * @example const { policy, warnings } = await loadPolicy('.')
 */
export async function loadPolicy(path: string): Promise<LoadedPolicy> {
  const file = findReadable(path);
  const { value, source } = await read(file);
  const policy = parsePolicy(value, source);
  const { errors, warnings } = checkPolicy(policy, source);
  if (errors.length > 0) throw new PolicyError('policy-invalid', errors);
  return { file: file.name, policy: withAbsolutePaths(policy, dirname(resolve(file.path))), warnings };
}

function findReadable(path: string): PolicyFile {
  try {
    return findPolicyFile(path);
  } catch (error) {
    throw error instanceof PolicyError ? error : cannotBeRead(path, error);
  }
}

async function read({ path, name, format }: PolicyFile): Promise<PolicyDocument> {
  const text = await readBounded(path, name);
  return format === 'module' ? readPolicyModule(resolve(path), name) : readPolicyDocument(text, format, name);
}

/** Reads by the byte, not by the size the folder tells: a pipe or a device has none. */
async function readBounded(path: string, name: string): Promise<string> {
  try {
    await using handle = await open(path);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false, end: MAX_BYTES })) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    if (bytes > MAX_BYTES) {
      throw new PolicyError('policy-unreadable', [
        { file: name, path: '', what: 'is larger than 1 MiB', instead: 'name the policy, not another file' },
      ]);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw error instanceof PolicyError ? error : cannotBeRead(name, error);
  }
}

function cannotBeRead(file: string, error: unknown): PolicyError {
  const { code } = error as { code?: string };
  const what = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'is not UTF-8' : `cannot be read (${code ?? String(error)})`;
  return new PolicyError('policy-unreadable', [{ file, path: '', what, instead: 'make it a text file that this user may read' }]);
}

function withAbsolutePaths(policy: Policy, folder: string): Policy {
  const part = <Part extends Policy['gateway'] | Policy['auth']>(of: Part): Part =>
    of.tls === undefined ? of : { ...of, tls: { certificate: resolve(folder, of.tls.certificate), key: resolve(folder, of.tls.key) } };
  const gateway = part(policy.gateway);
  const { pins } = gateway;
  return { ...policy, gateway: pins === undefined ? gateway : { ...gateway, pins: resolve(folder, pins) }, auth: part(policy.auth) };
}
