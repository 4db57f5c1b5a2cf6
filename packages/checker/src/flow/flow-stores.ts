import type { Assign } from '../syntax/tree.ts';
import { binaryValue } from './binary-value.ts';
import type { AssignEvent } from './events.ts';
import { FlowCalls } from './flow-calls.ts';
import { type Frame, sceneOf } from './frame.ts';
import { nameValue } from './name-value.ts';
import { lastName, pathOf } from './paths.ts';
import { combine, either, UNKNOWN, type Value } from './value.ts';

/** Reads what is stored into variables, members and entries. */
export abstract class FlowStores extends FlowCalls {
  protected assign(node: Assign, frame: Frame): Value {
    let value = this.value(node.value, frame);
    const target = node.target;
    if (target.kind === 'name' && target.text === '_') return value;
    if (target.kind === 'tuple' || target.kind === 'array') return value;
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
    const old = frame.env.get(path);
    const keyName = key?.text ?? key?.symbol?.replace(/^.*\./, '');
    const type =
      target.kind === 'name' && frame.type !== undefined ? this.declared.property(frame.type, target.text)?.declare.type : undefined;
    const named = nameValue(
      value,
      keyName ?? name,
      type ?? (old?.type === undefined || value.type !== undefined ? undefined : old.type),
      false,
    );
    if (target.kind === 'index') {
      // A dictionary grown entry by entry is known entry by entry.
      const holder = pathOf(target.object);
      const before = frame.env.get(holder) ?? receiver ?? UNKNOWN;
      const entries = new Map(before.entries ?? []);
      if (keyName !== undefined) entries.set(keyName, named);
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
      const slot = own ? `self.${path}` : path;
      const previous = frame.env.get(slot);
      frame.env.set(slot, frame.branch > 0 && previous !== undefined ? either(previous, named) : named);
      if (target.kind === 'member' && target.object !== undefined) {
        const holder = pathOf(target.object);
        const before = frame.env.get(holder);
        if (before !== undefined && holder !== 'self' && holder !== 'this') {
          const entries = new Map(before.entries ?? []);
          entries.set(target.name, named);
          frame.env.set(holder, { ...before, entries });
        }
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
}
