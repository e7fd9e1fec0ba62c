// Two sequences side by side: which elements of one are those of the other. E. W. Myers, "An O(ND) Difference
// Algorithm and Its Variations", 1986: the work grows with the number of differences.

/** Beyond this many differences sequences have little to do with each other, and are taken to differ as a whole. */
const MAX_DIFFERENCES = 2000;

/** For each index of `a` the index of `b` that is the same element, or -1. Ascending. */
export function matchSequences(a: readonly string[], b: readonly string[]): Int32Array {
  const match = new Int32Array(a.length).fill(-1);
  // Two versions of one function begin and end alike, so that little is left to search.
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    match[start] = start;
    start += 1;
  }
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
    match[endA] = endB;
  }
  matchMiddle(a, b, start, endA, endB, match);
  return match;
}

/**
 * Myers' greedy search between a common beginning and a common end: with one difference more at each round, until a path
 * reaches the end of both. Memory is the square of the differences, which MAX_DIFFERENCES bounds.
 */
function matchMiddle(
  a: readonly string[],
  b: readonly string[],
  start: number,
  endA: number,
  endB: number,
  match: Int32Array,
): void {
  const n = endA - start;
  const m = endB - start;
  const limit = Math.min(n + m, MAX_DIFFERENCES);
  // steps[d][d + k]: how far on diagonal k = x - y a path with d differences gets.
  const steps: Int32Array[] = [];
  for (let d = 0; d <= limit; d++) {
    const reached = new Int32Array(2 * d + 1);
    steps.push(reached);
    for (let k = -d; k <= d; k += 2) {
      let x = startOf(steps, d, k).x;
      while (x < n && x - k < m && a[start + x] === b[start + x - k]) x += 1;
      reached[d + k] = x;
      if (x >= n && x - k >= m) {
        walkBack(steps, d, n, m, start, match);
        return;
      }
    }
  }
}

/** Where the path with d differences gets onto diagonal k, and from which diagonal: the farther of its neighbours. */
function startOf(steps: readonly Int32Array[], d: number, k: number): { x: number; from: number } {
  if (d === 0) return { x: 0, from: 0 };
  const before = steps[d - 1]!;
  // The path with d - 1 differences is at index d - 1 of its own diagonal 0.
  const above = k === d ? -1 : before[d - 1 + k + 1]!;
  const left = k === -d ? -1 : before[d - 1 + k - 1]!;
  const down = k === -d || (k !== d && left < above);
  return down ? { x: above, from: k + 1 } : { x: left + 1, from: k - 1 };
}

/** From the end to the beginning: every diagonal step is a pair of equal elements. */
function walkBack(
  steps: readonly Int32Array[],
  differences: number,
  n: number,
  m: number,
  start: number,
  match: Int32Array,
): void {
  let x = n;
  let y = m;
  for (let d = differences; d >= 0; d--) {
    const k = x - y;
    const { x: begin, from } = startOf(steps, d, k);
    while (x > begin) {
      x -= 1;
      match[start + x] = start + x - k;
    }
    // One step down, or one to the right.
    if (d > 0) x = from > k ? begin : begin - 1;
    y = x - from;
  }
}
