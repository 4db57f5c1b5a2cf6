/** An artifact that cannot be had, and what that makes of the audits that need it. */
export class Missing extends Error {
  readonly state: 'not-applicable' | 'inconclusive' | 'manual';
  constructor(state: Missing['state'], why: string) {
    super(why);
    this.state = state;
  }
}
