import { isNumeric, type Value } from './value.ts';

/** Whether two values put together are a text whose parts cannot all be known. */
export function composedSum(left: Value, right: Value): boolean | undefined {
  return (
    left.composed === true || right.composed === true || (right.literal !== true && !isNumeric(right) && left.literal === true) || undefined
  );
}
