import type { Answer } from '../http/answer.ts';
import { parseJson } from '../http/answer-shape.ts';
import { isSuccess } from '../http/compare-answers.ts';
import type { TestUser } from '../options.ts';
import type { Sender } from './send.ts';

/** An answer of a token endpoint (RFC 6749 §5.1 and §5.2). */
export interface TokenAnswer {
  readonly answer: Answer;
  readonly ok: boolean;
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
  readonly error: string | undefined;
}

/** Uses a refresh token (RFC 6749 §6), with a DPoP proof when the user's tokens are bound. */
export async function refresh(
  sender: Sender,
  endpoint: string,
  clientId: string,
  user: TestUser,
  refreshToken: string,
): Promise<TokenAnswer> {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken, ...(clientId !== '' && { client_id: clientId }) };
  const answer = await postForm(sender, endpoint, form, user);
  const body = parseJson(answer.body);
  const members = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof members[name] === 'string' ? (members[name] as string) : undefined);
  const accessToken = text('access_token');
  return {
    answer,
    ok: isSuccess(answer) && accessToken !== undefined,
    accessToken,
    refreshToken: text('refresh_token'),
    error: text('error'),
  };
}

/** Posts a form, with a DPoP proof without an access token, and once more when the server wants a nonce of its own. */
export async function postForm(sender: Sender, url: string, form: Readonly<Record<string, string>>, user: TestUser): Promise<Answer> {
  const request = { method: 'POST', url, body: new URLSearchParams(form).toString() };
  const attempt = async () => {
    const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    if (user.dpopKey !== undefined) headers.dpop = await sender.prove(user, request);
    return sender.send({ ...request, headers });
  };
  const answer = await attempt();
  // RFC 9449 §8: 400 here, not 401 as at the API.
  return user.dpopKey !== undefined && answer.status >= 400 && /use_dpop_nonce/.test(answer.body) ? attempt() : answer;
}
