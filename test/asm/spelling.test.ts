// Text that is not written as we print it: any white space, any number base, labels, comments, names. What the
// instruction is, llvm-mc says.

import { describe, expect, it } from "vitest";
import { encodeInsn, formOf, type Insn, parseLine, printInsn } from "../../src/asm/index.js";
import { ByteWriter } from "../../src/base/index.js";
import { describeWithJudge } from "../judges.js";
import { fractionsFrom } from "../random.js";
import { assembleText, disassemble, LLVM } from "./llvm.js";
import { randomInsns } from "./random.js";

/** Fields of the instruction, however it ends. */
function parsed(text: string): Insn {
  const line = parseLine(text);
  if (line.error !== undefined) throw new Error(`${text}: ${line.error.code}`);
  expect(line.insn, text).toBeDefined();
  return line.insn!;
}

function bytesOf(insns: readonly Insn[]): Uint8Array {
  const out = new ByteWriter(16 * insns.length, true);
  for (const insn of insns) encodeInsn(insn, out);
  return out.finish();
}

/** Lines in many spellings that llvm-mc takes. */
const SPELLINGS = [
  "r1=r2",
  "\tr1\t+=\t-0x10 ",
  "r1 s / = r2",
  "r1 s>> = 3",
  "r1 < <= 3",
  "w1 = 037",
  "w1 = 0b101",
  "w1 = 0X1F",
  "w1 = 0xffffffff",
  "r1 = 0xffffffffffffffff",
  "r1 = 0xffffffff80000000",
  "r1 += 18446744073709551615",
  "r1 = + 5",
  "r1 = -0",
  "r1 = 0xffffffffffffffff ll",
  "r1 = 18446744073709551615 ll",
  "r1 = -9223372036854775808 ll",
  "r1 = 9007199254740993 ll",
  "r1 = - 9007199254740993 ll",
  "r1 = 01777777777777777777777 ll",
  "r1 = 0b1111111111111111111111111111111111111111111111111111111111111111 ll",
  "r1 = 4294967296 ll",
  "r1 = *(u64*)(r2+8)",
  "r1 = * ( u64 * ) ( r2 - 8 )",
  "r1 = *(u8 *)(r2 + 0)",
  "*(u16 *)(r1 + 0x7fff) = r2",
  "*(u64 *)(r1 - 0x8000) = -1",
  "*(u32 *)(r1 + 0) = 0xffffffff",
  "lock *(u32 *)(r1 + 4) += r2",
  "r0 = *(u8 *) skb [ 0x10 ]",
  "if r1==r2 goto+1",
  "if r1 = = 5 goto +1",
  "if w1 == 0xffffffff goto 5",
  "if r1 s > r2 goto -1",
  "if r1 &1 goto - 1",
  "goto 0x10",
  "exit;",
  "a: exit",
  "b :c:\texit",
  ".Lx$1:exit",
  "exit # words",
  "exit // words",
  "exit /* words */",
  "exit /* a */ /* b */ # c",
  "call -1",
  "call -0x1",
  "ld_pseudo r1 , 3 , 5",
  "r1 = addr_space_cast ( r2 , 1 , 0x0 )",
] as const;

function inAllBases(value: number): string[] {
  return [String(value), `0x${value.toString(16)}`, `0b${value.toString(2)}`, `0${value.toString(8)}`];
}

/** Breaks a text into LLVM's tokens and puts them together again with other white space and number bases. */
function respell(text: string, random: () => number): string {
  const pick = (choices: readonly string[]) => choices[Math.floor(random() * choices.length)]!;
  let result = pick(["", " ", "\t"]);
  let wordBefore = false;
  for (const [token] of text.matchAll(/[A-Za-z_]\w*|\d+|!=|[^\s\w]/g)) {
    const word = /\w/.test(token);
    result += word && wordBefore ? pick([" ", "\t", "  "]) : pick(["", " ", "\t "]);
    result += /^\d/.test(token) ? pick(inAllBases(Number(token))) : token;
    wordBefore = word;
  }
  return result + pick(["", " ", "# c", " // c"]);
}

/** Whether LLVM reads and prints all of it in our spelling; llvm.test.ts says why not the rest. */
function isPlain(insn: Insn): boolean {
  const form = formOf(insn)!;
  if (form.kind === "call") return form.callee === "helper";
  return (
    form.kind !== "ld_imm64" && form.kind !== "gotol" && !(form.kind === "ld_packet" && form.mode === "ind")
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

describeWithJudge("spellings", LLVM, (llvm) => {
  it("mean what llvm-mc makes of them", () => {
    expect(hex(bytesOf(SPELLINGS.map(parsed)))).toBe(hex(assembleText(llvm, SPELLINGS, true)));
  });

  const seed = 4711;
  it(`mean it in any white space and number base (seed ${seed})`, () => {
    const random = fractionsFrom(seed);
    const lines = randomInsns(40_000, seed)
      .filter(isPlain)
      .map((insn) => respell(printInsn(insn), random));
    const ours = bytesOf(lines.map(parsed));
    const theirs = assembleText(llvm, lines, true);
    const at = ours.findIndex((byte, index) => byte !== theirs[index]) >> 3;
    expect(at, lines[at]).toBe(-1);
    expect(ours.length).toBe(theirs.length);
  });

  it("include what llvm-objdump prints by default: hexadecimal, with <targets>", () => {
    const insns = randomInsns(2_000, seed).filter(isPlain);
    const printed = [...disassemble(llvm, bytesOf(insns), true, ["--print-imm-hex"], true).values()];
    expect(printed.map(parsed)).toEqual(insns);
    expect(printed.some((text) => /goto [+-]0x[0-9a-f]+ <\.text/.test(text))).toBe(true);
  });
});

describe("names", () => {
  it("of labels, with their places", () => {
    expect(parseLine(" a: .L.b$1 :r0 = 0 # c")).toMatchObject({
      labels: [
        { name: "a", start: 1, length: 1 },
        { name: ".L.b$1", start: 4, length: 6 },
      ],
      start: 12,
      length: 6,
    });
    expect(parseLine("out:")).toMatchObject({ labels: [{ name: "out" }], insn: undefined, error: undefined });
    expect(parseLine("exit: exit")).toMatchObject({ labels: [{ name: "exit" }], error: undefined });
  });

  const empty = { labels: [], insn: undefined, symbol: undefined, length: 0, error: undefined };
  it.each(["", "   ", "# c", "// c", "/* c */", " /* c */ # d", ";"])("not in %j", (text) => {
    expect(parseLine(text)).toMatchObject(empty);
  });

  /** Text, role, name, addend, where the name begins, and the instruction with 0 for the name. */
  const SYMBOLS: readonly [string, "jump" | "call" | "address", string, number, number, string][] = [
    ["goto out", "jump", "out", 0, 5, "goto +0"],
    ["gotol .Lout", "jump", ".Lout", 0, 6, "gotol +0"],
    ["may_goto out # c", "jump", "out", 0, 9, "may_goto +0"],
    ["if r1 != 0 goto out", "jump", "out", 0, 16, "if r1 != 0 goto +0"],
    ["if w1 s< w2 goto exit", "jump", "exit", 0, 17, "if w1 s< w2 goto +0"],
    ["call bpf_map_lookup_elem", "call", "bpf_map_lookup_elem", 0, 5, "call 0"],
    ["call pc", "call", "pc", 0, 5, "call 0"],
    ["call kfunc", "call", "kfunc", 0, 5, "call 0"],
    ["call r0_init", "call", "r0_init", 0, 5, "call 0"],
    ["r2 = pids_map ll", "address", "pids_map", 0, 5, "r2 = 0 ll"],
    ["r1 = prog.____fmt ll", "address", "prog.____fmt", 0, 5, "r1 = 0 ll"],
    ["r1 = .L.str.1 + 4 ll", "address", ".L.str.1", 4, 5, "r1 = 0 ll"],
    ["r1 = msg+0x10-4 ll", "address", "msg", 12, 5, "r1 = 0 ll"],
    ["r1 = msg - 4 ll", "address", "msg", -4, 5, "r1 = 0 ll"],
    ["r1 = BPF.JT.0.0 ll", "address", "BPF.JT.0.0", 0, 5, "r1 = 0 ll"],
    ["r1 = be16 ll", "address", "be16", 0, 5, "r1 = 0 ll"],
    ["r1 = ll ll", "address", "ll", 0, 5, "r1 = 0 ll"],
  ];
  it.each(SYMBOLS)("in %j", (text, role, name, addend, start, numeric) => {
    const line = parseLine(text);
    expect(line.error).toBeUndefined();
    expect(line).toMatchObject({ symbol: { role, name, addend, start, length: name.length } });
    expect(parsed(text)).toEqual(parsed(numeric));
    // The printer puts the name back.
    const shown = addend === 0 ? name : `${name} ${addend < 0 ? "-" : "+"} ${Math.abs(addend)}`;
    expect(parseLine(printInsn(parsed(text), shown))).toMatchObject({ symbol: { role, name, addend } });
  });
});
