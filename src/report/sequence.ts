// Two sequences side by side: which elements of one are those of the other. E. W. Myers, "An O(ND) Difference
// Algorithm and Its Variations", 1986: the work grows with the number of differences.

/** Beyond this many differences sequences have little to do with each other, and are taken to differ as a whole. */
const MAX_DIFFERENCES = 2000;

/** For each index of `a` the index of `b` that is the same element, or -1. Ascending. */
export function matchSequences(a: readonly string[], b: readonly string[]): Int32Array {
  const match = new Int32Array(a.length).fill(-1);
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
  // reached[k]: how far on diagonal k = x - y a path with d differences gets.
  let reached = new Map<number, number>([[1, 0]]);
  const steps: ReadonlyMap<number, number>[] = [];
  for (let d = 0; d <= limit; d++) {
    steps.push(reached);
    const next = new Map(reached);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));
      let x = down ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      while (x < n && x - k < m && a[start + x] === b[start + x - k]) x += 1;
      next.set(k, x);
      if (x >= n && x - k >= m) {
        walkBack(steps, d, n, m, start, match);
        return;
      }
    }
    reached = next;
  }
}

/** From the end to the beginning: every diagonal step is a pair of equal elements. */
function walkBack(
  steps: readonly ReadonlyMap<number, number>[],
  differences: number,
  n: number,
  m: number,
  start: number,
  match: Int32Array,
): void {
  let x = n;
  let y = m;
  for (let d = differences; d >= 0; d--) {
    const reached = steps[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));
    const before = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : (reached.get(before) ?? 0);
    const fromY = d === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      match[start + x] = start + y;
    }
    x = fromX;
    y = fromY;
  }
}
