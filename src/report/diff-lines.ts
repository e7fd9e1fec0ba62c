// Lines that differ, with some of those around them.

import { matchSequences } from "./sequence.js";

export interface DiffLine {
  /** "-" is only in the first, "+" only in the second; "@" says where a part begins. */
  readonly sign: " " | "-" | "+" | "@";
  readonly text: string;
}

/** Equal lines that are shown before and after a difference. */
const CONTEXT = 3;

/** The differing lines of two texts. */
export function diffTexts(a: readonly string[], b: readonly string[]): DiffLine[] {
  return diffLines(a, b, matchSequences(a, b));
}

/** The same for lines that are matched already; `place` names the position of a part in the first. */
export function diffLines(
  a: readonly string[],
  b: readonly string[],
  match: Int32Array,
  place: (index: number) => string = () => "",
): DiffLine[] {
  const all: (DiffLine & { readonly index: number })[] = [];
  let j = 0;
  for (let i = 0; i <= a.length; i++) {
    const partner = i < a.length ? match[i]! : b.length;
    if (i < a.length && partner < 0) {
      all.push({ sign: "-", text: a[i]!, index: i });
      continue;
    }
    for (; j < partner; j++) all.push({ sign: "+", text: b[j]!, index: i });
    if (i < a.length) all.push({ sign: " ", text: b[j++]!, index: i });
  }
  const near = new Uint8Array(all.length);
  for (const [at, { sign }] of all.entries()) {
    if (sign !== " ") near.fill(1, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
  }
  const lines: DiffLine[] = [];
  for (const [at, { sign, text, index }] of all.entries()) {
    if (near[at] === 0) continue;
    const where = place(index);
    if (where !== "" && (at === 0 || near[at - 1] === 0)) lines.push({ sign: "@", text: where });
    lines.push({ sign, text });
  }
  return lines;
}
