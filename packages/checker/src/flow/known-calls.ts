import { onceAName } from './once-a-name.ts';
import { words } from './sensitive-name.ts';

/** Calls whose result holds what went in: conversions, concatenations, encodings that anybody can undo. */
const PRESERVING = new Set(
  (
    'String NSString NSMutableString NSAttributedString AttributedString Substring Character Data NSData NSMutableData Array ArraySlice ContiguousArray Set Dictionary ' +
    'NSArray NSDictionary NSMutableDictionary NSNumber NSURL URL URLRequest InputStream NSInputStream NSMutableURLRequest URLComponents NSURLComponents componentsWithURL componentsWithString URLQueryItem Optional Any AnyHashable AnyObject StaticString ' +
    'data utf8 utf16 string appending appendingFormat appendingPathComponent joined trimmingCharacters trimming replacingOccurrences lowercased uppercased capitalized prefix suffix ' +
    'dropFirst dropLast components split reversed sorted base64EncodedString base64EncodedData addingPercentEncoding removingPercentEncoding padding description debugDescription toString cString ' +
    'withCString withUnsafeBytes withContiguousStorageIfAvailable bytes encode archivedData archivedDataWithRootObject propertyList getVaList withVaList format localizedStringWithFormat init initWithString initWithFormat initWithData concat trim ' +
    'trimStart trimEnd slice substring substr padStart padEnd repeat replace replaceAll toLowerCase toUpperCase normalize stringify parse from of btoa atob encodeURIComponent decodeURIComponent encodeURI valueOf ' +
    'join stringWithFormat stringWithString stringByAppendingString stringByAppendingFormat dataUsingEncoding dataWithBytes initWithBytes stringByTrimmingCharactersInSet stringWithUTF8String ' +
    'initWithUTF8String componentsJoinedByString jsonObject dataWithJSONObject filter first last max min enumerated object value copy mutableCopy unwrapped ' +
    'URLWithString requestWithURL fileURLWithPath initWithContentsOfFile UnsafeRawBufferPointer UnsafeMutableRawBufferPointer UnsafeBufferPointer UnsafeMutableBufferPointer UnsafeRawPointer UnsafePointer UnsafeMutablePointer ' +
    'JSStringRetain JSStringCreateWithUTF8CString JSStringCreateWithCharacters JSStringCreateWithCFString UTF8String cStringUsingEncoding mutableBytes assign values keys entries fromEntries URLSearchParams vstack Just write print debugPrint dump inspect Text Label Blob Seed SecureBytes CFStringCreateWithCString CFDataCreate as decode text json JSON hexString toHexString toUtf8Bytes utf8ToBytes'
  ).split(' '),
);

/** The system's own value types: a declaration of the same name in the project is a stub or an extension of them. */
export const SYSTEM_TYPE =
  /^(?:NS)?(?:Mutable)?(?:String|Data|Array|Substring|URL|URLRequest|MutableURLRequest|Character|Dictionary|Number|Set|AttributedString)$|^(?:URLComponents|Blob|Unsafe\w+)$/;

const GUARDING =
  /\b(?:encrypt\w*|crypt|encipher\w*|seal|sealed|hash|hashed|hashing|digest|sha|sha\d+|md5|hmac|mask|masked|masking|redact\w*|obfuscate\w*|sanitize\w*|scrub|bcrypt|scrypt|argon2?|pbkdf\d?|derive\w*|fingerprint|anonymi[sz]e\w*|tokenize|wrap ?key|protect)\b/;

/** Calls that give bytes nobody can predict. Weak generators are told apart by the audit that looks for them. */
const RANDOM =
  /^(?:SecRandomCopyBytes|CCRandomGenerateBytes|random|randomBytes|randomUUID|UUID|getRandomValues|getRandomBytes|getRandomBytesAsync|randomIV|randomElement|shuffled|SymmetricKey|generateRandom\w*|randomData\w*|arc4random\w*|drand48|rand|generateKey|randomKey|secureRandom\w*|makeIterator|generateNonce|Nonce|randomValues)$/;

/** Members and calls that say something about a value and not the value. */
export const ABOUT =
  /^(?:count|length|isEmpty|hashValue|hash|size|startIndex|endIndex|indices|isValid|isExpired|expires|expiresAt|expiresIn|expirationDate|expiry|expiryDate|expiration|type|tokenType|scope|kind|status|statusCode|isNil|hasPrefix|hasSuffix|contains|isEqual|isEqualToString|createdAt|updatedAt|date|index|includes|startsWith|endsWith|indexOf|test|matches|strength|localizedDescription|frame|bounds|isFirstResponder|delegate|isHidden|alpha|layer|superview|tag|isSecureTextEntry|placeholder|attributedPlaceholder|textColor|keyboardType|leftView|rightView|topAnchor|bottomAnchor|leadingAnchor|trailingAnchor|centerXAnchor|centerYAnchor|widthAnchor|heightAnchor|errorDescription|code|domain|name|id|identifier|uid|uuid|userID|userId|typeID|allCases|self|caseIterable|user|username|userName|login|host|port|server|persistence|hasPassword|account|accountName|service|httpMethod|HTTPMethod|timeoutInterval|cachePolicy|mimeType|MIMEType|suggestedFilename)$/;

/** Names worth asking `foreignCall` about, apart from initialisers with `contentsOf`. */
const MAY_BE_FOREIGN =
  /^(?:init|string|data)With|^(?:data|bytes|download|upload|fetch|axios|readLine|useLocalSearchParams|useGlobalSearchParams|useURL|useLinkingURL|useLastNotificationResponse|parseInitialURLAsync|get|post|put|patch|request|stringByEvaluatingJavaScript|stringByEvaluatingJavaScriptFromString|evaluateJavaScript)$|^get/;

export interface CallTraits {
  /** The result no longer shows what went in: encryption, hashing, masking. */
  readonly guards: boolean;
  readonly random: boolean;
  /** The result holds what went in. */
  readonly preserves: boolean;
  /** It hands outside data to its closure. */
  readonly foreignCallback: boolean;
  /** It hands the receiver's elements, or the receiver, to its closure. */
  readonly receiverCallback: boolean;
  /** It puts its arguments into its receiver. */
  readonly intoReceiver: boolean;
  /** It fills the variables it is given with random bytes. */
  readonly fills: boolean;
  /** It writes through pointers it is given. */
  readonly copies: boolean;
  /** It takes an entry out of its receiver. */
  readonly removes: boolean;
  readonly mayBeForeign: boolean;
  /** Spelled like a type, so it makes one. */
  readonly makes: boolean;
  /** Spelled like a number's type: `UInt32(rounds)` is the same number. */
  readonly numeric: boolean;
}
const NUMERIC_TYPE = /^(?:U?Int(?:8|16|32|64)?|Double|CGFloat|CInt)$/;

/** What a call's name alone says. */
export const traitsOf = onceAName<CallTraits>((name) => ({
  guards: GUARDING.test(words(name)) && !/^de(?:crypt|obfuscat)/i.test(name),
  random: RANDOM.test(name),
  preserves: PRESERVING.has(name),
  foreignCallback: FOREIGN_CALLBACK.test(name),
  receiverCallback: RECEIVER_CALLBACK.has(name),
  intoReceiver: INTO_RECEIVER.has(name),
  fills: /^(?:getRandomValues|randomFillSync|randomFill)$/.test(name),
  copies: /CopyBytes|memcpy|copyBytes|getBytes/.test(name),
  removes: /^remove(?:Value|Object)(?:ForKey)?$/.test(name),
  mayBeForeign: MAY_BE_FOREIGN.test(name),
  makes: /^[A-Z]/.test(name),
  numeric: NUMERIC_TYPE.test(name),
}));

export const NETWORK_RESPONSE = 'a network response';
/** How requests are sent in JavaScript, whatever the client is called. */
export const SCRIPT_REQUEST = /^(?:fetch|axios|post|put|get|request)$/;

/** Calls and initialisers that bring data from outside the program. */
export function foreignCall(name: string, firstLabel: string | undefined, receiver: string): string | undefined {
  if (firstLabel !== undefined && /^contentsOf/.test(firstLabel))
    return firstLabel.includes('File') ? 'the contents of a file' : 'the contents of a URL';
  if (/^(?:initWithContentsOf(?:URL|File)|(?:string|data)WithContentsOf(?:URL|File))/.test(name)) return 'the contents of a URL';
  if (/URLSession|session$/i.test(receiver) && /^(?:data|bytes|download|upload)$/.test(name)) return NETWORK_RESPONSE;
  if (/^(?:getInitialURL|useURL|useLinkingURL|getLinkingURL|parseInitialURLAsync)$/.test(name)) return 'a link that opened the app';
  if (/^(?:getInitialNotification|getLastNotificationResponse(?:Async)?|useLastNotificationResponse)$/.test(name)) return 'a push message';
  if (/^(?:fetch|axios|readLine|getString|getStringAsync|useLocalSearchParams|useGlobalSearchParams)$/.test(name)) return 'outside the app';
  if (/^axios/.test(receiver) && /^(?:get|post|put|patch|request)$/.test(name)) return NETWORK_RESPONSE;
  if (/^(?:stringByEvaluatingJavaScript|stringByEvaluatingJavaScriptFromString|evaluateJavaScript)$/.test(name)) return 'a web page';
  if (/Clipboard/.test(receiver) && /^get/.test(name)) return 'the clipboard';
  return undefined;
}

const FOREIGN_CALLBACK =
  /^(?:dataTask|downloadTask|uploadTask|dataTaskPublisher|responseJSON|responseString|responseData|response|responseDecodable|dataTaskWithURL|dataTaskWithRequest|sendAsynchronousRequest)/;
/** AFNetworking's requests: `[manager POST:address parameters:… success:^(task, answer) {…}]`. */
export const AF_REQUEST = /^(?:(?:GET|POST|PUT|PATCH|DELETE)|(?:get|post|put|patch|delete)Path)$/;
const RECEIVER_CALLBACK = new Set(
  'map flatMap compactMap filter forEach first contains reduce sorted allSatisfy then sink withUnsafeBytes withContiguousStorageIfAvailable withUnsafePointer withCString withUnsafeBufferPointer withUnsafeMutableBytes some every find tap also let'.split(
    ' ',
  ),
);
const INTO_RECEIVER = new Set(
  'append insert add push unshift write appendString appendFormat appendData addObject setObject set setValue appendLiteral appendInterpolation update concat'.split(
    ' ',
  ),
);
