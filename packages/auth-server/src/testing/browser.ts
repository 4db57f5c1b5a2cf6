import { Agent } from 'undici';

/** An answer as a test sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly url: string;
}

/** A plain browser for tests: cookies by path, no redirect followed unless asked. Remembers every secret it saw. */
export class Browser {
  readonly secrets = new Set<string>();
  readonly #newAgent: () => Agent;
  #agent: Agent;
  readonly #origin: string;
  #cookies: { readonly name: string; readonly value: string; readonly path: string }[] = [];

  constructor(origin: string, certificateAuthority: string, { http2 = false, from }: { http2?: boolean; from?: string } = {}) {
    this.#origin = origin;
    this.#newAgent = () =>
      new Agent({
        // undici takes localAddress here only, and node forgets it where it tries several address families.
        ...(from !== undefined && { localAddress: from, autoSelectFamily: false }),
        connect: { ca: certificateAuthority, family: 4, servername: 'localhost' },
        allowH2: http2,
      });
    this.#agent = this.#newAgent();
  }

  /** Forgets its connections. */
  async reconnect(): Promise<void> {
    await this.#agent.destroy();
    this.#agent = this.#newAgent();
  }

  get cookieNames(): readonly string[] {
    return this.#cookies.map(({ name }) => name);
  }

  async send(method: string, target: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
    // A path goes out exactly as written: a test may send what no browser would.
    const path = target.startsWith(this.#origin) ? target.slice(this.#origin.length) : target;
    const url = new URL(this.#origin + path);
    const cookies = this.#cookies.filter((cookie) => url.pathname === cookie.path || cookie.path === '/');
    const answer = await this.#agent.request({
      origin: this.#origin,
      path,
      method: method as 'GET',
      body: body ?? null,
      headers: { ...(cookies.length > 0 && { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }), ...headers },
    });
    for (const field of [answer.headers['set-cookie'] ?? []].flat()) this.#remember(field);
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text(), url: url.href };
  }

  /** Follows redirects as long as they stay on the server. */
  async open(target: string): Promise<Answer> {
    let answer = await this.send('GET', target, { accept: 'text/html' });
    while (answer.headers.location !== undefined && `${answer.headers.location}`.startsWith(this.#origin.concat('/'))) {
      answer = await this.send('GET', `${answer.headers.location}`, { accept: 'text/html' });
    }
    if (`${answer.headers.location}`.startsWith('/')) return this.open(`${answer.headers.location}`);
    return answer;
  }

  /** Sends a form and follows where it leads. */
  async submit(target: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', ...headers };
    const answer = await this.send('POST', target, form, new URLSearchParams(fields).toString());
    return answer.headers.location === undefined ? answer : this.open(`${answer.headers.location}`);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #remember(field: string): void {
    const [pair = '', ...attributes] = field.split(/;\s*/);
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    if (value !== '') this.secrets.add(value);
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (value !== '') this.#cookies.push({ name, value, path });
  }
}
