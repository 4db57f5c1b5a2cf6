import type { Clock } from '../ports.ts';

export const nodeClock: Clock = {
  now: () => Date.now(),
  uptime: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
