// Choices that follow from a seed and the number of a case alone, so that one case can be made again without the others.

import { randomFrom } from "../random.js";

export class Random {
  /** An integer from 0 to below `limit`. */
  readonly below: (limit: number) => number;

  constructor(seed: number, number: number) {
    // Neighbouring numbers must not give neighbouring streams: mix both before the first draw (murmur3's finalizer).
    let mixed = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    this.below = randomFrom(mixed ^ (mixed >>> 16));
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Small mostly, up to below `limit`: each size is as likely as the next power of two. */
  small(limit: number): number {
    return this.below(1 + this.below(Math.min(limit, 2 ** (1 + this.below(20)))));
  }
}
