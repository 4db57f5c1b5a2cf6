/** How much of a secret is shown: enough to find it, too little to use it. */
const SHOWN = 3;

/** `sk_live_51Habc…` → `sk_…(32)`. */
function maskSecret(secret: string): string {
  return secret.length <= SHOWN * 2 ? '•••' : `${secret.slice(0, SHOWN)}…(${secret.length} characters)`;
}

/** What looks like a key or token wherever it stands: long, mixed, without blanks. */
const LOOKS_SECRET = /\b(?=[A-Za-z0-9+/_=-]*[0-9])(?=[A-Za-z0-9+/_=-]*[A-Za-z])[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** Masks the named secrets, and whatever else in the line looks like one. Control characters are dropped. */
export function maskEvidence(line: string, secrets: readonly string[] = []): string {
  let text = line;
  for (const secret of secrets) if (secret.length > 0) text = text.replaceAll(secret, maskSecret(secret));
  return text.replaceAll(LOOKS_SECRET, (match) => (isIdentifier(match) ? match : maskSecret(match))).replaceAll(/[^\P{Cc}\t\n]/gu, ' ');
}

/** kSecAttrAccessibleWhenUnlockedThisDeviceOnly2 is a long word, not a secret. */
const isIdentifier = (text: string): boolean => /^[A-Za-z_]+\d{0,3}$/.test(text) || /^(?:[A-Z]?[a-z]+\d{0,3}[_/-]?){2,}$/.test(text);
