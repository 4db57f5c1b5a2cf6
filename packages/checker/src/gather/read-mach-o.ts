/** What is read of one executable. */
export interface Binary {
  readonly path: string;
  readonly kind: 'mach-o' | 'hermes';
  /** App Store encryption (`cryptid` = 1): its strings are then noise. */
  readonly encrypted: boolean;
  /** Entitlements in the code signature, as XML. */
  readonly entitlements: string | undefined;
  /** Printable strings of at least six characters, each once. */
  readonly strings: readonly string[];
}

/** A string table larger than this is an asset, not code. */
const MAX_STRINGS = 300_000;
const MAX_STRING_LENGTH = 4_096;
const MIN_STRING_LENGTH = 6;
const HERMES_MAGIC = 0x1f1903c103bc1fc6n;

/** Whether the first bytes are those of a Mach-O file (thin or fat) or of Hermes bytecode. */
export function executableKind(bytes: Buffer): Binary['kind'] | undefined {
  if (bytes.length < 32) return undefined;
  if (bytes.readBigUInt64LE(0) === HERMES_MAGIC) return 'hermes';
  const magic = bytes.readUInt32BE(0);
  if (magic === 0xcffaedfe || magic === 0xcefaedfe) return 'mach-o';
  // Java class files share the fat magic; their next field is a version of at least 45, while a fat file has few slices.
  if ((magic === 0xcafebabe || magic === 0xcafebabf) && bytes.readUInt32BE(4) < 20) return 'mach-o';
  return undefined;
}

/**
 * Reads strings, encryption flag and entitlements. A lower bound by nature: Swift keeps short strings in instructions, so a secret that
 * is not found here may still be in the app.
 */
export function readExecutable(path: string, bytes: Buffer): Binary {
  const kind = executableKind(bytes) ?? 'mach-o';
  let encrypted = false;
  let entitlements: string | undefined;
  if (kind === 'mach-o') {
    for (const offset of slices(bytes)) {
      const facts = loadCommands(bytes, offset);
      encrypted ||= facts.encrypted;
      entitlements ??= facts.entitlements;
    }
  }
  return { path, kind, encrypted, entitlements, strings: encrypted ? [] : printableStrings(bytes) };
}

function slices(bytes: Buffer): number[] {
  const magic = bytes.readUInt32BE(0);
  if (magic !== 0xcafebabe && magic !== 0xcafebabf) return [0];
  const wide = magic === 0xcafebabf;
  const count = bytes.readUInt32BE(4);
  const list: number[] = [];
  for (let index = 0; index < count; index++) {
    const at = 8 + index * (wide ? 32 : 20);
    if (at + 20 > bytes.length) break;
    const offset = wide ? Number(bytes.readBigUInt64BE(at + 8)) : bytes.readUInt32BE(at + 8);
    if (offset + 32 <= bytes.length) list.push(offset);
  }
  return list;
}

function loadCommands(bytes: Buffer, base: number): { encrypted: boolean; entitlements: string | undefined } {
  const magic = bytes.readUInt32BE(base);
  if (magic !== 0xcffaedfe && magic !== 0xcefaedfe) return { encrypted: false, entitlements: undefined };
  const count = Math.min(bytes.readUInt32LE(base + 16), 1_000);
  let at = base + (magic === 0xcffaedfe ? 32 : 28);
  let encrypted = false;
  let entitlements: string | undefined;
  for (let index = 0; index < count && at + 20 <= bytes.length; index++) {
    const command = bytes.readUInt32LE(at);
    const size = bytes.readUInt32LE(at + 4);
    if (size < 8) break;
    if (command === 0x21 || command === 0x2c) encrypted ||= bytes.readUInt32LE(at + 16) !== 0;
    if (command === 0x1d) entitlements = signatureEntitlements(bytes, base + bytes.readUInt32LE(at + 8));
    at += size;
  }
  return { encrypted, entitlements };
}

/** The entitlements blob (magic fade7171) of the embedded signature superblob. */
function signatureEntitlements(bytes: Buffer, at: number): string | undefined {
  if (at + 12 > bytes.length || bytes.readUInt32BE(at) !== 0xfade0cc0) return undefined;
  const count = Math.min(bytes.readUInt32BE(at + 8), 32);
  for (let index = 0; index < count; index++) {
    const entry = at + 12 + index * 8;
    if (entry + 8 > bytes.length) return undefined;
    const blob = at + bytes.readUInt32BE(entry + 4);
    if (blob + 8 > bytes.length || bytes.readUInt32BE(blob) !== 0xfade7171) continue;
    const size = bytes.readUInt32BE(blob + 4);
    return bytes.toString('utf8', blob + 8, Math.min(blob + size, bytes.length));
  }
  return undefined;
}

function printableStrings(bytes: Buffer): string[] {
  const found = new Set<string>();
  let start = -1;
  for (let at = 0; at <= bytes.length; at++) {
    const code = at < bytes.length ? (bytes[at] as number) : 0;
    if (code >= 32 && code < 127) {
      if (start === -1) start = at;
    } else if (start !== -1) {
      if (at - start >= MIN_STRING_LENGTH) {
        found.add(bytes.toString('latin1', start, Math.min(at, start + MAX_STRING_LENGTH)));
        if (found.size >= MAX_STRINGS) break;
      }
      start = -1;
    }
  }
  return [...found];
}
