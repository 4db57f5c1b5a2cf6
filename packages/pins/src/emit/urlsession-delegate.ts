import type { Emitter } from './emitter.ts';
import { CODE_ABILITIES, readSwiftPins, swiftPins } from './swift-pins.ts';

/** A `URLSessionDelegate` in Swift that evaluates trust first and then matches SPKI pins. */
export const urlsessionDelegate: Emitter = {
  id: 'urlsession',
  title: 'URLSession delegate (Swift, iOS 15)',
  abilities: CODE_ABILITIES,
  remarks: [
    'Use one URLSession with this delegate for every call, the token refresh included: URLSession.shared takes no delegate and is not pinned.',
    'Set pins at start only: on a resumed TLS session the system does not ask the delegate again.',
  ],
  write: ({ hosts }, notes) => [
    {
      name: 'SallyportPins.swift',
      text: `${notes.map((note) => `// ${note}\n`).join('')}import CryptoKit
import Foundation
import Security

/// Use: URLSession(configuration: .ephemeral, delegate: SallyportPinningDelegate(), delegateQueue: nil)
final class SallyportPinningDelegate: NSObject, URLSessionDelegate {
    func urlSession(
        _ session: URLSession,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        let space = challenge.protectionSpace
        guard space.authenticationMethod == NSURLAuthenticationMethodServerTrust else {
            return completionHandler(.performDefaultHandling, nil)
        }
        guard let trust = space.serverTrust, SallyportPins.accepts(trust, host: space.host) else {
            return completionHandler(.cancelAuthenticationChallenge, nil)
        }
        completionHandler(.useCredential, URLCredential(trust: trust))
    }
}

${swiftPins(hosts)}`,
    },
  ],
  read: readSwiftPins,
};
