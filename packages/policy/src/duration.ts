import { z } from 'zod';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Eight digits, because nine of days are more milliseconds than a number holds exactly. */
const DURATION = /^(\d{1,8})(ms|s|m|h|d)$/;

/**
 * Reads a duration such as `500ms`, `30s`, `15m`, `2h` or `30d`.
 *
 * @returns milliseconds, or `undefined` when the text is no duration.
 * @example parseDuration('15m') // 900000
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  return match === null ? undefined : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/**
 * A duration between two bounds, written as text in the policy and read as milliseconds everywhere else.
 *
 * @param example what an error message tells to write.
 */
export function duration(least: string, most: string, example: string) {
  const [min, max] = [parseDuration(least) as number, parseDuration(most) as number];
  return z
    .string({ error: (issue) => (issue.input === undefined ? undefined : 'must be a duration in quotes') })
    .regex(DURATION, { error: 'must be a duration: a whole number with ms, s, m, h or d' })
    .meta({ title: `Duration from ${least} to ${most}`, examples: [example] })
    .transform((text) => parseDuration(text) as number)
    .refine((value) => value >= min && value <= max, { error: `must be between ${least} and ${most}` });
}
