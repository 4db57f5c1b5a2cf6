/** A provider's secret by its shape. `identifier` ones are public by design: restrict them, do not hide them. */
export interface SecretPattern {
  readonly name: string;
  readonly pattern: RegExp;
  readonly identifier?: true;
  /** Source of a short pattern that every match holds: all hints together are asked in one go before any pattern runs. */
  readonly hint: string;
  /** Looks into what matched, for shapes that harmless things share. */
  readonly holds?: (match: string) => boolean;
}

const JSON_WEB_TOKEN = 'a JSON web token';

/** Shapes the providers publish. Order: the first that matches names the secret. */
const SECRET_PATTERNS: readonly SecretPattern[] = [
  {
    name: 'a private key',
    hint: 'PRIVATE KEY',
    pattern: /-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)*[A-Za-z0-9+/=\\\s]{40,}/,
  },
  { name: 'an AWS access key', hint: 'A[KS]IA[A-Z2-7]', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { name: 'a Stripe secret key', hint: '_live_', pattern: /\b(?:sk|rk)_live_[0-9a-zA-Z]{20,}\b/ },
  { name: 'a Stripe test secret key', hint: '_test_', pattern: /\b(?:sk|rk)_test_[0-9a-zA-Z]{20,}\b/ },
  { name: 'a GitHub token', hint: 'gh[pousr]_|github_pat_', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b/ },
  { name: 'a GitLab token', hint: 'glpat-', pattern: /\bglpat-[A-Za-z0-9_-]{20,}\b/ },
  { name: 'a Slack token', hint: 'xox[abprs]-', pattern: /\bxox[abprs]-[0-9A-Za-z-]{20,}\b/ },
  {
    name: 'a Slack webhook',
    hint: 'hooks\\.slack\\.com',
    pattern: /hooks\.slack\.com\/services\/T[A-Z0-9]{6,}\/B[A-Z0-9]{6,}\/[A-Za-z0-9]{16,}/,
  },
  { name: 'a Twilio key', hint: 'SK[0-9a-f]{8}', pattern: /\bSK[0-9a-f]{32}\b/ },
  { name: 'a SendGrid key', hint: 'SG\\.[A-Za-z0-9_-]{20}', pattern: /\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}\b/ },
  { name: 'a Mailgun key', hint: 'key-[0-9a-f]{8}', pattern: /\bkey-[0-9a-f]{32}\b/ },
  { name: 'an OpenAI key', hint: 'T3BlbkFJ', pattern: /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}\b/ },
  { name: 'an Anthropic key', hint: 'sk-ant-', pattern: /\bsk-ant-[A-Za-z0-9_-]{30,}\b/ },
  { name: 'a Google OAuth client secret', hint: 'GOCSPX', pattern: /\bGOCSPX-[A-Za-z0-9_-]{24,}\b/ },
  { name: 'a Google service account', hint: 'service_account', pattern: /"type"\s*:\s*"service_account"/ },
  { name: 'a Firebase cloud messaging server key', hint: ':APA91', pattern: /\bAAAA[A-Za-z0-9_-]{7}:APA91[A-Za-z0-9_-]{100,}\b/ },
  { name: 'a Facebook access token', hint: 'EAA[AC]', pattern: /(?<![A-Za-z0-9+/])EAA(?:A|C)[A-Za-z0-9]{60,}(?![A-Za-z0-9+/=])/ },
  { name: 'a Square secret', hint: 'sq0csp', pattern: /\bsq0csp-[A-Za-z0-9_-]{40,}\b/ },
  { name: 'a Shopify token', hint: 'shp(?:at|ca|pa|ss)_', pattern: /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/ },
  { name: 'a Mapbox secret token', hint: 'sk\\.eyJ', pattern: /\bsk\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\b/ },
  { name: 'a Sentry auth token', hint: 'sntry[su]_', pattern: /\bsntry[su]_[A-Za-z0-9+/=_]{32,}/ },
  { name: 'a Supabase access token', hint: 'sbp_[0-9a-f]{8}', pattern: /\bsbp_[0-9a-f]{40}\b/ },
  { name: 'a Stripe webhook secret', hint: 'whsec_', pattern: /\bwhsec_[A-Za-z0-9+/]{32,}/ },
  { name: 'a Hugging Face token', hint: 'hf_[A-Za-z]{16}', pattern: /\bhf_[A-Za-z]{34}\b/ },
  { name: 'a Groq key', hint: 'gsk_[A-Za-z0-9]{16}', pattern: /\bgsk_[A-Za-z0-9]{52}\b/ },
  { name: 'a Brevo key', hint: 'xkeysib-', pattern: /\bxkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}\b/ },
  { name: 'a New Relic user key', hint: 'NRAK-', pattern: /\bNRAK-[A-Z0-9]{27}\b/ },
  { name: 'an npm token', hint: 'npm_', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  {
    name: JSON_WEB_TOKEN,
    hint: 'eyJ',
    pattern: /\beyJ[A-Za-z0-9_-]{12,}\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{16,}\b/,
    holds: grantsAccess,
  },
  {
    name: 'credentials in an address',
    hint: ':\\/\\/[^\\s:/@]{2,}:[^\\s:/@]{4,}@',
    pattern:
      /\b(?:https?|ftp|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|redis|amqp):\/\/[^\s:/@"'\\${}%<>()]{2,}:(?!(?:password|pass|pwd|\*+|x+|<|\[|\$|%|secret)\b)[^\s:/@"'\\${}%<>()]{4,}@[\w.-]+/i,
  },
  { name: 'a Google API key', hint: 'AIza', pattern: /\bAIza[0-9A-Za-z_-]{35}\b/, identifier: true },
  { name: 'a Mapbox public token', hint: 'pk\\.eyJ', pattern: /\bpk\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\b/, identifier: true },
  { name: 'a Stripe publishable key', hint: 'pk_live_', pattern: /\bpk_live_[0-9a-zA-Z]{20,}\b/, identifier: true },
  { name: 'a PostHog project key', hint: 'phc_', pattern: /\bphc_[0-9a-zA-Z]{32,}\b/, identifier: true },
  {
    name: 'a Sentry address',
    hint: 'sentry\\.io',
    pattern: /https:\/\/[0-9a-f]{32}@[\w.-]*ingest[\w.-]*sentry\.io\/\d+/,
    identifier: true,
  },
];

/** Whether a web token says who may do what (RFC 7519 §4.1, RFC 8693); a signed document of the same form says neither. */
function grantsAccess(token: string): boolean {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
    return ['sub', 'iss', 'aud', 'exp', 'scope', 'scp', 'role', 'roles', 'email', 'client_id', 'azp'].some((claim) => claim in claims);
  } catch {
    // Cut off, or made up: its shape is all there is.
    return true;
  }
}

const ANY_HINT = new RegExp(SECRET_PATTERNS.map(({ hint }) => hint).join('|'));

/** The first secret a text holds. */
export function findSecret(text: string): { pattern: SecretPattern; match: string; index: number } | undefined {
  if (!ANY_HINT.test(text)) return undefined;
  for (const item of SECRET_PATTERNS) {
    const match = item.pattern.exec(text);
    if (match !== null && !EXAMPLE.test(match[0]) && (item.holds?.(match[0]) ?? true))
      return { pattern: item.name === JSON_WEB_TOKEN ? byRole(item, match[0]) : item, match: match[0], index: match.index };
  }
  return undefined;
}

/** Supabase hands out its keys as tokens: the role `anon` is made for apps, `service_role` goes past every rule of the database. */
function byRole(pattern: SecretPattern, token: string): SecretPattern {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('latin1');
  const role = /"role"\s*:\s*"(anon|service_role)"/.exec(claims)?.[1];
  if (role === 'anon') return { ...pattern, name: 'a Supabase anon key', identifier: true };
  return role === undefined ? pattern : { ...pattern, name: 'a Supabase service key' };
}

/** Documentation's own examples, and what was made to look like one. */
const EXAMPLE = /EXAMPLE|XXXX|xxxx|0{10}|1234567890abcdef1234|your[-_]?|<[^>]+>|AAAAAAAA/;

/** Bits per character of a text (Shannon). */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Words that stand where a secret will stand, not the secret. */
const PLACEHOLDER =
  /^(?:<.*>|\$\{?.*|\$\(.*\)|\{\{.*|%.*%|your[-_ ].*|[{[<]?(?:enter|put|add|paste|type|set|fill)[-_ ](?:in[-_ ])?(?:the[-_ ]|your[-_ ]|a[-_ ])?[\w -]*(?:here|id|key|secret|token|password)[}\]>]?|.*(?:placeholder|example|changeme|change-me|change_me|todo|fixme|dummy|sample|redacted|insert|replace).*|x{3,}|\*{3,}|\.{3,}|none|null|nil|undefined|true|false|test|password|passwd|secret|token|temp(?:orary)?(?:[-_ ].*|pass\w*|key\w*|\d*)|default|string|n\/a|-+|_+)$/i;

export const isPlaceholder = (text: string): boolean => text.trim() === '' || PLACEHOLDER.test(text.trim());
