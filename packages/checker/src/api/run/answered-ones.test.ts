import { expect, it } from 'vitest';
import { type Answer, NoAnswer } from '../http/answer.ts';
import { answeredOnes } from './answered-ones.ts';

/** `.` answers, `-` does not. */
async function ask(manner: string) {
  const asked: number[] = [];
  const why: string[] = [];
  const sendings = [...manner].map((sign, index) => async () => {
    asked.push(index);
    if (sign === '-') throw new NoAnswer('ETIMEDOUT', 'x');
    if (sign === '!') throw new TypeError('a mistake');
    return { status: index } as Answer;
  });
  const got: number[] = [];
  for await (const { status } of answeredOnes(sendings, (text) => why.push(text))) got.push(status);
  return { asked: asked.length, got, why };
}

it('steps over what is not answered, and gives up after two in a row', async () => {
  expect(await ask('..-.-.')).toEqual({ asked: 6, got: [0, 1, 3, 5], why: [] });
  expect(await ask('.--..')).toEqual({ asked: 3, got: [0], why: ['2 requests in a row got no answer (ETIMEDOUT), so the rest was left.'] });
});

it('hides no mistake', async () => {
  await expect(ask('.!')).rejects.toThrow('a mistake');
});
