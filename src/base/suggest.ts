// "did you mean": the nearest of the names that would have been right.

import { MAX_COMPARED } from "./limits.js";

/** The candidate that a typing slip most likely meant, or `undefined` where none is near. */
function nearest(wrong: string, candidates: Iterable<string>): string | undefined {
  if (wrong.length > MAX_COMPARED) return undefined;
  // A third of the letters may differ: "evnts" finds "events", "x" finds nothing.
  const limit = Math.max(1, Math.floor(wrong.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    // So many letters must be inserted or deleted at least: most candidates are out without a comparison.
    if (Math.abs(candidate.length - wrong.length) >= bestDistance) continue;
    const distance = editDistance(wrong.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance && distance < Math.max(wrong.length, candidate.length)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `did you mean "x"?` for a hint, or "" where no candidate is near. */
export function didYouMean(wrong: string, candidates: Iterable<string>): string {
  const found = nearest(wrong, candidates);
  return found === undefined ? "" : `did you mean "${found}"?`;
}

/**
 * Letters to insert, delete, replace or swap with a neighbour (optimal string alignment); gives up at `limit`. Three
 * rows of the table are enough, because a swap looks back by two.
 */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, before[j - 2]! + 1);
      }
      row.push(value);
      least = Math.min(least, value);
    }
    if (least >= limit) return limit;
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
