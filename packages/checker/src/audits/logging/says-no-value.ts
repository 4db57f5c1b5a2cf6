import type { ArgumentValue } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';

/** Whether an argument of a log call says by what it is that it is no secret, whatever its name is: a key's name, an event's, an outcome. */
export const saysNoValue = (arg: ArgumentValue): boolean => namesEvent(arg) || isKeyName(arg) || isOutcome(arg);

/** `console.log(STORAGE_KEYS.TOKEN)`: the key's name, not what is stored under it. */
const isKeyName = ({ value }: ArgumentValue): boolean =>
  value.kind === 'member' && /K(?:eys|EYS)\.\w+$|(?:^|\.)keys\.[A-Z_]+$/.test(pathOf(value));

/** `track(analytics.event.tokenList)`, `track(event: .Login.passwordFailed(step: 1))`: what happened, by a name the program chose. */
const namesEvent = ({ label, value }: ArgumentValue): boolean =>
  (value.kind === 'member' && /(?:^|\.)\w*[eE]vents?(?:Names?)?\.\w+$/.test(pathOf(value))) ||
  (label === 'event' && value.kind === 'call' && value.callee.kind === 'member');

/** `ok` of `const ok = await login(name, password)` says whether it worked. */
const isOutcome = ({ value, known }: ArgumentValue): boolean =>
  known.sensitive?.whole === true &&
  value.kind === 'name' &&
  /^(?:ok|success\w*|succeeded|status|done|valid|(?:is|has|was)[A-Z]\w*)$/.test(value.text);
