import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { NETWORK_RESPONSE } from '../../flow/known-calls.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import type { Sensitive } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { mentions } from '../mentions.ts';
import { shownValue } from './shown-value.ts';

const HEADERS = /\b(?:allHTTPHeaderFields|allHeaderFields|httpAdditionalHeaders)\b(?!\s*\??\[|\s*\??\.count)/i;
/** A request as a command line, its Authorization and body among the options (Alamofire, and what teams write for themselves). */
const COMMAND_LINE = /\bc(?:url|URL)(?:Description|String|Representation|Command)?\b(?=\s*\(|\s*\)?$)|\bas(?:Curl|CURL)\b/;
const BODY = /(?:\.(?:http|HTTP)Body\b|\[\w+ HTTPBody\])(?!\s*[?!]?\.(?:count|length|isEmpty)|\s*[!=]=)/;
/** The file sends something that opens more than a public page. */
const SENDS_SECRETS = /Authorization|Bearer|[tT]oken|[cC]redential|[pP]assword|\b[hH]eaders\b/;
const SPELLED_ADDRESS = /["'`]https?:\/\//;
/** Calls and members that make text of bytes, and so show them; `print(data)` of Swift shows their number. */
const AS_TEXT = /\b(?:String|NSString)\s*\(\s*(?:data|decoding|bytes)\s*:|initWithData|JSONSerialization|prettyPrinted/;
const TEXT_NAME = /json|dict|string|text|body|payload|raw/i;
/** What went wrong, which servers say in their answer too. */
const PROBLEM = /err|message|reason|desc|status|code|fail|warn|id$/i;

/** What of a request or its answer a log call writes: all headers, the body, or every answer a client gets. */
export function loggedRequest(arg: ArgumentValue, event: CallEvent): Sensitive | undefined {
  const { unit } = event.scene;
  if (arg.value.kind === 'string' && arg.value.parts.length === 1) return undefined;
  const text = unit.source.slice(arg.start, arg.end);
  const headers = HEADERS.exec(text)?.[0];
  if (headers !== undefined) return { kind: 'credential', name: headers, whole: true };
  if (unit.language === 'script') return event.scene.unit.source.includes('interceptors') ? intercepted(arg.value, event) : undefined;
  if (COMMAND_LINE.test(text)) return { kind: 'credential', name: 'the request as a command line', whole: true };
  const body = BODY.test(text);
  if (!body && arg.known.foreign !== NETWORK_RESPONSE) return undefined;
  const shown = arg.value.kind === 'string' ? arg.value.parts.filter((part) => typeof part !== 'string') : [arg.value];
  if (!body && !shown.some((part) => isAnswer(part, event))) return undefined;
  if (!passesEverything(event)) return undefined;
  return { kind: 'credential', name: body ? 'the body of every request' : 'the answer to every request', whole: true };
}

/** Text made of what the server answered, and not the part of it that says what went wrong. */
function isAnswer(shown: Expression, { scene }: CallEvent): boolean {
  if (AS_TEXT.test(scene.unit.source.slice(shown.start, shown.end))) return true;
  const name = lastName(shown) ?? '';
  if (!/^(?:name|member|cast)$/.test(shown.kind) || PROBLEM.test(name)) return false;
  const known = scene.lookup(pathOf(shown));
  return known?.foreign === NETWORK_RESPONSE && (/^(?:NS)?String$/.test(known.type ?? '') || TEXT_NAME.test(name));
}

/** A client through which all requests go, those that sign in among them: its address is put together elsewhere. */
function passesEverything({ scene: { unit, function: around } }: CallEvent): boolean {
  if (around === undefined || !mentions(unit, SENDS_SECRETS)) return false;
  return !SPELLED_ADDRESS.test(unit.source.slice(around.start, around.end));
}

/** In an interceptor of axios: `console.log(config.headers)`, `console.log(config)`, `console.log(response.data)`. */
function intercepted(value: Expression, event: CallEvent): Sensitive | undefined {
  const inner = shownValue(value);
  const path = pathOf(inner).replaceAll('?', '');
  if (!/^(?:config|request|req|response|res|resp|result)(?:\.(?:data|body))?$/.test(path)) return undefined;
  // As far back as the longest interceptor people write; the nearest one counts.
  const before = event.scene.unit.source.slice(Math.max(0, event.node.start - 800), event.node.start);
  const direction = /.*interceptors\.(request|response)\.use\(/s.exec(before)?.[1];
  if (direction === undefined) return undefined;
  return { kind: 'credential', name: direction === 'request' ? 'the body of every request' : 'the answer to every request', whole: true };
}

/** `console.log(config.headers)` in JavaScript, where headers are a plain object. */
export function carriesHeaders({ value }: ArgumentValue): boolean {
  const inner = shownValue(value);
  return /(?:^|\.)(?:config|request|req|options|originalRequest|requestConfig)\.headers(?:\.common)?$|^(?:e|err|error)\.config$/.test(
    pathOf(inner),
  );
}
