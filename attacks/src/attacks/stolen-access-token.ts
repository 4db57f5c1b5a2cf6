import type { Attack } from '../attack.ts';
import { createDeviceKey } from '../means/device-key.ts';
import { send } from '../means/send.ts';
import { sendSigned } from '../means/send-signed.ts';

/** Sender-constrained tokens (RFC 9449): what is stolen from storage, a log or a backup is of no use elsewhere. */
export const stolenAccessToken: Attack = {
  id: 'stolen-access-token',
  threat: 'T2',
  title: 'A thief uses the access token on another machine, as bearer and with a key of his own',
  async play(stage) {
    const { accessToken } = await stage.victim.tokens();
    const target = { url: `${stage.gatewayUrl}${stage.path}?attack=${this.id}`, certificateAuthority: stage.certificateAuthority };
    const control = await stage.victim.call(stage.path);
    const asBearer = await send({ ...target, headers: { authorization: `Bearer ${accessToken}` } });
    const withoutProof = await send({ ...target, headers: { authorization: `DPoP ${accessToken}` } });
    const withOwnKey = await sendSigned(target, createDeviceKey(), accessToken);
    const refused = [asBearer, withoutProof, withOwnKey].every(({ status }) => status === 401);
    const arrived = stage.arrivals(this.id).length;
    return {
      held: control === 200 && refused && arrived === 0,
      reason: [asBearer.reason, withOwnKey.reason].join(', '),
      evidence: `the same token works for its owner (${control}); for the thief ${asBearer.status}, ${withoutProof.status}, ${withOwnKey.status}; ${arrived} reached the backend`,
    };
  },
};
