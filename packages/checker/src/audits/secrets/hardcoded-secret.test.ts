import { describe, expect, it } from 'vitest';
import { assemble } from '../../gather/assemble.ts';
import { runAudits } from '../../judge/run-audits.ts';
import { hardcodedSecret } from './hardcoded-secret.ts';

/** Whether a text in a file is taken for a secret. */
async function isFound(source: string, path = 'Sample.swift'): Promise<boolean> {
  const artifacts = await assemble([{ path, size: source.length, read: () => Buffer.from(source) }], [], {
    blobs: [],
    missing: undefined,
  });
  const [result] = runAudits([hardcodedSecret], artifacts);
  expect(result?.state).not.toBe('error');
  return (result?.findings ?? []).some(({ confidence }) => confidence !== 'low');
}

describe('a secret in another form', () => {
  it.each([
    'let password = "Wint3r77".utf8.map { $0 }',
    'let pw: [UInt8] = Array("Wint3r77".utf8)',
    'let secretKey = Data("Wint3r77".utf8)',
    'let passWord = "Wint3r!77"',
    'let newPassword = "wint3r77"',
    'let merchantKey = "9f8a7c6b5d4e3f2a1b0c"',
    'let token = "9f8a7c6b5d4e3f2a1b0c"',
    'let header = "Basic " + Data("reader:Wint3r!77".utf8).base64EncodedString()',
    'func f() { keychain.set("Wint3rV4lue", key: "password") }',
  ])('is found in %s', async (source) => expect(await isFound(source)).toBe(true));

  it.each([
    'let password = field.utf8.map { $0 }',
    'let newPassword = "New password"',
    'let token = "identifier1"',
    'let title = Data("time:12:30:00".utf8).base64EncodedString()',
    'let ratio = Data("wide:16x9screen/cinema".utf8).hashValue',
    'func f() { keychain.set(value, key: "password") }',
    'func f() { store.set("Wint3rV4lue", key: "theme") }',
  ])('is not seen in %s', async (source) => expect(await isFound(source)).toBe(false));
});

describe('what a form begins with', () => {
  it.each([
    ['a.swift', 'func f() { loginView.passwordTextField.text = "wint3r77" }'],
    ['a.swift', 'func f() { txtPassword.text = "Wint3r!77" }'],
    ['a.m', '- (void)f { self.pwdField.text = @"wint3r77"; }'],
    ['a.m', '- (void)f { [self.passwordField setText:@"wint3r77"]; }'],
    ['a.tsx', "const [password, setPassword] = useState('wint3r77');"],
    ['a.tsx', "const [pwd, setPwd] = React.useState<string>('wint3r77');"],
    ['a.tsx', 'export const F = () => <TextInput secureTextEntry defaultValue="Wint3r!77" />;'],
    ['a.ts', "export const key = { secretKey: process.env.SECRET_KEY ?? '9f8a7c6b5d4e3f2a1b' };"],
  ])('is a secret in %s: %s', async (path, source) => expect(await isFound(source, path)).toBe(true));

  it.each([
    ['a.swift', 'func f() { passwordLabel.text = "Use 8 letters or more" }'],
    ['a.swift', 'func f() { passwordTextField.text = "" }'],
    ['a.swift', 'func f() { passwordTextField.placeholder = "Passw0rd" }'],
    ['a.swift', 'func f() { nameField.text = "wint3r77" }'],
    ['a.tsx', "const [password, setPassword] = useState('');"],
    ['a.tsx', "const [passwordError, setPasswordError] = useState('Password too short');"],
    ['a.tsx', 'export const F = () => <TextInput secureTextEntry placeholder="Wint3r!77" />;'],
    ['a.ts', "export const rules = { password: 'required|min:6' };"],
    ['a.ts', "export const errors = { password: 'must-be-longer-than-8' };"],
  ])('is none in %s: %s', async (path, source) => expect(await isFound(source, path)).toBe(false));
});
