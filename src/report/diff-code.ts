// The code of two functions. Instructions are matched by what they do; where a jump goes is compared by the match, not
// by a number or a name, so that an instruction more does not change every jump over it.

import type { Room } from "../base/index.js";
import { type Func, type Label, type PrintContext, type SourceLine, statementTexts } from "../ir/index.js";
import { type DiffLine, diffLines } from "./diff-lines.js";
import { matchSequences } from "./sequence.js";

/** Source positions are apart: an edit further up moves them all, and changes no code. */
export interface CodeDiff {
  readonly code: readonly DiffLine[];
  readonly lineInfo: readonly DiffLine[];
}

/** The differences of two functions of one name. */
export function diffCode(a: Func, pa: PrintContext, b: Func, pb: PrintContext): CodeDiff {
  const match = matchSequences(
    statementTexts(pa, a, () => "target"),
    statementTexts(pb, b, () => "target"),
  );
  const lineInfo = diffSourceLines(a, b, match, pa.room);
  separateJumps(a, b, match);
  const code = diffLines(shownCode(a, pa), shownCode(b, pb), match, (index) => `instruction ${index}`);
  return { code, lineInfo };
}

/** The instruction that a jump goes to, by its position; `undefined` where the instruction is no jump to a label. */
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

/** Code without a record, and a record without file and line. */
const NOWHERE = "nowhere";

function lineText(line: SourceLine | undefined): string {
  if (line === undefined || (line.file === "" && line.line === 0)) return NOWHERE;
  return `${line.file}:${line.line}:${line.column}  ${line.text.trim()}`;
}

/** A record that is another one in `b`, at the instruction `index` of `a`. */
interface MovedLine {
  readonly index: number;
  readonly before: SourceLine | undefined;
  readonly after: SourceLine | undefined;
}

/** Without making texts, which most pairs do not need. */
function isSameLine(a: SourceLine | undefined, b: SourceLine | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.line === b.line && a.column === b.column && a.file === b.file && a.text === b.text;
}

/** Records of matched instructions that differ; those that an edit only moved are one difference. */
function diffSourceLines(a: Func, b: Func, match: Int32Array, room: Room): DiffLine[] {
  const moved: MovedLine[] = [];
  for (let index = 0; index < a.body.length; index++) {
    if (match[index]! < 0) continue;
    const before = a.body[index]!.line;
    const after = b.body[match[index]!]!.line;
    // Texts are made only where they must be: one long name may be that of all files.
    if (isSameLine(before, after) || room.left < 0) continue;
    const [old, now] = [lineText(before), lineText(after)];
    if (old === now) continue;
    room.left -= old.length + now.length;
    moved.push({ index, before, after });
  }
  const lines: DiffLine[] = [];
  for (let start = 0; start < moved.length; ) {
    const end = endOfShift(moved, start);
    lines.push(...(end - start > 1 ? shiftedLines(moved.slice(start, end)) : changedLine(moved[start]!)));
    start = end;
  }
  return lines;
}

/**
 * One line more at the top of a file moves every record of it, and another file name changes all of them: where the
 * records from `start` on say the same but for that, the end of their run.
 */
function endOfShift(moved: readonly MovedLine[], start: number): number {
  const shift = shiftOf(moved[start]!);
  let end = start + 1;
  while (shift !== undefined && end < moved.length && shiftOf(moved[end]!) === shift) end += 1;
  return end;
}

/** From which file to which, and by how many lines; `undefined` where the text or the column is another one, too. */
function shiftOf({ before, after }: MovedLine): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  if (before.text.trim() !== after.text.trim() || before.column !== after.column) return undefined;
  return JSON.stringify([before.file, after.file, after.line - before.line]);
}

/** A run of moved records: the range of lines before and after. */
function shiftedLines(run: readonly MovedLine[]): DiffLine[] {
  const span = (lines: readonly (SourceLine | undefined)[]): string => {
    let low = lines[0]!.line;
    let high = low;
    for (const line of lines) {
      low = Math.min(low, line!.line);
      high = Math.max(high, line!.line);
    }
    return `${lines[0]!.file}:${low}${low === high ? "" : ` to ${high}`}`;
  };
  return [
    { sign: "@", text: `instructions ${run[0]!.index} to ${run.at(-1)!.index}` },
    { sign: "-", text: span(run.map(({ before }) => before)) },
    { sign: "+", text: span(run.map(({ after }) => after)) },
  ];
}

function changedLine({ index, before, after }: MovedLine): DiffLine[] {
  return [
    { sign: "@", text: `instruction ${index}` },
    { sign: "-", text: lineText(before) },
    { sign: "+", text: lineText(after) },
  ];
}
