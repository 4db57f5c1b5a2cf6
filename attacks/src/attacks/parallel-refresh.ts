import type { Attack } from '../attack.ts';
import { refreshMessage } from '../means/refresh-message.ts';
import { sendSigned } from '../means/send-signed.ts';

const RACERS = 20;

/** One rotation for one token, however many ask at once; all get the same successor, and the session lives on. */
export const parallelRefresh: Attack = {
  id: 'parallel-refresh',
  threat: 'T2',
  title: 'The same refresh token is presented twenty times in parallel, by the device that owns it',
  async play(stage) {
    const { refreshToken } = await stage.victim.tokens();
    const message = refreshMessage(stage, refreshToken);
    const answers = await Promise.all(Array.from({ length: RACERS }, () => sendSigned(message, stage.victim.deviceKey)));
    const successors = new Set(
      answers.flatMap(({ status, body }) => (status === 200 ? [(JSON.parse(body) as { refresh_token: string }).refresh_token] : [])),
    );
    const refused = answers.filter(({ status }) => status !== 200).length;
    // The app still holds the old token: its own refresh must land on the same successor, not sign it out.
    await stage.victim.refresh();
    const now = (await stage.victim.tokens()).refreshToken;
    const after = await stage.victim.call(stage.path);
    return {
      held: successors.size === 1 && successors.has(now) && after === 200,
      reason: 'one-rotation',
      evidence: `${RACERS} asked, ${RACERS - refused} answered with ${successors.size} successor; the app went on with it (${after})`,
    };
  },
};
