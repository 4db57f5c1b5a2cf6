import type { AuditContext } from '../../audit.ts';
import type { Artifacts } from '../../gather/artifacts.ts';

/** A trust manager whose check of the server does nothing, in Java and in Kotlin. */
const EMPTY_CHECK = /\bcheckServerTrusted\s*\([^)]*\)\s*(?:throws\s+[\w., ]+)?(?::\s*Unit\s*)?(?:\{(?:\s|\/\/[^\n]*\n)*\}|=\s*Unit\b)/g;
/** A verifier of host names that says yes to all. */
const ANY_HOST =
  /\bverify\s*\(\s*(?:String|\w+\s*:\s*String)[^)]*\)\s*(?::\s*Boolean\s*)?(?:\{\s*return\s+true\s*;?\s*\}|=\s*true\b)|\bhostnameVerifier\s*(?:\(\s*)?\{?\s*\(?\s*\w+\s*,\s*\w+\s*\)?\s*->\s*true\b|\bALLOW_ALL_HOSTNAME_VERIFIER\b|\bNoopHostnameVerifier\b/g;
const SPEAKS_OF_TRUST = /checkServerTrusted|[hH]ostname_?[vV]erifier|HOSTNAME_VERIFIER/;

/** The Android half of a React Native app: code that accepts every certificate or every host name. */
export function reportAndroidTrust({ texts }: Artifacts, context: AuditContext): void {
  for (const { role, path, source } of texts) {
    if (role !== 'jvm' || !SPEAKS_OF_TRUST.test(source)) continue;
    for (const [pattern, message] of [
      [EMPTY_CHECK, 'The trust manager accepts every certificate.'],
      [ANY_HOST, 'Every host name is accepted.'],
    ] as const)
      for (const match of source.matchAll(pattern))
        context.report({
          place: { path, line: source.slice(0, match.index).split('\n').length, evidence: match[0].replaceAll(/\s+/g, ' ') },
          message,
        });
  }
}
