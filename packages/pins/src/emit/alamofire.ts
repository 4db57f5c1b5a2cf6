import type { Emitter } from './emitter.ts';
import { CODE_ABILITIES, readSwiftPins, swiftPins } from './swift-pins.ts';

/**
 * An Alamofire `ServerTrustManager` in Swift. Alamofire's own evaluators compare keys taken from bundled certificates and
 * know no hashes, so a backup key without a certificate could not be pinned with them; this evaluator matches SPKI hashes.
 */
export const alamofire: Emitter = {
  id: 'alamofire',
  title: 'Alamofire ServerTrustManager (Swift, iOS 15)',
  abilities: CODE_ABILITIES,
  remarks: [
    'Give it to every Session: Session(serverTrustManager: SallyportServerTrustManager()). AF, the default session, is not pinned.',
  ],
  write: ({ hosts }, notes) => [
    {
      name: 'SallyportAlamofirePins.swift',
      text: `${notes.map((note) => `// ${note}\n`).join('')}import Alamofire
import CryptoKit
import Foundation
import Security

/// Evaluates every host, also those not listed, which are refused.
final class SallyportServerTrustManager: ServerTrustManager, @unchecked Sendable {
    init() {
        super.init(allHostsMustBeEvaluated: true, evaluators: [:])
    }

    override func serverTrustEvaluator(forHost host: String) throws -> (any ServerTrustEvaluating)? {
        SallyportTrustEvaluator()
    }
}

struct SallyportPinMismatch: Error {
    let host: String
}

final class SallyportTrustEvaluator: ServerTrustEvaluating {
    func evaluate(_ trust: SecTrust, forHost host: String) throws {
        guard SallyportPins.accepts(trust, host: host) else {
            throw AFError.serverTrustEvaluationFailed(reason: .customEvaluationFailed(error: SallyportPinMismatch(host: host)))
        }
    }
}

${swiftPins(hosts)}`,
    },
  ],
  read: readSwiftPins,
};
