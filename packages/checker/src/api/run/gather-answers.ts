import { parseCompactJws } from '@sallyport/protocol';
import type { Answer, Request } from '../http/answer.ts';
import { answerShape } from '../http/answer-shape.ts';
import { isSuccess } from '../http/compare-answers.ts';
import type { OwnedObject, Visit } from './artifacts.ts';
import { findInputs } from './find-inputs.ts';
import type { Gatherers } from './gather-artifacts.ts';
import { answered, Missing, withoutMissing } from './missing.ts';
import { objectRequests } from './object-requests.ts';
import { visitRoutes } from './visit-routes.ts';

/** Routes shown when none lets the test user in. */
const MAX_TOLD = 5;

/** Lists whose objects are tried, and objects in all: the flaw is one of the code, and shows with the first few. */
const MAX_LISTS = 3;
const MAX_OBJECTS = 10;

/** What the API answers, to whom. */
export const answerGatherers: Pick<
  Gatherers,
  'visits' | 'testUser' | 'baseline' | 'answers' | 'userData' | 'ownedObjects' | 'inputs' | 'secondUser'
> = {
  async visits(context, need) {
    const { options, distrust } = context;
    const user = distrust === undefined ? options.user : undefined;
    return visitRoutes(context, await need('protectedRequests'), user);
  },

  testUser({ options, distrust }) {
    const { user } = options;
    if (user === undefined)
      throw new Missing('inconclusive', 'No test credentials were given; without an honest answer to compare with, nothing can be said.');
    if (distrust !== undefined) throw new Missing('inconclusive', distrust);
    return user;
  },

  async baseline(_, need) {
    const user = await need('testUser');
    const visits = await need('visits');
    const honest = visits.flatMap(({ request, own, anonymous }) =>
      own !== undefined && isSuccess(own) ? [{ user, request, valid: own, anonymous }] : [],
    );
    const telling = honest.find(({ valid, anonymous }) => !isSuccess(anonymous) || answerShape(anonymous) !== answerShape(valid));
    if (telling !== undefined) return telling;
    const [alike] = honest;
    if (alike !== undefined)
      throw new Missing(
        'inconclusive',
        `${pathOf(alike.request)} answers the test user and callers without a token alike (${alike.valid.status}); name a route that needs a token, or give a token that works.`,
      );
    throw noSuccess(visits);
  },

  async answers(_, need) {
    const visits = await need('visits');
    const answers = visits.flatMap(({ own, anonymous }) => [own, anonymous].filter(isAnswer).filter(isSuccess).slice(0, 1));
    if (answers.length === 0) throw noSuccess(visits);
    // Objects are there for users only; without them the lists are judged alone.
    const objects = (await need('ownedObjects').catch(withoutMissing)) ?? [];
    // One of each list says as much as all of them.
    const more = objects.filter(({ request }) => !answers.some((answer) => answer.request.url === request.url)).slice(0, 1);
    return [...answers, ...more.map(({ own }) => own)];
  },

  async userData(_, need) {
    await need('testUser');
    const asked = [...(await need('visits')), ...((await need('ownedObjects').catch(withoutMissing)) ?? [])];
    // What everybody gets is no user's data.
    const own = new Set(asked.filter((visit) => !isPublic(visit)).map((visit) => visit.own));
    const data = (await need('answers')).filter((answer) => own.has(answer));
    if (data.length === 0)
      throw new Missing('inconclusive', 'No route gave the test user what it does not give everybody; name one that needs a token.');
    return data;
  },

  async ownedObjects({ options, target, send, sendAs }, need) {
    const user = await need('testUser');
    const lists = (await need('visits')).flatMap(({ request, own }) =>
      own !== undefined && isSuccess(own) ? [{ list: request, answer: own }] : [],
    );
    const candidates = objectRequests({ lists: lists.slice(0, MAX_LISTS), objects: options.objects ?? [], target });
    const objects: OwnedObject[] = [];
    for (const { request, origin } of candidates.slice(0, MAX_OBJECTS)) {
      const own = await answered(sendAs(user, request));
      if (!isSuccess(own)) continue;
      objects.push({ request, origin, own, anonymous: await answered(send(request)) });
    }
    if (objects.length === 0) throw new Missing('inconclusive', 'No object of the first user was found; name some with --objects.');
    return objects;
  },

  async inputs({ options, target }, need) {
    const document = options.openapi === undefined ? undefined : await need('document');
    const requests = (await need('visits')).map(({ request }) => request);
    const objects = ((await need('ownedObjects').catch(withoutMissing)) ?? []).map(({ request }) => request);
    // Without a document any part of a path may be a value, the last one most likely.
    if (document === undefined && target.url.pathname.split('/').length > 2) objects.push({ method: 'GET', url: target.url.href });
    const inputs = findInputs({ requests, objects, document, target });
    if (inputs.length === 0)
      throw document === undefined
        ? new Missing(
            'not-given',
            'No input is known to try; give an address with parameters, such as /search?q=lamp, or an OpenAPI document.',
          )
        : new Missing('not-applicable', 'The OpenAPI document declares no parameter of a GET route.');
    return inputs;
  },

  async secondUser({ options, sendAs, distrust }, need) {
    const { secondUser } = options;
    if (secondUser === undefined) throw new Missing('inconclusive', 'Only one test user was given; give the token of a second one.');
    if (distrust !== undefined) throw new Missing('inconclusive', distrust);
    const { request } = await need('baseline');
    const answer = await answered(sendAs(secondUser, request));
    const subjects = [options.user, secondUser].map((user) => parseCompactJws(user?.accessToken ?? '')?.payload.sub);
    if (secondUser.accessToken === options.user?.accessToken || (subjects[0] !== undefined && subjects[0] === subjects[1]))
      throw new Missing('inconclusive', 'Both tokens are of the same user; give the token of another one.');
    // 403 and 404 are answers to a user who is known; only 401 says that the token is no good.
    if (answer.status === 401) throw new Missing('inconclusive', `The second user's token is refused: ${describe(answer)}.`);
    return secondUser;
  },
};

function noSuccess(visits: readonly Visit[]): Missing {
  const refusals = visits
    .slice(0, MAX_TOLD)
    .map(({ request, own, anonymous }) => `${pathOf(request)} answered ${describe(own ?? anonymous)}`);
  const who = visits.some(({ own }) => own !== undefined)
    ? 'The test user gets no success'
    : 'Without credentials no route answers with success';
  return new Missing('inconclusive', `${who}: ${refusals.join('; ')}.`);
}

function isPublic({ own, anonymous }: Pick<Visit, 'own' | 'anonymous'>): boolean {
  return own !== undefined && isSuccess(anonymous) && anonymous.body === own.body;
}

function isAnswer(answer: Answer | undefined): answer is Answer {
  return answer !== undefined;
}

function pathOf({ url }: Request): string {
  return new URL(url).pathname;
}

/** @example '302 to https://login.example/' */
function describe(answer: Answer): string {
  const { location } = answer.headers;
  if (answer.status >= 300 && answer.status < 400 && location !== undefined)
    return `${answer.status} to ${location.slice(0, 200)}, which was not followed`;
  return `${answer.status}${answer.body === '' ? '' : ` (${answerShape(answer).slice(0, 100)})`}`;
}
