/** One request to an API. */
export interface Request {
  readonly method: string;
  /** Absolute, http or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back, whatever version of HTTP it came by. */
export interface Answer {
  readonly request: Request;
  readonly status: number;
  /** Names in lower case; several fields of one name are joined with a comma and a space. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8 without its content coding, cut at `MAX_BODY`. */
  readonly body: string;
  /** The body was longer, or broke off. */
  readonly cut: boolean;
  /** Milliseconds from sending to the last byte. */
  readonly time: number;
}

/** No answer came: refused, reset, timed out, no TLS, or no HTTP. */
export class NoAnswer extends Error {
  /** node's code of the fault. @example 'ECONNREFUSED' */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** OpenSSL's report: thread, `error`, number, library, function, reason, file, line. Only the reason is for people. */
const OPENSSL_REPORT = /^.{0,80}:error:[0-9A-F]{8}:[^:]{0,80}:[^:]{0,80}:([^:]{1,120}):.*$/s;

/** What node says of a connection, as a sentence of ours may quote it. */
export function faultOf({ code = 'unknown', message }: NodeJS.ErrnoException): NoAnswer {
  return new NoAnswer(code, message.replace(OPENSSL_REPORT, '$1'));
}
