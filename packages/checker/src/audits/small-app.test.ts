import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from '../gather/gather.ts';
import type { Finding } from '../judge/finding.ts';
import { runAudits } from '../judge/run-audits.ts';
import { audits } from './index.ts';

/*
 * A small app as people write them, half Objective-C: what is weak lies between functions and files. Each finding must stand at the line
 * a person would mend.
 */
const FILES = {
  'Log.h': `@interface Log : NSObject
+ (void)writeLine:(NSString *)format, ...;
@end
`,
  'Log.m': `@implementation Log
+ (void)writeLine:(NSString *)format, ... {
  va_list list;
  va_start(list, format);
  NSLogv(format, list);
  va_end(list);
}
@end
`,
  'Account.m': `#define FIXED_VECTOR @"A1B2C3D4E5F6G7H8"
@interface Account : NSObject
@property (nonatomic, strong) NSString *name;
@property (nonatomic, strong) NSString *refreshToken;
@end

@implementation AccountStore {
  Account *_account;
}
- (void)opened:(NSString *)accessToken {
  [Log writeLine:@"started"];
  [Log writeLine:@"opened with %@", accessToken];
}
- (void)keep {
  NSData *archive = [NSKeyedArchiver archivedDataWithRootObject:self.account];
  [[NSUserDefaults standardUserDefaults] setObject:archive forKey:@"account"];
}
- (NSData *)seal:(NSData *)plain key:(NSData *)key {
  NSString *vector = FIXED_VECTOR;
  CCCrypt(kCCEncrypt, kCCAlgorithmAES, kCCOptionPKCS7Padding, key.bytes, key.length, [vector UTF8String], plain.bytes, plain.length, out, size, &moved);
  return nil;
}
- (void)find:(NSString *)name limit:(int)limit {
  [self.db executeQuery:[NSString stringWithFormat:@"SELECT * FROM %@ WHERE id = ? LIMIT %d", self.table, limit], name];
  [self.db executeQuery:[NSString stringWithFormat:@"SELECT * FROM people WHERE name = '%@'", name]];
}
@end
@interface AccountStore ()
@property (nonatomic, strong) Account *account;
@end
`,
  'Help.m': `@interface Help () <UIWebViewDelegate>
@end
@implementation Help
- (void)viewDidLoad {
  pages = [[UIWebView alloc] initWithFrame:self.view.bounds];
}
@end
`,
  'Session.swift': `import Foundation

enum Slot: String { case jwt, theme }

enum Preferences {
    static let store = UserDefaults.standard
    static var token: String {
        get { store.string(forKey: Slot.jwt.rawValue) ?? "" }
        set { store.set(newValue, forKey: Slot.jwt.rawValue) }
    }
    static var theme: String {
        get { store.string(forKey: Slot.theme.rawValue) ?? "" }
        set { store.set(newValue, forKey: Slot.theme.rawValue) }
    }
}

final class Session {
    func logMessage(_ message: String) {
        print("[session] \\(message)")
    }
    func signIn(request: URLRequest) {
        URLSession.shared.dataTask(with: request) { data, response, error in
            guard let data else { return self.logMessage("failed: \\(String(describing: error))") }
            self.logMessage(String(decoding: data, as: UTF8.self))
        }.resume()
    }
}
`,
};

let folder = '';
let findings: Finding[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'small-app-'));
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(folder, path), text);
  const artifacts = await gather(folder, { history: false });
  findings = runAudits(audits, artifacts).flatMap((result) => result.findings);
});
afterAll(() => rm(folder, { recursive: true }));

/** The lines of a file an audit speaks of. */
const linesOf = (audit: string, path: keyof typeof FILES): string[] =>
  findings
    .filter((finding) => finding.audit === audit && finding.path === path && finding.confidence !== 'low')
    .map((finding) => FILES[path].split('\n')[finding.line - 1]?.trim() ?? '');

it.each([
  ['a token handed to a log of the app’s own', 'sensitive-logging', 'Account.m', ['[Log writeLine:@"opened with %@", accessToken];']],
  ['nothing in the log itself', 'sensitive-logging', 'Log.m', []],
  ['the answer to a sign-in', 'sensitive-logging', 'Session.swift', ['self.logMessage(String(decoding: data, as: UTF8.self))']],
  [
    'an archive of an object that carries a token',
    'secrets-in-preferences',
    'Account.m',
    ['[[NSUserDefaults standardUserDefaults] setObject:archive forKey:@"account"];'],
  ],
  [
    'a setter that stores a token, and not the one beside it',
    'secrets-in-preferences',
    'Session.swift',
    ['set { store.set(newValue, forKey: Slot.jwt.rawValue) }'],
  ],
  [
    'a value in a statement, and no name of a table or number',
    'sql-injection',
    'Account.m',
    [`[self.db executeQuery:[NSString stringWithFormat:@"SELECT * FROM people WHERE name = '%@'", name]];`],
  ],
  ['a web view where it is made', 'webview-deprecated', 'Help.m', ['pages = [[UIWebView alloc] initWithFrame:self.view.bounds];']],
] as const)('finds %s', (_what, audit, path, lines) => {
  expect(linesOf(audit, path)).toEqual(lines);
});

it('shows a constant vector both where it is used and where it is spelled', () => {
  const lines = linesOf('static-iv', 'Account.m');
  expect(lines.some((line) => line.startsWith('CCCrypt('))).toBe(true);
  expect(lines).toContain('#define FIXED_VECTOR @"A1B2C3D4E5F6G7H8"');
});

it('says beside the call that hands a secret over where it goes', () => {
  const found = findings.find(({ audit, path }) => audit === 'sensitive-logging' && path === 'Account.m');
  expect(found?.related).toEqual([expect.objectContaining({ path: 'Log.m', line: 5 })]);
});
