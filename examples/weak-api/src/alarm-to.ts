/** Posts alarms to a webhook, in the form of Alertmanager; without one nobody is told. A sign-in does not wait for it, nor fail with it. */
export const alarmTo =
  (address: () => string | undefined) =>
  (user: string, failures: number): void => {
    const webhook = address();
    if (webhook === undefined) return;
    const alert = {
      status: 'firing',
      labels: { alertname: 'ManyFailedSignIns', user },
      annotations: { summary: `${failures} wrong passwords` },
    };
    const body = JSON.stringify({ version: '4', status: 'firing', alerts: [alert] });
    fetch(webhook, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => undefined);
  };
