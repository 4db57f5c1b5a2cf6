import { findLeaks } from '@sallyport/protocol';
import { defineApiAudit } from '../../api-audit.ts';
import { type Answer, NoAnswer, type Request } from '../../http/answer.ts';
import { MAX_SILENT } from '../../run/answered-ones.ts';
import { signInAttempt } from '../../run/sign-in-attempt.ts';

/** Inputs tried; an API with more has them from few hands. */
const MAX_INPUTS = 40;

/** What databases say of a statement that came apart at a quote, not of a value they do not like. */
const BROKEN_STATEMENT = /syntax|unrecognized token|unterminated|unclosed|quotation|ORA-0(0933|1756)/i;

export const databaseInjection = defineApiAudit({
  id: 'database-injection',
  area: 'exposure',
  title: 'Input does not become part of a query',
  failingTitle: 'Input becomes part of a query',
  severity: 'critical',
  references: { checklist: 'errors-reveal-nothing', masvs: ['MASVS-CODE-4'], cwe: [89, 943], api10: ['API8:2023'] },
  why: 'Whoever can end the text in a query writes the rest of it: reads all tables, signs in without a password, deletes.',
  remedy: {
    text: 'Hand values to the database beside the statement, never inside it.',
    language: 'ts',
    code: "db.prepare('SELECT id, item FROM orders WHERE item = ?').all(item)",
  },
  remains: { owner: 'backend', because: 'it writes the queries' },
  needs: ['inputs'],
  async check({ inputs }, probe) {
    const { user, active, signIn } = probe.options;
    const ask = (request: Request) => (user !== undefined && probe.trusted ? probe.sendAs(user, request) : probe.send(request));
    let silent = 0;
    for (const input of inputs.slice(0, MAX_INPUTS)) {
      try {
        await tryQuote(input.name, input.value, (value) => ask(input.with(value)));
      } catch (error) {
        // A firewall may meet a quote with silence, which is an answer of sorts.
        if (!(error instanceof NoAnswer) || ++silent > MAX_SILENT) throw error;
      }
    }
    if (active === true && signIn !== undefined) {
      const described = {
        encoding: 'json',
        userField: 'username',
        passwordField: 'password',
        ...signIn,
        url: probe.at(signIn.url),
      } as const;
      // A wrong password too, so that nobody is signed in.
      const password = `wrong-${Buffer.from(probe.random(6)).toString('hex')}`;
      await tryQuote(`field ${described.userField}`, signIn.user, (value) => probe.send(signInAttempt(described, value, password)));
    }
    if (inputs.length > MAX_INPUTS) probe.note(`${MAX_INPUTS} of ${inputs.length} inputs were tried.`);

    async function tryQuote(name: string, value: string, send: (value: string) => Promise<Answer>): Promise<void> {
      const single = await send(`${value}'`);
      const where = probe.nameOf(single.request);
      const said =
        single.status < 400
          ? undefined
          : findLeaks(single.body).find(({ kind, evidence }) => kind === 'SQL' && BROKEN_STATEMENT.test(`${evidence} ${single.body}`));
      if (said !== undefined) {
        probe.report({
          where,
          message: `A single quote in ${name} breaks the SQL statement it is put into.`,
          evidence: `${single.status}: ${said.evidence}`,
        });
        return;
      }
      if (single.status < 500) return;
      // Two quotes are one inside a text of SQL: when they mend what one breaks, a database has read them.
      const [double, honest] = [await send(`${value}''`), await send(value)];
      if (double.status >= 500 || honest.status >= 500) return;
      probe.report({
        where,
        message: `A single quote in ${name} makes the server fail, two of them do not, as in a text of SQL.`,
        evidence: `one ${single.status}, two ${double.status}, none ${honest.status}`,
        severity: 'high',
        confidence: 'medium',
      });
    }
  },
});
