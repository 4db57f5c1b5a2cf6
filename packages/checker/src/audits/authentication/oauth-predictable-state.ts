import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene, TextEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import type { Expression } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';

/** Clocks, counters and generators that can be guessed. */
const GUESSABLE =
  /\b(?:NSDate|Date|CFAbsoluteTime\w*|mach_absolute_time|time)\s*(?:\(|\.now\b|\.timeInterval)|\[NSDate date\]|timeIntervalSince\w+|Date\.now\(|performance\.now\(|Math\.random\(|\brand(?:om)?\(\)/;
/** Beside one of these a guessable part does no harm. */
const RANDOM = /\bUUID\b|randomUUID|SecRandom|getRandom|randomBytes|SystemRandomNumberGenerator|nanoid|SymmetricKey|generate\w*|crypto\b/i;
/** A request for authorisation, in whichever of its parts stands here. */
const REQUEST = /response_type=|client_id=|redirect_uri=/;

/** What a person would write in place of a value to come. */
const EMPTY = /^(?:|null|undefined|nil)$/;

export const oauthPredictableState = defineAudit({
  id: 'oauth-predictable-state',
  area: 'authentication',
  title: 'An authorisation request has a state, and it cannot be guessed',
  failingTitle: 'The state of an authorisation request is missing or can be guessed',
  severity: 'medium',
  references: { checklist: 'oauth-pkce', masvs: ['MASVS-AUTH-1'], maswe: ['MASWE-0033'], cwe: [330, 352], api10: ['API2:2023'] },
  why: 'Who knows the state can send the app an answer of his own: the user is then signed in to somebody else’s account (RFC 6749 §10.12).',
  remedy: {
    text: 'Make a new random state for every request, keep it until the answer comes, and refuse an answer with another one.',
    language: 'swift',
    code: 'let state = UUID().uuidString\npending = state   // guard answer.state == pending',
    script: 'const state = Crypto.randomUUID();',
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const u = (app, back) => `https://id.example.com/authorize?client_id=${app}&redirect_uri=${back}&response_type=code`;',
      },
      'func u() -> String { let state = "app\\(Int(Date().timeIntervalSince1970))"; return base + "?response_type=code&client_id=" + id + "&state=" + state }',
      'let items = [URLQueryItem(name: "response_type", value: "code"), URLQueryItem(name: "state", value: "sign-in")]',
      { path: 'a.ts', text: "export const u = () => 'https://id.example.com/authorize?client_id=app&response_type=code&state=4711';" },
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const u = () => { const state = String(Date.now()); return `${base}/authorize?client_id=app&state=${state}`; };',
      },
      { path: 'a.ts', text: "export const query = { client_id: 'app', redirect_uri: uri, state: 'sign-in' };" },
      {
        path: 'A.m',
        text: '- (NSString *)u { return [NSString stringWithFormat:@"https://id.example.com/authorize?client_id=%@&state=4711&scope=all", app]; }',
      },
    ],
    pass: [
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "export const u = (app, back) => `https://id.example.com/authorize?client_id=${app}&redirect_uri=${back}&response_type=code` + '&code_challenge=' + challenge;",
      },
      'func u() -> String { let state = UUID().uuidString; return base + "?response_type=code&client_id=" + id + "&state=" + state }',
      'let items = [URLQueryItem(name: "response_type", value: "code"), URLQueryItem(name: "state", value: state)]',
      'let filter = [URLQueryItem(name: "state", value: "open"), URLQueryItem(name: "page", value: "2")]',
      { path: 'a.ts', text: "export const order = { client_id: customer, state: 'open' };" },
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const u = () => { const state = `${Date.now()}.${randomUUID()}`; return `${base}/authorize?client_id=app&state=${state}`; };',
      },
    ],
  },
  texts(event, context) {
    if (!event.text.includes('=')) return;
    if (lacksState(event)) report(event.scene, event.node, ABSENT, context);
    const { parts } = event.node;
    const { source } = event.scene.unit;
    for (const [index, part] of parts.entries()) {
      if (typeof part !== 'string') continue;
      const match = /[?&]state=([^&#%\0\s]*)/.exec(part);
      if (match === null) continue;
      const around = source.slice(Math.max(0, event.node.start - BESIDE), event.node.end + BESIDE);
      if (!REQUEST.test(around)) return;
      const value = match[1] as string;
      const next = match.index + match[0].length === part.length ? (parts[index + 1] ?? added(source, event.node.end)) : undefined;
      if (value !== '' && next === undefined) report(event.scene, event.node, FIXED, context);
      // `&state=\(Keys.state)`, where the constant is known.
      else if (value === '' && STATE_VALUE.test(event.text)) report(event.scene, event.node, FIXED, context);
      else if (value === '' && next !== undefined) reportGuessable(event.scene, next, event.node, context);
      return;
    }
  },
  calls: [
    {
      names: ['URLQueryItem'],
      check(event, context) {
        if (event.arg('name')?.text !== 'state') return;
        const value = event.argNode('value');
        if (value === undefined) return;
        const { source } = event.scene.unit;
        const around = source.slice(Math.max(0, event.node.start - NEAR), event.node.end + NEAR);
        if (!/"(?:response_type|redirect_uri)"/.test(around)) return;
        if (value.value.kind === 'string' && value.known.text !== undefined) report(event.scene, event.node, FIXED, context);
        else reportGuessable(event.scene, value.value, event.node, context);
      },
    },
  ],
  dictionaries(event, context) {
    const state = event.entries.find(({ key }) => key.text === 'state');
    if (state === undefined || !event.entries.some(({ key }) => /^(?:response_?type|redirect_?ur[il])$/i.test(key.text ?? ''))) return;
    if (state.value.literal === true && state.value.text !== undefined && !EMPTY.test(state.value.text))
      report(event.scene, state.keyNode, FIXED, context);
    else reportGuessable(event.scene, state.valueNode, state.keyNode, context);
  },
});

const STATE_VALUE = /[?&]state=[^&#%\0\s]/;

const FIXED = 'The state is the same for every sign-in.';
const ABSENT = 'The request for authorisation has no state, and no PKCE that would stand for it.';
const GUESSED = 'The state is made of a clock or of a generator that can be guessed.';
/** Characters in which the other parts of a concatenated address stand. */
const BESIDE = 300;
/** Characters in which the other items of a list of query items stand. */
const NEAR = 800;

/** A whole request for a code, which comes back with nothing that says it belongs to this sign-in (RFC 6749 §10.12, RFC 9700 §4.7.1). */
function lacksState({ text, node, scene }: TextEvent): boolean {
  if (!text.includes('response_type=code') || !text.includes('client_id=') || !text.includes('redirect_uri=')) return false;
  const { source } = scene.unit;
  return !STANDS_FOR_STATE.test(source.slice(Math.max(0, node.start - NEAR), node.end + NEAR));
}
const STANDS_FOR_STATE = /\bstate=|['"&]state\b|\bcode_?challenge|\bnonce=|\bpkce/i;

/** The name a text is joined with: `"…&state=" + state`. */
function added(source: string, end: number): string | undefined {
  return /^\s*\+\s*([A-Za-z_][\w.]*)/.exec(source.slice(end, end + 100))?.[1];
}

type Node = { readonly start: number; readonly end: number };

/** Reports a value that comes from a clock or a weak generator and nothing better, where it is made: in a local, or in place. */
function reportGuessable(scene: Scene, value: Expression | string, place: Node, context: AuditContext): void {
  const path = typeof value === 'string' ? value : pathOf(value);
  let made: Node | undefined = typeof value === 'string' ? undefined : value;
  let at = place;
  walk(scene.function?.body ?? [], (node) => {
    if (node.kind !== 'declare' || node.name !== path || node.value === undefined) return;
    made = node.value;
    at = node;
  });
  const spelled = made === undefined ? '' : scene.unit.source.slice(made.start, made.end);
  if (GUESSABLE.test(spelled) && !RANDOM.test(spelled)) report(scene, at, GUESSED, context);
}

const report = (scene: Scene, node: Node, message: string, context: AuditContext): void =>
  context.report({ at: here(scene, node), message, confidence: 'medium' });
