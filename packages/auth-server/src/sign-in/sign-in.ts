import { type Judgement, judge, ordered, type Refusal } from '@sallyport/pipeline';
import { reasons } from '@sallyport/protocol';
import type { MemoryRateLimiter } from '@sallyport/storage';
import type { Provider } from 'oidc-provider';
import type { AuthServerOptions } from '../options.ts';
import { errorPage } from '../pages/error-page.ts';
import { respondPage } from '../pages/page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { recordOf } from '../request-record.ts';
import { checkSignInLimit } from './check-sign-in-limit.ts';
import type { SignInRequest, WithForm, WithInteraction, WithUser } from './facts.ts';
import { finishInteraction } from './finish-interaction.ts';
import { loadInteraction } from './load-interaction.ts';
import { readForm } from './read-form.ts';
import { verifyPassword } from './verify-password.ts';

interface Parts extends Pick<AuthServerOptions, 'clients' | 'users' | 'signInLimits'> {
  readonly provider: Provider;
  /** Of sign-ins. A restart forgets; nobody who guesses can cause one, and five more guesses then are no matter. */
  readonly failures: MemoryRateLimiter;
}

/** The sign-in page: GET shows it, POST signs in. The two lists are the whole way of each. */
export function createSignIn({ provider, clients, users, failures, signInLimits }: Parts) {
  const toShow = ordered<SignInRequest>()([loadInteraction(provider, clients)]);
  const toSignIn = ordered<SignInRequest>()([
    loadInteraction(provider, clients), // is this a sign-in that was begun here, in this browser?
    readForm(), // is it the form, and nothing but the form?
    checkSignInLimit(failures, signInLimits), // before hashing: a guess must not cost us more than the guesser
    verifyPassword(users),
  ]);

  return async (arrival: SignInRequest): Promise<void> => {
    const { request, response } = arrival;
    const record = recordOf(request);
    const facts: SignInRequest & Partial<WithInteraction & WithForm & WithUser> = { ...arrival };
    const judgement = await judge(request.method === 'POST' ? toSignIn : toShow, facts);
    record.clientId = facts.clientId;
    if (judgement !== undefined) return refuseSignIn(facts, judgement);
    if (request.method === 'POST') {
      record.subject = facts.user?.id;
      record.outcome = 'signed-in';
      await finishInteraction(provider, facts as SignInRequest & WithUser);
    } else respondPage(response, signInPage({ status: 200, username: '', ...(facts as WithInteraction) }));
  };
}

/** What the person may mend in the form itself; everything else ends this sign-in. */
const MENDABLE: ReadonlySet<string> = new Set(['sign-in-failed', 'sign-in-limited', 'sign-in-busy', 'store-unavailable']);

function refuseSignIn(facts: SignInRequest & Partial<WithInteraction & WithForm>, { refusal }: Judgement): void {
  const { appName, redirectUri, username, response } = facts;
  const record = recordOf(facts.request);
  const { supportCode } = record;
  record.reason = refusal.reason;
  record.detail = refusal.detail;
  const { status } = reasons[refusal.reason];
  const retryAfter = refusal.headers?.['Retry-After'] === undefined ? undefined : Number(refusal.headers['Retry-After']);
  if (appName === undefined || redirectUri === undefined || !MENDABLE.has(refusal.reason)) {
    respondPage(response, errorPage(refusal.reason, supportCode));
    return;
  }
  const alert = { text: textOf(refusal, retryAfter), supportCode };
  respondPage(response, signInPage({ status, appName, redirectUri, username: username ?? '', alert, retryAfter }));
}

function textOf({ reason }: Refusal, retryAfter: number | undefined): string {
  if (reason !== 'sign-in-limited' || retryAfter === undefined) return reasons[reason].title;
  const minutes = Math.ceil(retryAfter / 60);
  const wait = retryAfter < 60 ? `${retryAfter} second${retryAfter === 1 ? '' : 's'}` : `${minutes} minute${minutes === 1 ? '' : 's'}`;
  return `Too many attempts. Try again in ${wait}.`;
}
