import type { Call, Expression } from '../syntax/tree.ts';
import type { ArgumentValue, CallEvent, Scene } from './events.ts';
import type { Value } from './value.ts';

/** A call as audits see it. */
export class CallView implements CallEvent {
  declare readonly node: Call;
  declare readonly name: string;
  declare readonly path: string;
  declare readonly receiver: Value | undefined;
  declare readonly receiverNode: Expression | undefined;
  declare readonly args: readonly ArgumentValue[];
  declare readonly scene: Scene;

  constructor(
    node: Call,
    name: string,
    path: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    scene: Scene,
  ) {
    this.node = node;
    this.name = name;
    this.path = path;
    this.receiver = receiver;
    this.receiverNode = receiverNode;
    this.args = args;
    this.scene = scene;
  }
  arg(label: string | number): Value | undefined {
    return this.argNode(label)?.known;
  }
  argNode(label: string | number): ArgumentValue | undefined {
    if (typeof label === 'number') return this.args[label];
    return this.args.find((item) => item.label === label) ?? this.#option(label);
  }
  /** JavaScript names arguments by an object: `open({ name, encryptionKey })`, `<WebView {...props} />`. */
  #option(label: string): ArgumentValue | undefined {
    if (this.scene.unit.language !== 'script') return undefined;
    for (const arg of this.args) {
      const known = arg.label === undefined ? arg.known.entries?.get(label) : undefined;
      if (known !== undefined) return { ...arg, label, known };
    }
    return undefined;
  }
}
