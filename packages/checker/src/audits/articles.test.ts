import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCheckApp } from '../run-check-app.ts';

/*
 * Sample code in articles on this very subject breaks the checklists it illustrates. Here is an app in our own words with each
 * of those weaknesses; each must be found, by name and at its place.
 */
const FILES = {
  'PinningDelegate.swift': `import CryptoKit
import Foundation

final class PinningDelegate: NSObject, URLSessionDelegate {
    private let knownKey = "r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E="

    func urlSession(
        _ session: URLSession,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let trust = challenge.protectionSpace.serverTrust,
              let leaf = SecTrustGetCertificateAtIndex(trust, 0),
              let key = SecCertificateCopyKey(leaf),
              let raw = SecKeyCopyExternalRepresentation(key, nil) as Data? else {
            completionHandler(.cancelAuthenticationChallenge, nil)
            return
        }
        let hash = Data(SHA256.hash(data: raw)).base64EncodedString()
        if hash == knownKey {
            completionHandler(.useCredential, URLCredential(trust: trust))
        } else {
            completionHandler(.cancelAuthenticationChallenge, nil)
        }
    }
}
`,
  'ApiClient.swift': `import Foundation

final class ApiClient {
    private let session: URLSession
    private let tokens: TokenStore

    init(session: URLSession = .shared, tokens: TokenStore) {
        self.session = session
        self.tokens = tokens
    }

    func load(_ path: String) async throws -> Data {
        var request = URLRequest(url: URL(string: "https://api.example.com" + path)!)
        request.setValue("Bearer \\(tokens.accessToken ?? "")", forHTTPHeaderField: "Authorization")
        let (data, response) = try await session.data(for: request)
        if (response as? HTTPURLResponse)?.statusCode == 401 {
            try await renewToken()
            return try await load(path)
        }
        return data
    }

    func renewToken() async throws {
        var request = URLRequest(url: URL(string: "https://auth.example.com/token")!)
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        request.httpBody = "grant_type=refresh_token&refresh_token=\\(tokens.refreshToken ?? "")".data(using: .utf8)
        let (data, _) = try await URLSession.shared.data(for: request)
        let answer = try JSONDecoder().decode(TokenAnswer.self, from: data)
        tokens.save(answer.accessToken, as: "access")
    }

    func signOut() {
        tokens.remove("access")
        tokens.remove("refresh")
    }
}

struct TokenAnswer: Decodable {
    let accessToken: String
    let refreshToken: String
}
`,
  'TokenStore.swift': `import Foundation
import Security

final class TokenStore {
    var accessToken: String? { read("access") }
    var refreshToken: String? { read("refresh") }

    func save(_ token: String, as account: String) {
        let query: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrAccount as String: account,
            kSecValueData as String: Data(token.utf8),
            kSecAttrAccessible as String: kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
        ]
        SecItemDelete(query as CFDictionary)
        SecItemAdd(query as CFDictionary, nil)
    }

    /// For the second factor: the strictest there is.
    func saveGuarded(_ token: String) {
        let access = SecAccessControlCreateWithFlags(
            nil, kSecAttrAccessibleWhenUnlockedThisDeviceOnly, [.privateKeyUsage, .biometryCurrentSet], nil
        )
        let query: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrAccount as String: "guarded",
            kSecValueData as String: Data(token.utf8),
            kSecAttrAccessControl as String: access as Any,
        ]
        SecItemAdd(query as CFDictionary, nil)
    }

    func remove(_ account: String) {
        let query: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecAttrAccount as String: account]
        SecItemDelete(query as CFDictionary)
    }

    private func read(_ account: String) -> String? {
        var item: CFTypeRef?
        let query: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrAccount as String: account,
            kSecReturnData as String: true,
        ]
        guard SecItemCopyMatching(query as CFDictionary, &item) == errSecSuccess, let data = item as? Data else { return nil }
        return String(data: data, encoding: .utf8)
    }
}
`,
  'Evaluators.swift': `import Alamofire

/// Pins by public key.
let manager = ServerTrustManager(evaluators: [
    "api.example.com": PinnedCertificatesTrustEvaluator(),
])
let afSession = Session(serverTrustManager: manager)
`,
  'Release.xcconfig': 'API_BASE_URL = https://api.example.com\n',
};

let folder: string;
let findings: { audit: string; path: string; line: number; message: string }[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-articles-'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  const parts: string[] = [];
  const io = { err: () => {}, terminal: false, color: false, width: 100, now: () => new Date('2026-06-01T12:00:00Z'), version: '0' };
  await runCheckApp({ path: folder, format: 'json', history: false, level: 'all' }, { ...io, out: (text) => void parts.push(text) });
  findings = JSON.parse(parts.join('')).findings;
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['1 a delegate that compares a key and never evaluates the chain', 'trust-not-evaluated', 'PinningDelegate.swift', 'useCredential'],
  ['2a a hash of raw key bytes, which no SPKI pin will equal', 'pin-whole-certificate', 'PinningDelegate.swift', 'SHA256.hash(data: raw)'],
  ['2b one pin, no backup', 'pin-single', 'PinningDelegate.swift', 'let knownKey'],
  ['3 an address cut off at // in an xcconfig', 'xcconfig-comment-trap', 'Release.xcconfig', 'API_BASE_URL'],
  ['4 a call that repeats itself after every 401', 'refresh-uncoordinated', 'ApiClient.swift', 'return try await load(path)'],
  ['5a a refresh that drops the rotated refresh token', 'refresh-uncoordinated', 'ApiClient.swift', 'tokens.save'],
  ['5b a refresh token in a form, not encoded', 'form-not-encoded', 'ApiClient.swift', 'grant_type='],
  ['5c a refresh that goes around the pinned session', 'pinned-session-bypassed', 'ApiClient.swift', 'URLSession.shared.data'],
  ['5d a client that is unpinned unless told otherwise', 'pinned-session-bypassed', 'ApiClient.swift', 'session: URLSession = .shared'],
  ['6 a keychain item deleted by its value', 'keychain-delete-with-value', 'TokenStore.swift', 'SecItemDelete(query'],
  ['7 a flag for private keys on a password', 'keychain-key-flag', 'TokenStore.swift', 'SecAccessControlCreateWithFlags'],
  ['8 a sign-out that tells no server', 'logout-incomplete', 'ApiClient.swift', 'func signOut'],
  ['9a an evaluator of whole certificates said to pin keys', 'pin-whole-certificate', 'Evaluators.swift', 'PinnedCertificates'],
  ['9b a deprecated way to the leaf certificate', 'deprecated-trust-call', 'PinningDelegate.swift', 'SecTrustGetCertificateAtIndex'],
])('finds %s', (_, audit, path, at) => {
  const here = findings.filter((finding) => finding.audit === audit && finding.path === path);
  const lines = here.map(({ line }) => FILES[path as keyof typeof FILES].split('\n')[line - 1] ?? '');
  expect(here.map(({ audit: id }) => id)).toContain(audit);
  if (at !== undefined) expect(lines.join('\n')).toContain(at);
});
