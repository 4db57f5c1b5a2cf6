import type { Finding } from './finding.ts';
import { covers, overlaps, parseRoutePath, type RoutePath } from './route-path.ts';
import type { Policy } from './schema.ts';

interface Line {
  readonly index: number;
  readonly path: string;
  readonly parsed: RoutePath;
}

/**
 * Names routes that get into each other's way. The first that matches counts, so a route below one that matches all it
 * does is dead, and the protection written there protects nothing: an error. Two that share only some paths may be meant:
 * a warning.
 */
export function* checkRoutes({ routes }: Pick<Policy, 'routes'>): Generator<Finding> {
  const byMethod = new Map<string, Line[]>();
  for (const [index, { method: methods, path }] of routes.entries()) {
    const line = { index, path, parsed: parseRoutePath(path) };
    const overlapping = new Map<Line, string[]>();
    for (const [position, method] of methods.entries()) {
      if (methods.indexOf(method) !== position) {
        yield {
          severity: 'error',
          path: ['routes', index, 'method', position],
          what: `${method} is listed twice`,
          instead: 'take one out',
        };
        continue;
      }
      const earlier = byMethod.get(method) ?? [];
      const above = earlier.find(({ parsed }) => covers(parsed, line.parsed));
      if (above !== undefined) yield dead(line, method, above);
      else for (const other of earlier) if (crosses(other, line)) overlapping.set(other, [...(overlapping.get(other) ?? []), method]);
      earlier.push(line);
      byMethod.set(method, earlier);
    }
    for (const [other, shared] of overlapping) {
      const what = `${shared.join(', ')} ${path} and routes[${other.index}] ${other.path} match some of the same paths, and routes[${other.index}] counts for those`;
      yield { severity: 'warning', path: ['routes', index, 'path'], what, instead: 'list the shared paths apart, above both' };
    }
  }
}

function dead({ index, path, parsed }: Line, method: string, above: Line): Finding {
  const same = covers(parsed, above.parsed);
  const what = same
    ? `${method} ${path} is already routes[${above.index}] ${above.path}`
    : `${method} ${path} can never match: routes[${above.index}] ${above.path} stands above and matches all of it`;
  const instead = same ? 'keep one of the two' : `move it above routes[${above.index}]`;
  return { severity: 'error', path: ['routes', index], what, instead };
}

/** Whether two routes share paths without the lower being the wider one, which is the usual "all the rest". */
function crosses(above: Line, below: Line): boolean {
  return overlaps(above.parsed, below.parsed) && !covers(below.parsed, above.parsed);
}
