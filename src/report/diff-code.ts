// The code of two functions. Instructions are matched by what they do; where a jump goes is compared by the match, not
// by a number or a name, so that an instruction more does not change every jump over it.

import { type Func, type Label, type PrintContext, type SourceLine, statementTexts } from "../ir/index.js";
import { type DiffLine, diffLines } from "./diff-lines.js";
import { matchSequences } from "./sequence.js";

export interface CodeDiff {
  readonly code: readonly DiffLine[];
  readonly lineInfo: readonly DiffLine[];
}

export function diffCode(a: Func, pa: PrintContext, b: Func, pb: PrintContext): CodeDiff {
  const match = matchSequences(
    statementTexts(pa, a, () => "target"),
    statementTexts(pb, b, () => "target"),
  );
  const lineInfo = diffSourceLines(a, b, match);
  separateJumps(a, b, match);
  const code = diffLines(shownCode(a, pa), shownCode(b, pb), match, (index) => `instruction ${index}`);
  return { code, lineInfo };
}

function targetOf(func: Func, index: number): number | undefined {
  const to = func.body[index]?.ref?.to;
  return to?.kind === "label" ? to.index : undefined;
}

/** Takes pairs of jumps apart that go to different places. */
function separateJumps(a: Func, b: Func, match: Int32Array): void {
  // The pair at or behind each position: a label before a removed instruction is one before what follows.
  const nextA = new Int32Array(a.body.length + 1).fill(-1);
  const nextB = new Int32Array(b.body.length + 1).fill(-1);
  for (let i = a.body.length - 1; i >= 0; i--) {
    nextA[i] = match[i]! >= 0 ? i : nextA[i + 1]!;
    if (match[i]! >= 0) nextB[match[i]!] = i;
  }
  for (let j = b.body.length - 1; j >= 0; j--) if (nextB[j] === -1) nextB[j] = nextB[j + 1]!;
  for (let i = 0; i < a.body.length; i++) {
    const from = targetOf(a, i);
    const to = match[i]! < 0 ? undefined : targetOf(b, match[i]!);
    if (from !== undefined && to !== undefined && nextA[from] !== nextB[to]) match[i] = -1;
  }
}

/** Labels are numbered as they come, and stand before their instruction. */
function shownCode(func: Func, px: PrintContext): string[] {
  const targets = new Set<number>();
  for (const [index] of func.body.entries()) {
    const target = targetOf(func, index);
    if (target !== undefined) targets.add(target);
  }
  const names = new Map([...targets].sort((a, b) => a - b).map((index, i) => [index, `L${i + 1}`]));
  const texts = statementTexts(px, func, (label: Label) => names.get(label.index) ?? "");
  return texts.map((text, index) => (names.has(index) ? `${names.get(index)}: ${text}` : text));
}

const NOWHERE = "nowhere";

function lineText(line: SourceLine | undefined): string {
  if (line === undefined || (line.file === "" && line.line === 0)) return NOWHERE;
  return `${line.file}:${line.line}:${line.column}  ${line.text.trim()}`;
}

function diffSourceLines(a: Func, b: Func, match: Int32Array): DiffLine[] {
  const lines: DiffLine[] = [];
  for (let i = 0; i < a.body.length; i++) {
    if (match[i]! < 0) continue;
    const before = lineText(a.body[i]!.line);
    const after = lineText(b.body[match[i]!]!.line);
    if (before === after) continue;
    lines.push(
      { sign: "@", text: `instruction ${i}` },
      { sign: "-", text: before },
      { sign: "+", text: after },
    );
  }
  return lines;
}
