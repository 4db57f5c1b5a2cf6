import type { AuditContext } from '../../audit.ts';
import type { TextEvent } from '../../flow/events.ts';
import { entropy, findSecret, isPlaceholder } from '../../secrets/secret-patterns.ts';
import { here } from '../event-place.ts';
import { accountIn } from './written-account.ts';

/** Reports a secret that is a part of a longer text: of an address, a JSON text, a header or a pair of user and password. */
export function reportSecretInText(event: TextEvent, context: AuditContext): void {
  const keyed = /[?&](?:api_?key|apikey|access_?token|auth_?token|client_?secret|secret)=([\w-]{16,})(?=&|$)/i.exec(event.text)?.[1];
  if (
    keyed !== undefined &&
    entropy(keyed) >= 3 &&
    /\d/.test(keyed) &&
    /[A-Za-z]/.test(keyed) &&
    !isPlaceholder(keyed) &&
    findSecret(event.text) === undefined
  )
    context.report({
      at: here(event.scene, event.node),
      message: 'An address with a key in it is written in the code.',
      secrets: [keyed],
      confidence: 'medium',
    });
  const member = event.text.includes('":') ? JSON_MEMBER.exec(event.text) : null;
  if (member !== null && isStrong(member[2] as string) && findSecret(event.text) === undefined)
    context.report({
      at: here(event.scene, memberPlace(event, member[2] as string)),
      message: `“${member[1]}” of a JSON text is written in the code.`,
      secrets: [member[2] as string],
      confidence: 'medium',
    });
  const account = accountIn(event.text);
  if (account !== undefined) {
    context.report({
      at: here(event.scene, event.node),
      message: 'An account with its password is written in the code.',
      secrets: [account],
      confidence: 'medium',
    });
    return;
  }
  const password = /^[\w.@+-]{2,40}:([^\s:/]{6,60})$/.exec(event.text)?.[1];
  if (password !== undefined && /[\d!@#$%^&*]/.test(password) && !isPlaceholder(password) && isEncoded(event)) {
    context.report({
      at: here(event.scene, event.node),
      message: 'User and password of a Basic authorization are written in the code.',
      secrets: [password],
      confidence: 'medium',
    });
    return;
  }
  const header = /^(?:Basic|Bearer|Token|ApiKey) ([\w.~+/:=-]{8,})$/.exec(event.text);
  const inside = header ?? /\b\w*(?:key|secret|token|password|passwd)\w*\s*[=:]\s*["']?([\w\-+/.]{14,})["']?\s*$/i.exec(event.text);
  const secret = inside?.[1];
  if (secret === undefined || isPlaceholder(secret) || findSecret(event.text) !== undefined) return;
  // “Token Standard” is a label; a header value has digits, padding, or length.
  if (header !== null && secret.length < 20 && !/[\d:=]/.test(secret)) return;
  if (header === null && (entropy(secret) < 3.2 || !/\d/.test(secret) || !/[A-Za-z]/.test(secret) || /[?&]/.test(event.text))) return;
  context.report({
    at: here(event.scene, event.node),
    message: `A text with a secret in it is written in the code.`,
    secrets: [secret],
    confidence: 'medium',
  });
}

/** `"secret": "…"` of a JSON text that is put together in the code. */
const JSON_MEMBER = /"(\w*(?:secret|password|passwd|api_?key|private_?key|token))"\s*:\s*"([^"\s\0\\]{12,})"/i;

/** The line of a text of many lines. */
function memberPlace({ scene, node }: TextEvent, secret: string): { start: number; end: number } {
  const start = scene.unit.source.indexOf(secret, node.start);
  return start === -1 || start > node.end ? node : { start, end: start + secret.length };
}

/** Digits and letters without order: no word, no key's name. */
const isStrong = (text: string): boolean => /\d/.test(text) && /[A-Za-z]/.test(text) && entropy(text) >= 3.2 && !isPlaceholder(text);

/** `Data("user:password".utf8).base64EncodedString()`, `btoa('user:password')`: what Basic authorization is made of. */
function isEncoded({ scene: { unit }, node }: TextEvent): boolean {
  const before = unit.source.slice(Math.max(0, node.start - 40), node.start);
  const after = unit.source.slice(node.end, node.end + 80).split('\n')[0] ?? '';
  return /base64/i.test(after) || /(?:\bbtoa|[bB]ase64\w*(?:\.(?:encode|stringify))?)\(\s*@?$/.test(before);
}
