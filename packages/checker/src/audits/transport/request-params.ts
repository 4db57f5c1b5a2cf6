import type { DictionaryEvent } from '../../flow/events.ts';

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
