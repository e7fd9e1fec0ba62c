// Strings that are the end of others, as linkers share them: sorted from the last byte on, what ends another string stands
// beside one that it ends.

/** Compares from the last byte backwards; where one is a tail of the other, the longer one is greater. */
export function compareTails(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 1; i <= common; i++) {
    const difference = a[a.length - i]! - b[b.length - i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether `whole` ends in `tail`. */
export function isTail(tail: Uint8Array, whole: Uint8Array): boolean {
  return tail.length <= whole.length && compareTails(tail, whole.subarray(whole.length - tail.length)) === 0;
}
