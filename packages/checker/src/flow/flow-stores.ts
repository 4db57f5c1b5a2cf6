import type { ArrayLiteral, Assign, Call, Expression, Member, Tuple } from '../syntax/tree.ts';
import { binaryValue } from './binary-value.ts';
import type { Property } from './declarations.ts';
import type { AssignEvent } from './events.ts';
import { FlowCalls } from './flow-calls.ts';
import { type Frame, sceneOf } from './frame.ts';
import { ABOUT } from './known-calls.ts';
import { nameValue } from './name-value.ts';
import { lastName, ownPath, pathOf } from './paths.ts';
import { isAround } from './sensitive-name.ts';
import { combine, either, UNKNOWN, type Value } from './value.ts';
import { withEntry } from './with-entry.ts';

/** Reads what is stored into variables, members and entries. */
export abstract class FlowStores extends FlowCalls {
  /** `(user, token) = pair`: each name gets its part. */
  protected spread(target: Tuple | ArrayLiteral, value: Value, frame: Frame): void {
    const targets: readonly Expression[] = target.kind === 'tuple' ? target.items.map((item) => item.value) : target.items;
    targets.forEach((to, index) => {
      if (to.kind !== 'name' || to.text === '_') return;
      const part = value.items?.[index] ?? { sensitive: value.sensitive, foreign: value.foreign };
      frame.env.set(to.text, nameValue(part, to.text, undefined));
    });
  }

  /** Gives the names of `.login(let user, let password)` what the case carries, and what its declaration calls it. */
  protected bindPattern(pattern: Call, subject: Value, frame: Frame): void {
    const name = pattern.callee.kind === 'member' ? pattern.callee.name : '';
    const carried = this.declared.property(subject.type, name)?.declare.params ?? this.project.cases.get(name)?.params;
    pattern.args.forEach((arg, index) => {
      const inner = arg.value;
      if (inner.kind === 'call') this.bindPattern(inner, subject, frame);
      if (inner.kind !== 'name' || inner.text === '_') return;
      const part = (arg.label === undefined ? undefined : subject.entries?.get(arg.label)) ?? subject.items?.[index];
      const known = part ?? {
        sensitive: name === 'failure' || isAround(inner.text) || ABOUT.test(inner.text) ? undefined : subject.sensitive,
        foreign: subject.foreign,
      };
      const named = nameValue(known, inner.text, carried?.[index]?.type);
      frame.env.set(inner.text, carried?.[index] === undefined ? named : nameValue(named, carried[index].name, carried[index].type));
    });
  }

  /** The property a name means inside its type; where types are declared for every object, of other objects too. */
  protected slotOf(target: Expression, receiver: Value | undefined, frame: Frame): Property | undefined {
    if (target.kind === 'name') return this.declared.property(frame.type, target.text);
    return target.kind === 'member' && frame.unit.language === 'script' ? this.declared.property(receiver?.type, target.name) : undefined;
  }

  protected assign(node: Assign, frame: Frame): Value {
    let value = this.value(node.value, frame);
    const target = node.target;
    if (target.kind === 'name' && target.text === '_') return value;
    if (target.kind === 'tuple' || target.kind === 'array') {
      this.spread(target, value, frame);
      return value;
    }
    // `if case .token(let text) = answer`.
    if (target.kind === 'call') {
      this.bindPattern(target, value, frame);
      return { type: 'Bool' };
    }
    const path = pathOf(target);
    let receiver: Value | undefined;
    let key: Value | undefined;
    let name = path;
    if (target.kind === 'member') {
      name = target.name;
      receiver = target.object === undefined ? undefined : this.value(target.object, frame);
    } else if (target.kind === 'index') {
      receiver = this.value(target.object, frame);
      key = target.args[0] === undefined ? undefined : this.value(target.args[0].value, frame);
      name = lastName(target.object) ?? '';
    }
    if (node.op === '+=') value = binaryValue('+', this.value(target, frame), value);
    const old = frame.env.get(path) ?? (target.kind === 'name' && frame.unit.language === 'script' ? this.byName(path, frame) : undefined);
    const keyName = key?.text ?? key?.symbol?.replace(/^.*\./, '');
    const slot = this.slotOf(target, receiver, frame);
    const named = this.named(
      value,
      keyName ?? name,
      slot?.declare.type ?? (old?.type === undefined || value.type !== undefined ? undefined : old.type),
      slot?.unit ?? frame.unit,
    );
    if (target.kind === 'index') {
      // A dictionary grown entry by entry is known entry by entry.
      const holder = pathOf(target.object);
      const before = frame.env.get(holder) ?? receiver ?? UNKNOWN;
      const entries = keyName === undefined ? before.entries : withEntry(before.entries, keyName, named);
      frame.env.set(holder, {
        ...combine(before, named),
        text: undefined,
        entries,
        type: before.type,
        literal: before.literal === true && named.literal === true,
        items: before.items,
      });
    } else {
      const own =
        target.kind === 'name' &&
        frame.env.get(path) === undefined &&
        frame.type !== undefined &&
        this.declared.property(frame.type, path) !== undefined;
      const slot = own ? ownPath(path) : path;
      const previous = frame.env.get(slot);
      frame.env.set(slot, frame.branch > 0 && previous !== undefined ? either(previous, named) : named);
      if (target.kind === 'member' && target.object !== undefined) {
        const property = receiver === undefined ? undefined : this.declared.property(receiver.type, name);
        if (property !== undefined) this.setter(property, named, node, frame);
        const holder = pathOf(target.object);
        const before = frame.env.get(holder);
        if (before !== undefined && holder !== 'self' && holder !== 'this')
          frame.env.set(holder, { ...before, entries: withEntry(before.entries, target.name, named) });
      }
    }
    if (frame.told) {
      const event: AssignEvent = {
        node,
        name,
        path,
        target,
        receiver,
        key,
        value: named,
        valueNode: node.value,
        declared: false,
        scene: sceneOf(frame, node.start),
      };
      frame.assigns.push(event);
      this.listener.assign?.(event);
    }
    return named;
  }

  /** `user.data.token` was read: from here on `user` is known to carry a credential, whole as it is logged or stored. */
  protected carrier(node: Member, frame: Frame): void {
    let root: Expression | undefined = node.object;
    while (root?.kind === 'member') root = root.object;
    if (root?.kind !== 'name' || /^(?:this|self|process|window|global|globalThis)$/.test(root.text) || isAround(root.text)) return;
    const known = frame.env.get(root.text) ?? UNKNOWN;
    if (known.sensitive !== undefined || known.guarded === true || known.literal === true) return;
    const sensitive = { kind: 'credential', name: `${root.text}.${node.name}`, whole: true } as const;
    frame.env.set(root.text, { ...known, sensitive });
  }
}
