import { onceAName } from './once-a-name.ts';

/**
 * Whether a name says that its value is a secret or personal: `accessToken`, `user_password`, `creditCardNo`. Names are all a reader of
 * source has; the lists below were made from what people call such things, and from what those words mean when they are harmless
 * (`tokenCount`, `passwordField`, `cancellationToken`).
 */
export type Sensitivity = 'credential' | 'personal';

const CREDENTIAL =
  /\b(?:passwords?|passwd|passwort|mot ?de ?passe|pwd|psw|pw|pass ?phrases?|pass ?code|pass ?key|(?<=[a-z] )pass$|secrets?|token|(?:(?<![a-z0-9] )|(?<=\b(?:access|auth|authentication|refresh|api|session|id|bearer|oauth|login|user|security|csrf|jwt|personal|restoration|connection|service|client|secret|stored|saved|new|old|current|all) ))tokens|api ?keys?|auth ?keys?|access ?keys?|pr(?:i?v(?:ate)?)? ?keys?|secret ?keys?|master ?keys?|(?:en|de)cryption ?keys?|derived ?keys?|symmetric ?keys?|wrapping ?keys?|signing ?keys?|session ?keys?|(?:(?<![a-z0-9] )|(?<=\b(?:user|auth|login|http|web|php|my|current|new|active|api|server|cookie|access) ))session ?ids?|credentials?|bearer|jwt|otp|totp ?seed|oauth|(?<=^|http |proxy |basic )authorization|one ?time ?(?:code|pass\w*|pin)|licen[cs]e ?keys?|aes ?keys?|secure ?keys?|shared ?keys?|hmac ?keys?|2fa ?code|mfa ?code|sms ?code|login ?code|confirmation ?code|backup ?codes?|mnemonic|seed ?phrase|recovery ?(?:key|code|phrase)s?|cookies?|pin ?(?:codes?|numbers?|nos?|num)|crypto ?keys?|(?:user|stored|saved|entered|typed|login|access|security|unlock|atm|correct|secret) ?pin(?! \w)|cvv2?|cvc|trusted ?data|auth ?code|code ?verifier|pkce ?verifier|authentication ?code|verification ?code|security ?code|private ?pem|(?<!with )decrypted ?(?:text|string|data|message|value|content|body|payload|json))\b/;
const PERSONAL =
  /\b(?:credit ?cards?|cc ?(?:nos?|num|numbers?)|card ?(?:numbers?|nos?|num)|debit ?cards?|ccn|iban|bank ?accounts?|accounts? ?(?:nos?|num|numbers?)|accnts? ?(?:nos?|num)|ssn|social ?security(?: ?(?:no|num|number))?|national ?id|national ?insurance|passport(?: ?(?:no|num|number))?|tax ?id|employer ?identification|resident ?id|birth ?da(?:y|te)|date ?of ?birth|dob|salary|income|bank ?cards?(?: ?(?:no|num|number))?|routing ?(?:no|num|number)|sort ?code|bic|swift ?code|credit ?(?:ratings?|scores?|limit)|care ?plan(?: ?id)?|patient(?: ?(?:id|name|no|num|number))|insurance ?(?:no|num|number|id|policy)|blood ?(?:type|group|pressure)|heart ?rate|glucose|symptoms?|medications?|gender|marital ?status|sexual ?orientation|e ?mail(?: ?addr(?:ess)?)?|email|phone ?(?:nos?|num|numbers?)|telephone|mobile ?(?:nos?|num|numbers?)|home ?addr(?:ess)?|street ?addr(?:ess)?|post ?code|zip ?code|latitude|longitude|geo ?location|user ?location|nationality|religion|ethnicity|medical|health ?(?:record|data)|diagnosis|prescription|certificates?|cert|employee ?(?:id|nos?)|first ?name|last ?name|given ?name|(?:(?<![a-z0-9] )|(?<=\b(?:user|customer|person|contact|member|patient|owner|client|legal|profile|account|billing|shipping|recipient|sender|your|my|their|new|current) ))full ?name|surname|maiden ?name|driver ?licen[cs]e|licen[cs]e ?plate|vehicle ?(?:no|num|registration)|biometric ?data)\b/;

/** What makes the value something else than the secret itself, wherever the word stands. */
const HARMLESS =
  /\b(?:(?:device|base|quote|native|denomination|sell|buy|swap|conversion|wrapped|fungible|erc ?\d*|nft|spl|gas|fee)(?= tokens?)|(?<=\btokens? )(?:amounts?|balances?|prices?|transfers?|search|mappings?|interactions?|sold|bought)|available|biometr(?:y|ics?)|apns?|fcm|push|voip|registration(?= tokens?)|encrypted|encryption(?! ?key)|crypted|encoded ?hash|hash(?:ed|es)?|hmac|digest|sha\d*|md5|bcrypt|argon2?|redacted|masked|obfuscated|sanitized|scrubbed|cancellation|cancel|continuation|page|paging|next ?page|sync|observer|observation|notification|change|invalidation|lexer|parser|syntax|symbol|design|style|semantic|sort|search ?token|nlp|word|placeholder|mock|fake|dummy|invalid|missing|without|empty|incorrect|wrong|mismatch|expired?|forgot|reset|validate|validation|verify|number ?of|max|min|random ?seed|foreign ?key|primary ?key)\b/;
/** What the last word may say: a thing around the secret, not the secret. */
const AROUND =
  /\b(?:count|counts|length|len|size|bits|field|fields|label|button|btn|view|cell|row|section|title|subtitle|hint|prompt|caption|description|error|errors|failure|message|msg|alert|warning|url|uri|endpoint|path|file|filename|folder|dir|directory|strength|rules?|rule|policy|requirements?|type|types|kind|class|format|mode|style|state|status|enabled|disabled|visible|visibility|hidden|required|valid|validity|validator|expiry|expires|expiration|expire|date|time|timestamp|ttl|age|lifetime|interval|timeout|index|idx|position|range|offset|regex|pattern|delegate|handler|callback|completion|publisher|subject|subscription|cancellable|task|operation|controller|coordinator|manager|service|provider|store|storage|repository|factory|builder|generator|source|client|request|response|result|session|listener|event|action|selector|attribute|attributes|option|options|config|configuration|settings?|preference|preferences|flow|step|screen|page|model|item|items|list|table|column|entity|prefix|suffix|separator|footer|icon|image|img|color|font|frame|height|width|constraint|feature|flag|category|group|tags?|hash|algorithm|identifier|domain|scope|scopes|usage|permission|permissions|formatter|logger|log|ref|alias|key ?name|name|names|version|level|reason|code ?length|input ?view|text ?field|text ?view|entry|identity|identities|extension|exists|present|found|changed|updated|needed|box|boxes|servers?|hosts?|accounts?|users?|origin|percent(?:age)?|links?|director(?:y|ies)|attempts?|at|tries|retries|availability|available|tapped|pressed|clicked|(?<=tokens? |contract |site |server |web |host |ip )address(?:es)?|(?<=tokens? )(?:amount|balance|price|metadata|decimals|contract)|(?<=token )ids?|(?<=credential )ids?|(?<=session )ids)$/;

/** A question about the secret: `isPasswordSet`, `shouldShowEmail`. */
const QUESTION =
  /^(?:is|has|had|have|should|shall|can|could|did|does|will|was|needs?|requires?|allows?|supports?|show|hide|toggle|no|set|update|delete|remove|clear|on|handle|make|create|parse|load|fetch|save|store|write|copy|paste|enter|confirm|use|uses|using|apply|request(?= authorization))\b/;
/** The same for personal data, where more nouns are the datum itself (`first name`, `birth date`). */
const AROUND_PERSONAL =
  /\b(?:count|length|field|label|button|view|cell|row|section|title|hint|prompt|error|errors|message|url|path|file|type|state|status|enabled|disabled|visible|required|valid|validator|index|regex|pattern|delegate|handler|controller|manager|service|provider|store|storage|request|response|model|icon|image|color|key|keys|formatter|template|subject|link|action|pinning|pins?|chain|authority|store|trust|permission|verified|confirmed|authentication|auth|delta|span|degrees|list|entity|preference|preferences|tapped|pressed|clicked|at)$/;

/** Whether a name says something around a secret rather than the secret: `serverUrl` of credentials, `tokenType`. */
export const isAround = onceAName((name) => AROUND.test(words(name)));

/** Each distinct name of an app comes here once, which is often enough for expressions to be dear. */
function splitWords(name: string): string {
  let found = '';
  let from = 0;
  let before = OTHER;
  const take = (to: number) => {
    if (to > from) found += found === '' ? name.slice(from, to) : ` ${name.slice(from, to)}`;
    from = to;
  };
  for (let at = 0; at < name.length; at++) {
    const kind = kindOf(name.charCodeAt(at));
    // `userName`, and `HTTPServer` before the last capital.
    if (kind === CAPITAL && (before === SMALL || (before === CAPITAL && isSmallLetter(name.charCodeAt(at + 1))))) take(at);
    if (kind === OTHER) {
      take(at);
      from = at + 1;
    }
    before = kind;
  }
  take(name.length);
  return found.toLowerCase();
}

const [OTHER, SMALL, CAPITAL] = [0, 1, 2];
const isSmallLetter = (code: number): boolean => code >= 97 && code <= 122;
/** Digits are like small letters: `utf8Data`. */
const kindOf = (code: number): number =>
  isSmallLetter(code) || (code >= 48 && code <= 57) ? SMALL : code >= 65 && code <= 90 ? CAPITAL : OTHER;

/** Splits `userPasswordHash` and `user_password_hash` into `user password hash`. */
export const words = onceAName(splitWords);

/**
 * @returns what the name says its value is, or undefined.
 * @example sensitiveName('refreshToken') // 'credential'
 * @example sensitiveName('tokenCount')   // undefined
 */
export const sensitiveName = (name: string): Sensitivity | undefined => classified(name) ?? undefined;
const classified = onceAName((name) => classify(name) ?? null);

/**
 * The same of a field people type into, where shorter names are plain: `pass`, `phone`.
 *
 * @example sensitiveField('pass') // 'credential'
 */
export const sensitiveField = (name: string): Sensitivity | undefined =>
  /^pass$/i.test(name) ? 'credential' : /^(?:phone|mobile)$/i.test(name) ? 'personal' : sensitiveName(name);

/** `EMAIL_RESEND_TAPPED`, `SETTINGS_COPY_PASSWORD`: names of events and screens, written like every other constant. */
const CONSTANT = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const ACTION =
  /\b(?:save|copy|send|change|enter|go|open|close|show|hide|reset|forgot|submit|resend|click(?:ed)?|tap(?:ped)?|press(?:ed)?|view|create|confirm|select|toggle)\b/;

/** `siteFromToken` gives a site: what stands before the preposition. */
const aboutWhat = (name: string): string => name.replace(/(?<=[a-z0-9A-Z])(?:From|By|For|Without)(?=[A-Z]).*$/, '');

/**
 * Letters without which no name below is a secret or personal. Nearly all names of an app have none of them, and are done with here,
 * before they are taken apart.
 */
export const HINT =
  /pass|pwd|psw|pw|secret|token|key|session|credential|bearer|jwt|otp|auth|code|mnemonic|seed|phrase|cookie|pin|cv[vc]|trusted|verifier|pem|decrypt|headerfields|card|cc|iban|account|accnt|ssn|social|national|tax|employer|resident|birth|dob|salary|income|routing|bic|credit|care|patient|insurance|blood|heart|glucose|symptom|medic|gender|marital|sexual|mail|phone|mobile|addr|latitude|longitude|location|religion|ethnicity|health|diagnosis|prescription|cert|employee|name|licen[cs]e|vehicle|biometric/i;

/** What words say by themselves, before what stands around them is asked. */
export const kindOfWords = (text: string): Sensitivity | undefined =>
  CREDENTIAL.test(text) ? 'credential' : PERSONAL.test(text) ? 'personal' : undefined;

function classify(name: string): Sensitivity | undefined {
  if (name.length < 3 || name.length > 80 || !HINT.test(name)) return undefined;
  // A file's name, a bundle id, a dotted path.
  if (/\.[A-Za-z]/.test(name)) return undefined;
  // Apple's constants are spelled kSecClassGenericPassword; they are keys, not values.
  if (/^k[A-Z]/.test(name)) return undefined;
  // All headers of a request, its Authorization among them.
  if (/^pin$/i.test(name) || name === 'allHTTPHeaderFields') return 'credential';
  const text = words(aboutWhat(name))
    .replace(/ \d+$/, '')
    .replace(/(?<=[a-z])\d+$/, '')
    .replace('pass word', 'password');
  const kind = kindOfWords(text);
  if (kind !== undefined && CONSTANT.test(name) && ACTION.test(text)) return undefined;
  if (kind === undefined || HARMLESS.test(text) || QUESTION.test(text)) return undefined;
  if (kind === 'credential' ? AROUND.test(text) : AROUND_PERSONAL.test(text)) return undefined;
  return kind;
}
