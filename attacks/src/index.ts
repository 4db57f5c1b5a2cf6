export type { Attack, Outcome } from './attack.ts';
export { attacks } from './attacks/index.ts';
export { FormBrowser } from './means/form-browser.ts';
export { send } from './means/send.ts';
export { sendSigned } from './means/send-signed.ts';
export { type PlayedAttack, playAttacks } from './play-attacks.ts';
export type { Arrival, LuredApp, Stage, Victim } from './stage.ts';
