/** Names to look up, as many as a middling app has. */
const NAMES = Array.from({ length: 20_000 }, (_, index) => `${'abcdefghij'[index % 10]}Name${(index * 2_654_435_761) % 1_000_003}`);

/** Makes records under names, reads them again and takes texts apart: what a check does, always on the same data. */
function calculate(): number {
  let sum = 0;
  for (let round = 0; round < 12; round++) {
    const records = new Map<string, { name: string; parts: string[] }>();
    for (const name of NAMES) records.set(name, { name, parts: name.split(/(?=[A-Z0-9])/) });
    for (const name of NAMES) sum += (records.get(name)?.parts.length ?? 0) + name.charCodeAt(round % name.length);
  }
  return sum;
}

/**
 * How fast the machine is at this moment: milliseconds of one and the same calculation. A shared machine's pace changes by half within
 * minutes, without its load or its clock saying so; beside this figure those of a benchmark can be read.
 *
 * @example machinePace() // 152.3
 */
export function machinePace(): number {
  const started = performance.now();
  calculate();
  return performance.now() - started;
}

// The engine must have made its best code of it before it is a measure.
for (let round = 0; round < 4; round++) calculate();
