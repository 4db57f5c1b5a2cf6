/** An artifact that cannot be had, and what that makes of the audits that need it. */
export class Missing extends Error {
  /** `not-given` makes them not applicable, and proves nothing. */
  readonly state: 'not-applicable' | 'not-given' | 'inconclusive' | 'manual';
  constructor(state: Missing['state'], why: string) {
    super(why);
    this.state = state;
  }
}
