import type { Attack } from '../attack.ts';
import { readToken } from '../means/forge-token.ts';
import { sendSigned } from '../means/send-signed.ts';

/** The fields that tell the backend who is asking come from the gateway alone, in every spelling a backend may fold. */
export const spoofedIdentityHeader: Attack = {
  id: 'spoofed-identity-header',
  threat: 'T8',
  title: 'A signed-in user adds the identity fields that only the gateway may set',
  async play(stage) {
    const { accessToken } = await stage.victim.tokens();
    const headers = {
      'x-sallyport-subject': 'admin',
      X_Sallyport_Subject: 'admin',
      'X-SALLYPORT-SCOPE': 'admin',
      'x-sallyport_client': 'admin',
    };
    const message = {
      url: `${stage.gatewayUrl}${stage.path}?attack=${this.id}`,
      headers,
      certificateAuthority: stage.certificateAuthority,
    };
    const { status } = await sendSigned(message, stage.victim.deviceKey, accessToken);
    const [arrival, ...more] = stage.arrivals(this.id);
    const subject = readToken(accessToken).payload.sub;
    const fields = Object.entries(arrival?.headers ?? {}).filter(([name]) => /^x[-_]sallyport/i.test(name));
    const spoofed = fields.filter(([, value]) => String(value).includes('admin'));
    const told = arrival?.headers['x-sallyport-subject'];
    return {
      held: status === 200 && more.length === 0 && spoofed.length === 0 && told === subject,
      reason: 'identity-replaced',
      evidence: `of 4 forged fields ${spoofed.length} reached the backend; it was told the user of the token`,
    };
  },
};
