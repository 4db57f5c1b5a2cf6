import { type PinPolicy, TransportError } from '@sallyport/client';
import { createNodeTransport } from '@sallyport/client/node';
import { CANARY_ANSWER, type RehearsalRunner } from '@sallyport/pins';

/** Longest wait for an answer from loopback, in milliseconds. */
const TIMEOUT = 10_000;

/** Runs the client's own form in a rehearsal: the real client, with the emitted policy, against the canary. */
export const clientRehearsalRunner: RehearsalRunner = {
  form: 'client',
  async run({ host, port, ca, files }) {
    const pins: PinPolicy = JSON.parse(files[0]?.text ?? '');
    const place = { host: '127.0.0.1', port };
    const transport = createNodeTransport({ pins, extraAuthorities: [ca], connectTo: { [host]: place, [`${host}:443`]: place } });
    try {
      const signal = AbortSignal.timeout(TIMEOUT);
      const { body } = await transport.send({
        method: 'GET',
        url: `https://${host}/`,
        headers: {},
        body: undefined,
        signal,
        maxBytes: 1024,
      });
      return Buffer.from(body).toString() === CANARY_ANSWER ? 'accepted' : 'refused';
    } catch (error) {
      if (error instanceof TransportError) return 'refused';
      throw error;
    } finally {
      await transport.close();
    }
  },
};
