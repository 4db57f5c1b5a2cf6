import { defineApiAudit, type Probe } from '../../api-audit.ts';
import type { Drill } from '../../run/artifacts.ts';
import { signInAttempt } from '../../run/sign-in-attempt.ts';
import { refresh } from '../../run/token-endpoint.ts';

/** Wrong passwords sent: twice what sound services act on, a third less than the lock-out probe sends. */
const ATTEMPTS = 10;

export const monitoringDrill = defineApiAudit({
  id: 'monitoring-drill',
  area: 'resilience',
  title: 'An attack raises an alert',
  failingTitle: 'An attack raises no alert',
  severity: 'medium',
  references: { checklist: 'monitoring-drill', masvs: ['MASVS-AUTH-1'], cwe: [778, 223], api10: ['API2:2023', 'API4:2023'] },
  why: 'What nobody is told of goes on for months. An alert rule that was never tried is a guess, and so is the way from it to a person.',
  remedy: {
    text: 'Count failed sign-ins and reuse of refresh tokens, alert on them, and let the alert reach somebody who is awake.',
    language: 'yaml',
    code: 'groups:\n  - name: sign-in\n    rules:\n      - alert: ManyFailedSignIns\n        expr: sum by (user) (increase(sign_in_failures_total[5m])) >= 5\n        labels: { severity: page }',
  },
  remains: { owner: 'backend', because: 'who is woken up is not for a gateway to say' },
  needs: ['drill'],
  async check({ drill }, probe) {
    if (probe.options.active !== true)
      return probe.manual(
        'The drill sends wrong passwords, so it runs with --active only, with --alerts HOST:PORT as a webhook of your alerting system. By hand: sign in ten times with a wrong password, use an old refresh token, and see that an alert reaches a person.',
      );
    const started = probe.now();
    const { done, refused } = await perform(drill, probe);
    if (done.length === 0)
      return probe.manual(
        'Neither a sign-in route nor a session with a refresh token was given, so no drill was made. Sign in ten times with a wrong password and see that an alert reaches a person.',
      );
    const what = `At ${new Date(started).toISOString().replace(/\.\d+/, '')} ${done.join(', and ')}`;
    const { inbox } = drill;
    if (inbox === undefined)
      return probe.manual(
        `${what}. Look whether an alert of it reached a person; with --alerts HOST:PORT this run would have waited for it.`,
      );
    const alert = await inbox.alertSince(started);
    if (alert === undefined && refused)
      return probe.inconclusive(
        `${what}. All of it was answered with 429, so no password was looked at and no alert could be due. Run it again when the limit has passed, or with a user who is not locked.`,
      );
    if (alert === undefined)
      return probe.report({
        where: probe.nameOf({ method: 'POST', url: drill.signIn?.url ?? drill.session?.tokenEndpoint ?? probe.target.url.href }),
        message: `${what}. No alert arrived at ${inbox.url} within ${inbox.patience / 1000} s.`,
        evidence:
          inbox.noise === 0
            ? 'nothing was posted'
            : `${inbox.noise} posted that were there before the check, or said that something is over`,
      });
    const when = alert.at >= started ? `${Math.ceil((alert.at - started) / 1000)} s later` : 'already during the probes before it';
    probe.note(`${what}. An alert arrived ${when}: “${alert.summary}”.`);
  },
});

interface Performance {
  /** In words. */
  readonly done: readonly string[];
  /** Whether nothing of it got past a rate limit. */
  readonly refused: boolean;
}

async function perform({ signIn, session }: Drill, probe: Probe): Promise<Performance> {
  const done: string[] = [];
  let refused = session === undefined;
  if (signIn !== undefined) {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const password = `drill-${Buffer.from(probe.random(6)).toString('hex')}`;
      // Patiently: the probes before may have used up a general limit, and what that refuses is no guess.
      const { status } = await probe.send(signInAttempt(signIn, signIn.user, password));
      if (status !== 429) refused = false;
    }
    done.push(`${ATTEMPTS} wrong passwords for the user “${signIn.user}” were sent from this machine to ${signIn.url}`);
  }
  if (session !== undefined) {
    const { user, tokenEndpoint, clientId } = session;
    const use = (token: string) => refresh(probe, tokenEndpoint, clientId, user, token);
    // An old token may be answered until its successor was used; after that it is theft.
    const { refreshToken: second } = await use(session.refreshToken);
    if (second !== undefined && second !== session.refreshToken) await use(second);
    await use(session.refreshToken);
    done.push(`an old refresh token of the first test user was sent to ${tokenEndpoint}`);
  }
  return { done, refused };
}
