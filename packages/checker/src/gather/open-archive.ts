import { openPromise, type Entry as ZipEntry, type ZipFile } from 'yauzl';
import type { Entry, Note } from './artifacts.ts';
import { fileRole, isForeignFolder } from './file-role.ts';

/** More entries than any app archive. */
const MAX_ENTRIES = 100_000;
/** What one entry may unpack to; an app's main executable is well below. */
const MAX_ENTRY_BYTES = 256 * 1024 * 1024;
/** What all entries that are read may unpack to, together. */
const MAX_TOTAL_BYTES = 1024 * 1024 * 1024;
/** Executables compress two- to fivefold, text tenfold; a thousandfold is a bomb. */
const MAX_RATIO = 400;
/** Files without an extension are read only where an app, its watch app or clip, their extensions and frameworks keep executables. */
const APP_EXECUTABLE =
  /^Payload\/[^/]+\.app\/(?:(?:Watch|AppClips)\/[^/]+\.app\/)?(?:(?:PlugIns|Extensions)\/[^/]+\.appex\/)?(?:Frameworks\/[^/]+\.(?:dylib|framework\/[^/.]+)|[^/.]+)$/;

export class ArchiveError extends Error {}

/**
 * Opens an `.ipa` (or any zip) and lists what can be audited; entries are unpacked to memory one by one, never to disk, and never more
 * of them than they said they hold.
 *
 * @throws ArchiveError when the file is no readable zip.
 */
export async function openArchive(path: string, notes: Note[]): Promise<{ entries: Entry[]; close(): void }> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false });
  } catch (error) {
    throw new ArchiveError(`The archive cannot be read: ${(error as Error).message.replace(/\.$/, '')}.`);
  }
  const entries: Entry[] = [];
  let count = 0;
  let total = 0;
  try {
    for await (const item of zip.eachEntry()) {
      if (++count > MAX_ENTRIES) {
        notes.push({ path: '', message: `More than ${MAX_ENTRIES} entries; the rest was not checked.` });
        break;
      }
      const name = item.fileName;
      if (name.endsWith('/') || !wanted(name)) continue;
      if (item.uncompressedSize > MAX_ENTRY_BYTES || item.uncompressedSize > Math.max(item.compressedSize, 1024) * MAX_RATIO) {
        notes.push({ path: name, message: 'The entry unpacks to far more than it should; skipped as a decompression bomb.' });
        continue;
      }
      total += item.uncompressedSize;
      if (total > MAX_TOTAL_BYTES) {
        notes.push({ path: name, message: 'The archive unpacks to more than 1 GB; the rest was not checked.' });
        break;
      }
      entries.push({ path: name, size: item.uncompressedSize, read: () => unpack(zip, item) });
    }
  } catch (error) {
    // yauzl refuses absolute paths, drive letters and `..` by itself.
    notes.push({
      path: '',
      message: `The archive's list of entries is damaged or unsafe (${(error as Error).message}); ${entries.length} entries read before it were checked.`,
    });
  }
  return {
    entries,
    close: () => {
      zip.close();
    },
  };
}

function wanted(name: string): boolean {
  const role = fileRole(name);
  if (role === undefined) return false;
  if (role === 'executable') return APP_EXECUTABLE.test(name);
  return !name.split('/').some((part) => isForeignFolder(part) && !part.endsWith('.framework'));
}

async function unpack(zip: ZipFile, item: ZipEntry): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(item);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size > item.uncompressedSize) throw new ArchiveError('an entry holds more than its header says');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
