import type { Attack } from '../attack.ts';
import { createDeviceKey } from '../means/device-key.ts';
import { refreshMessage } from '../means/refresh-message.ts';
import { send } from '../means/send.ts';
import { sendSigned } from '../means/send-signed.ts';

/** The key is checked before reuse is looked for, so that a thief without it can neither use nor burn the token. */
export const stolenRefreshToken: Attack = {
  id: 'stolen-refresh-token',
  threat: 'T2',
  title: 'A thief uses the refresh token without the device key, hoping at least to sign the user out',
  async play(stage) {
    const { refreshToken } = await stage.victim.tokens();
    const message = refreshMessage(stage, refreshToken);
    const withoutProof = await send(message);
    const thief = createDeviceKey();
    const tries = [await sendSigned(message, thief), await sendSigned(message, thief), await sendSigned(message, createDeviceKey())];
    const refused = [withoutProof, ...tries].every(
      ({ status, body }) => (status === 400 || status === 401) && !body.includes('access_token'),
    );
    // The honest app must not notice anything.
    await stage.victim.refresh();
    const after = await stage.victim.call(stage.path);
    return {
      held: refused && after === 200,
      reason: tries[0]?.reason ?? '',
      evidence: `${tries.length + 1} tries refused; the owner then refreshed and called (${after})`,
    };
  },
};
