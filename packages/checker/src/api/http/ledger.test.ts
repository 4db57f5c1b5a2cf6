import { describe, expect, it } from 'vitest';
import { BudgetSpent, createLedger } from './ledger.ts';

describe('createLedger', () => {
  it('counts per audit and in all', () => {
    const ledger = createLedger({ maxRequests: 10, maxTime: 1000, now: () => 0 });
    for (const who of ['a', 'b', 'a']) ledger.take(who);
    expect([ledger.sentBy('a'), ledger.sentBy('b'), ledger.sentBy('c'), ledger.total]).toEqual([2, 1, 0, 3]);
  });

  it('stops at the cap of requests and counts nothing beyond', () => {
    const ledger = createLedger({ maxRequests: 2, maxTime: 1000, now: () => 0 });
    ledger.take('a');
    ledger.take('a');
    expect(() => ledger.take('a')).toThrow(BudgetSpent);
    expect(ledger.total).toBe(2);
  });

  it('stops when the time is up', () => {
    let time = 5000;
    const ledger = createLedger({ maxRequests: 9, maxTime: 1000, now: () => time });
    ledger.take('a');
    time = 5999;
    expect(ledger.timeLeft()).toBe(1);
    time = 6000;
    expect(() => ledger.take('a')).toThrow(/1 s is reached/);
  });
});
