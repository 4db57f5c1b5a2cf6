import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TLS_VERSIONS, type TlsVersion } from './client-hello.ts';
import { parseServerAnswer } from './server-answer.ts';

const uint16 = (value: number) => [value >> 8, value & 255];

function serverHello({
  version,
  suite,
  sessionId = 0,
  extensions = [] as number[][],
}: {
  version: TlsVersion;
  suite: number;
  sessionId?: number;
  extensions?: number[][];
}): Uint8Array {
  const list = [...extensions, ...(version === 'TLS 1.3' ? [[0, 43, 0, 2, 3, 4]] : [])].flat();
  const body = [
    ...uint16(Math.min(TLS_VERSIONS[version], 0x0303)),
    ...new Array<number>(32).fill(7),
    sessionId,
    ...new Array<number>(sessionId).fill(9),
    ...uint16(suite),
    0,
    ...(list.length === 0 ? [] : [...uint16(list.length), ...list]),
  ];
  return Uint8Array.from([2, 0, ...uint16(body.length), ...body]);
}

const record = (type: number, content: Uint8Array) => Uint8Array.from([type, 3, 3, ...uint16(content.length), ...content]);

const versions = fc.constantFrom(...(Object.keys(TLS_VERSIONS) as TlsVersion[]));

describe('parseServerAnswer', () => {
  it('reads back every version and suite, however the hello is cut into records', () => {
    fc.assert(
      fc.property(
        versions,
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0, max: 32 }),
        fc.integer({ min: 1, max: 60 }),
        (version, suite, sessionId, size) => {
          const hello = serverHello({ version, suite, sessionId, extensions: [[0xff, 1, 0, 1, 0]] });
          const records: number[] = [];
          for (let at = 0; at < hello.length; at += size) records.push(...record(22, hello.subarray(at, at + size)));
          expect(parseServerAnswer(Uint8Array.from(records))).toEqual({ kind: 'hello', version, suite });
        },
      ),
    );
  });

  it('asks for more while a hello is not whole, and never guesses', () => {
    const whole = record(22, serverHello({ version: 'TLS 1.2', suite: 0xc02f, sessionId: 32 }));
    for (let length = 0; length < whole.length; length++)
      expect(parseServerAnswer(whole.subarray(0, length)), `${length} bytes`).toEqual({ kind: 'incomplete' });
  });

  it('reads an alert', () => {
    expect(parseServerAnswer(record(21, Uint8Array.of(2, 70)))).toEqual({ kind: 'alert', description: 70 });
  });

  it.each([
    ['plain HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
    ['a record of length 0', Buffer.of(22, 3, 3, 0, 0)],
    ['a record that is too long', Buffer.of(22, 3, 3, 0xff, 0xff)],
    ['another handshake message', record(22, Uint8Array.of(11, 0, 0, 1, 0))],
    ['a hello that claims to be huge', record(22, Uint8Array.of(2, 0xff, 0xff, 0xff, 0))],
    ['a session id that is too long', record(22, Uint8Array.of(2, 0, 0, 36, 3, 3, ...new Array<number>(32).fill(0), 33, 0))],
    [
      'extensions that end early',
      record(22, Uint8Array.from([...serverHello({ version: 'TLS 1.2', suite: 1, extensions: [[0, 43, 0, 9, 3, 4]] })])),
    ],
    ['a version nobody knows', record(22, Uint8Array.from([...serverHello({ version: 'TLS 1.2', suite: 1 })].with(5, 9)))],
  ])('calls %s foreign', (_, bytes) => {
    expect(parseServerAnswer(bytes)).toEqual({ kind: 'foreign' });
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
        ['hello', 'alert', 'incomplete', 'foreign'].includes(parseServerAnswer(bytes).kind),
      ),
    );
    const hello = record(22, serverHello({ version: 'TLS 1.3', suite: 0x1301, sessionId: 32 }));
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(hello);
        changed[at] = value;
        expect(['hello', 'alert', 'incomplete', 'foreign']).toContain(parseServerAnswer(changed).kind);
      }),
    );
  });
});
