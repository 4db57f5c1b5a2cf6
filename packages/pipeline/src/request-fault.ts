import type { ReasonCode } from '@sallyport/protocol';

/**
 * A request went wrong while it was still arriving: its body breaks the framing, is too large or too slow.
 * `request` is destroyed with it, so that whoever reads the body learns why it ended.
 */
export class RequestFault extends Error {
  readonly code: Extract<ReasonCode, 'request-malformed' | 'body-too-large' | 'request-timeout' | 'header-too-large'>;

  constructor(code: RequestFault['code']) {
    super(`The request could not be received: ${code}.`);
    this.code = code;
  }
}
