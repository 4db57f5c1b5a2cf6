import type { CallEvent, DictionaryEvent } from '../../flow/events.ts';
import { literally } from '../literally.ts';

/** Characters before a dictionary in which the call it is given to begins: a long line. */
const REACH = 400;

/** `navigate('Account', { screen: 'Reset', params: { token } })` and `router.push({ pathname, params })` stay in the app. */
export const isRoute = ({ entries, node, scene }: DictionaryEvent): boolean =>
  entries.some(({ key }) => /^(?:screen|pathname|routeName)$/.test(key.text ?? '')) ||
  /(?:navigat\w*|router|\bnav)\??\.\w+\([^;{}]*$/i.test(scene.unit.source.slice(Math.max(0, node.start - REACH), node.start));

/** Whether the dictionary is what a request is made of: `axios.get(url, { params })`, not a route's parameters. */
export const isSent = ({ node, scene }: DictionaryEvent): boolean =>
  /(?:axios\w*|api\w*|http\w*|client)(?:\.(?:get|delete|head|request))?(?:<[^>]*>)?\(\s*(?:[^(){}]+,\s*)?$/i.test(
    scene.unit.source.slice(Math.max(0, node.start - REACH), node.start),
  );

/** Whether the parameters are put behind a question mark, here or under the name they are kept by. */
export function isQuery(event: CallEvent): boolean {
  const { source } = event.scene.unit;
  const before = source.slice(Math.max(0, event.node.start - 80), event.node.start);
  if (/\?(?:\$\{|["'`]\s*\+)\s*(?:new\s+)?$/.test(before)) return true;
  const name = /\b(\w+)\s*=\s*(?:new\s+)?$/.exec(before)?.[1];
  return name !== undefined && new RegExp(`\\?(?:\\$\\{|["'\`]\\s*\\+\\s*)${literally(name)}\\b`).test(source);
}
