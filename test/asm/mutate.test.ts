// Legal lines with a token or two lost, doubled, swapped or replaced. The parser answers each with an instruction or with
// an error inside the line; where it takes one, llvm-mc takes it too and makes the same bytes of it.

import { expect, it } from "vitest";
import { encodeInsn, formOf, type Insn, type ParsedText, parseLine, printInsn } from "../../src/asm/index.js";
import { ByteWriter } from "../../src/base/index.js";
import { describeWithJudge } from "../judges.js";
import { fractionsFrom } from "../random.js";
import { assembleText, LLVM, refusedLines } from "./llvm.js";
import { randomInsns } from "./random.js";

const SEED = 7;
const TOKENS = (
  "r1 r10 w2 r11 0 1 - + * / % = < > ! & | ^ s ( ) [ ] u8 u64 s8 s32 goto gotol if call exit ll foo be16 lock skb " +
  '0x10 4294967295 -1 store_release atomic_fetch_add xchg_64 # // 70000 , ; : é \u{1f41d} /* */ " 0x'
).split(" ");

function mutate(text: string, random: () => number): string {
  const tokens = [...text.matchAll(/\w+|\s+|[^\w\s]/g)].map((match) => match[0]);
  const somewhere = () => Math.floor(random() * tokens.length);
  const other = () => TOKENS[Math.floor(random() * TOKENS.length)]!;
  for (let rounds = 1 + Math.floor(random() * 2); rounds > 0; rounds--) {
    const at = somewhere();
    const kind = Math.floor(random() * 4);
    if (kind === 0) tokens.splice(at, 1);
    else if (kind === 1) tokens[at] = other();
    else if (kind === 2) tokens.splice(at, 0, other());
    else tokens.splice(at, 1, tokens[somewhere()] ?? "");
  }
  return tokens.join("");
}

const random = fractionsFrom(SEED);
const lines = [...new Set(randomInsns(30_000, SEED).map((insn) => mutate(printInsn(insn), random)))];

interface Taken extends ParsedText {
  readonly text: string;
  readonly insn: Insn;
}

function takenLine(text: string): Taken[] {
  const line = parseLine(text);
  return line.error === undefined && line.insn !== undefined ? [{ ...line, text, insn: line.insn }] : [];
}

it(`any text gives an instruction or an error inside of it (seed ${SEED})`, () => {
  for (const text of [...lines, ...lines.map((line) => line.slice(0, line.length >> 1))]) {
    const { error, ...line } = parseLine(text);
    if (error !== undefined) {
      expect(error.start >= 0 && error.length >= 0 && error.start + error.length <= text.length, text).toBe(
        true,
      );
    } else if ("insn" in line && line.insn !== undefined) {
      expect(formOf(line.insn), text).toBeDefined();
      expect(line.start + line.length <= text.length, text).toBe(true);
    }
  }
});

/** Why LLVM refuses a line that we take. */
function isOurs({ text, symbol, insn }: Taken): string | undefined {
  const form = formOf(insn)!;
  if (/! +=/.test(text)) return "LLVM's lexer makes one token of !=, though two of ==";
  if (form.kind === "gotol") return "LLVM refuses more than 16 bits in numbers";
  if (form.kind === "ld_packet" && form.mode === "ind") return "our spelling of an immediate";
  if (form.kind === "call" && form.callee !== "helper") return "our spelling of calls";
  if (symbol !== undefined) return "LLVM cannot have symbols with the names of its keywords";
  return undefined;
}

describeWithJudge("LLVM 22 and mutated lines", LLVM, (llvm) => {
  // One assembler run reads all lines: what begins a comment or defines a label in one would change others.
  const taken = lines.filter((line) => !/[#"]|\/\*|:/.test(line)).flatMap(takenLine);
  const refused = refusedLines(
    llvm,
    taken.map(({ text }) => text),
  );

  it("takes what we take", () => {
    expect(taken.length).toBeGreaterThan(2_000);
    const ours = taken.filter((line, index) => refused.has(index) && isOurs(line) === undefined);
    expect(ours.map(({ text }) => text)).toEqual([]);
  });

  it("makes the same bytes of it", () => {
    const both = taken.filter(({ insn, symbol }, index) => {
      const form = formOf(insn)!;
      // ld_pseudo: LLVM drops the high half. Calls in our spelling are calls of "pc" and "kfunc" to LLVM.
      const special = form.kind === "ld_imm64" || (form.kind === "call" && form.callee !== "helper");
      return !refused.has(index) && symbol === undefined && !special;
    });
    const out = new ByteWriter(8 * both.length, true);
    for (const { insn } of both) encodeInsn(insn, out);
    const theirs = assembleText(
      llvm,
      both.map(({ text }) => text),
      true,
    );
    const at = out.finish().findIndex((byte, index) => byte !== theirs[index]) >> 3;
    expect(at, both[at]?.text).toBe(-1);
    expect(theirs.length).toBe(out.pos);
  });
});
