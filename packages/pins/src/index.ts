export type { PinsCommand } from './command/command.ts';
export { pinsCommands } from './command/commands.ts';
export type { PinsIo } from './command/io.ts';
export { runPins } from './command/run-pins.ts';
export { type Emission, emit } from './emit/emit.ts';
export type { EmittedFile, Emitter } from './emit/emitter.ts';
export { emitters } from './emit/emitters.ts';
export { type FetchChainOptions, fetchChain, type LiveChain } from './material/fetch-chain.ts';
export { type KeyMaterial, readKeyMaterial } from './material/read-key-material.ts';
export { pinOfCertificateKey, pinOfKey, pinOfWholeCertificate, rawKeyHash } from './material/spki-hash.ts';
export { PinsError, type PinsErrorCode } from './pins-error.ts';
export { formatPlan } from './plan/format-plan.ts';
export { LIFETIME_CAPS, lifetimeCap } from './plan/lifetime-calendar.ts';
export { makePlan, type PlanInput } from './plan/make-plan.ts';
export type { HostPlan, Outcome, Plan, PlanCertificate, PlanEvent } from './plan/plan.ts';
export { planChain } from './plan/plan-chain.ts';
export { planHtml } from './plan/plan-html.ts';
export { type RehearsalOptions, type RehearsalResult, rehearse } from './rehearse/rehearse.ts';
export { CANARY_ANSWER, type RehearsalAnswer, type RehearsalRunner, type RehearsalTarget, runners } from './rehearse/runners.ts';
export { addHost, addPins, recordRelease } from './set/add-pin.ts';
export { emittedPins, livePins, strandedVersions } from './set/live-pins.ts';
export { type Move, movePin } from './set/move-pin.ts';
export { checkPinSet, formatPinSet, parsePinSet } from './set/parse-pin-set.ts';
export {
  type AppVersion,
  type Pin,
  type PinnedHost,
  type PinRole,
  type PinSet,
  type PinSetInput,
  type PinState,
  pinSetSchema,
} from './set/pin-set.ts';
export { pinSetJsonSchema } from './set/pin-set-json-schema.ts';
export { promotePin } from './set/promote-pin.ts';
export { type SignOptions, signPinSet, wireHost } from './signed/sign-pin-set.ts';
export { type NodePinSetKey, newSigningKey, nodePinSetKeyOf, openSigningKey, readPinSetKey, verifyText } from './signed/signing-key.ts';
export { type WatchEvent, type WatchInput, watchPins } from './watch/watch.ts';
