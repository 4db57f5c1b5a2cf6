import type { Call, Closure, Expression, FunctionDeclaration } from '../syntax/tree.ts';
import type { AssignEvent, CallEvent, Scene } from './events.ts';
import type { Unit } from './project.ts';
import type { Value } from './value.ts';

/** One body being read: its variables, where it is, and what was seen in it so far. */
export interface Frame {
  readonly unit: Unit;
  readonly function: FunctionDeclaration | undefined;
  readonly type: string | undefined;
  readonly env: Map<string, Value>;
  /** Of the `if`s and `guard`s around the place that is read; scenes keep the list as it was, so it is replaced and never changed. */
  conditions: readonly Expression[];
  readonly calls: CallEvent[];
  readonly assigns: AssignEvent[];
  readonly told: boolean;
  readonly depth: number;
  readonly via: { readonly unit: Unit; readonly node: Call } | undefined;
  debug: boolean;
  /** Inside a branch or a loop: a store there may or may not happen. */
  branch: number;
  /** The outermost closure around the place that is read: a function declared in it sees its variables, though no function is around it. */
  closure: Closure | undefined;
  returned: Value | undefined;
}

const NONE: readonly Expression[] = [];

/** A frame with nothing seen yet. `told`: whether its events go to the listener. */
export function newFrame(
  unit: Unit,
  declaration: FunctionDeclaration | undefined,
  type: string | undefined,
  told: boolean,
  depth: number,
  env = new Map<string, Value>(),
  via: Frame['via'] = undefined,
): Frame {
  return {
    unit,
    function: declaration,
    type,
    env,
    conditions: NONE,
    calls: [],
    assigns: [],
    told,
    depth,
    via,
    debug: false,
    branch: 0,
    closure: undefined,
    returned: undefined,
  };
}

/** What an audit may ask about a place in a frame. */
export function sceneOf(frame: Frame, start: number): Scene {
  return new SceneView(frame, start);
}

/** What a scene answers is worked out when an audit asks, which for most calls never happens. */
class SceneView implements Scene {
  readonly #frame: Frame;
  readonly #start: number;
  readonly #debug: boolean;
  readonly conditions: readonly Expression[];

  constructor(frame: Frame, start: number) {
    this.#frame = frame;
    this.#start = start;
    this.#debug = frame.debug;
    this.conditions = frame.conditions;
  }
  get unit(): Unit {
    return this.#frame.unit;
  }
  get function(): FunctionDeclaration | undefined {
    return this.#frame.function;
  }
  get type(): string | undefined {
    return this.#frame.type;
  }
  get via(): Scene['via'] {
    return this.#frame.via;
  }
  get debug(): boolean {
    return this.#debug || this.#frame.unit.tree.debugRanges.some((range) => this.#start >= range.start && this.#start < range.end);
  }
  lookup(path: string): Value | undefined {
    return this.#frame.env.get(path);
  }
}
