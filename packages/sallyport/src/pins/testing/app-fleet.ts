import type { PinPolicy } from '@sallyport/client';

/** One app version in the field. */
export interface FieldedVersion {
  readonly version: string;
  /** What it was built with. */
  readonly policy: PinPolicy;
  /** Part of all users, 0 to 1. */
  share: number;
  /** False once the backend forces it to update. */
  supported: boolean;
}

/** Part of those on an old version who move to the newest within a month: half are there after two and a half months. */
const MOVES_A_MONTH = 0.25;
/** A version below this share is forced to update. */
const FORCED_BELOW = 0.005;

/** The app versions in use and how users move between them: fast at first, with a long tail. */
export class AppFleet {
  readonly versions: FieldedVersion[] = [];

  /** Releases a version. The very first has all users; a later one begins with nobody. */
  release(version: string, policy: PinPolicy): void {
    this.versions.push({ version, policy, share: this.versions.length === 0 ? 1 : 0, supported: true });
  }

  /** A month goes by. */
  age(): void {
    const newest = this.versions.at(-1);
    for (const each of this.versions) {
      if (each === newest || newest === undefined) continue;
      const leaving = each.share < FORCED_BELOW ? each.share : each.share * MOVES_A_MONTH;
      each.share -= leaving;
      newest.share += leaving;
      if (each.share === 0) each.supported = false;
    }
  }

  get inUse(): readonly FieldedVersion[] {
    return this.versions.filter(({ supported }) => supported);
  }
}
