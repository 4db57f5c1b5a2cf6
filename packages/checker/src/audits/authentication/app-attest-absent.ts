import { defineAudit } from '../../audit.ts';
import type { Unit } from '../../flow/project.ts';
import { mentions } from '../mentions.ts';

const ATTEST =
  /DCAppAttestService|DCDevice|DeviceCheck|AppCheck|app-attest|AppAttest|expo-app-integrity|PlayIntegrity|IntegrityManager|@sallyport\/client/;
const SENSITIVE_CALL =
  /\b(?:make|submit|send|confirm|create)(?:Payment|Payout|Withdrawal)\s*\(|\b(?:pay|withdraw|transferMoney|transferFunds|sendMoney|checkout|placeOrder|purchaseItem|redeemVoucher|deleteAccount|changePassword)\s*\(|["'`](?:https?:\/\/[^"'`\s]*|[\w/{}$:-]*)\/(?:payments?|transfers?|checkout|orders|withdrawals?|payouts?)["'`/?]/;

const REQUEST = /URLSession|Alamofire|AF\.|fetch\(|axios|URLRequest/;

const sendsSensitive = (unit: Unit): boolean => !unit.test && mentions(unit, REQUEST) && mentions(unit, SENSITIVE_CALL);

export const appAttestAbsent = defineAudit({
  id: 'app-attest-absent',
  area: 'authentication',
  title: 'High-value calls carry proof of a genuine app',
  failingTitle: 'High-value calls carry no proof of a genuine app',
  severity: 'low',
  references: {
    checklist: 'app-attest',
    masvs: ['MASVS-RESILIENCE-1'],
    maswe: ['MASWE-0103', 'MASWE-0105'],
    cwe: [353, 345],
    api10: ['API6:2023'],
  },
  why: 'Without attestation the server cannot tell the app from a script that replays its calls, or from a changed copy.',
  remedy: {
    text: 'Attest a key with App Attest and sign high-value requests with it; verify on your server.',
    language: 'swift',
    code: 'let assertion = try await DCAppAttestService.shared.generateAssertion(keyId, clientDataHash: hash)',
  },
  needs: ['code'],
  applies: (artifacts) => artifacts.code.some(sendsSensitive),
  samples: {
    fail: [
      'func transferMoney(amount: Int) async throws { let r = URLRequest(url: URL(string: "https://api.example.com/transfers")!); _ = try await URLSession.shared.data(for: r) }',
    ],
    pass: [
      'import Checkout from "./wallets/checkout"\nfunc f() { run("git", ["checkout", "main"]); _ = URLRequest(url: u) }',
      'import DeviceCheck\nfunc transferMoney(amount: Int) async throws { let a = try await DCAppAttestService.shared.generateAssertion(k, clientDataHash: h); let r = URLRequest(url: URL(string: "https://api.example.com/transfers")!) }',
    ],
  },
  check(artifacts, context) {
    const unit = artifacts.code.find(sendsSensitive);
    if (unit === undefined) return;
    if (artifacts.code.some((item) => ATTEST.test(item.source)) || artifacts.texts.some((file) => ATTEST.test(file.source))) return;
    context.report({
      at: { unit, start: unit.source.search(SENSITIVE_CALL) },
      message: 'A call that looks like money or account changes; App Attest appears nowhere in the app.',
      confidence: 'medium',
    });
  },
});
