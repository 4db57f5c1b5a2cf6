import type { AuditContext } from '../audit.ts';
import type { Unit } from '../flow/project.ts';
import { words } from '../flow/sensitive-name.ts';
import { mentions } from './mentions.ts';

const BARE = /^(?:(?:clicked|selected|current|new|custom|default|my|all|from|to|input|output) )?tokens?(?: storage| list)?$/;
/** Somewhere in the app a token has a symbol, a balance, decimals: it is a coin. */
const COIN =
  /\b[tT]okens?[!?]{0,2}\.(?:symbol|decimals|contractAddress|balance|logoURI|chainId)\b|\b(?:ERC|erc)-?20\b|\b[tT]okenBalances?\b/;
/** In a file that signs in a token is a token, in a wallet too. */
const SIGNS_IN =
  /\bBearer\b|Authorization|\bjwt\b|[lL]og_?[iI]n|[sS]ign_?[iI]n|[pP]assword|[aA]uth_?[tT]oken|[aA]ccess_?[tT]oken|[rR]efresh_?[tT]oken/;

/** Whether a bare `token` is a coin of a wallet: the app speaks of its symbol and balance, the file of no sign-in. */
export function isCoinToken(name: string, unit: Unit, context: AuditContext): boolean {
  const last = name.split(/[.:/@]/).at(-1) ?? name;
  if (!BARE.test(words(last)) || mentions(unit, SIGNS_IN)) return false;
  return context.artifacts.code.some((other) => mentions(other, COIN));
}
