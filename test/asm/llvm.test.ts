// 200,000 random legal instructions, in both byte orders, against LLVM 22: what its assembler makes of our text, and
// what its disassembler prints for our bytes.

import { expect, it } from "vitest";
import {
  encodeInsn,
  FORMS,
  formOf,
  type Insn,
  InsnDecoder,
  parseLine,
  printInsn,
  slotsOf,
} from "../../src/asm/index.js";
import { ByteWriter } from "../../src/base/index.js";
import { describeWithJudge } from "../judges.js";
import { assembleText, disassemble, LLVM } from "./llvm.js";
import { randomInsns } from "./random.js";

const SEED = 20261121;
const COUNT = 200_000;
const insns = randomInsns(COUNT, SEED);

function encodeAll(list: readonly Insn[], little: boolean): Uint8Array {
  const out = new ByteWriter(16 * list.length, little);
  for (const insn of list) encodeInsn(insn, out);
  return out.finish();
}

/** Reads an instruction and where the next one begins. */
function* decodeAll(bytes: Uint8Array, little: boolean): Generator<Insn> {
  const decoder = new InsnDecoder(little, bytes.length / 8);
  for (let offset = 0; offset < bytes.length; ) {
    // Twice: the second time it is remembered.
    decoder.decode(bytes, offset);
    const insn = decoder.decode(bytes, offset);
    if ("code" in insn) throw new Error(`${insn.code} at ${offset}`);
    yield insn;
    offset += 8 * slotsOf(insn);
  }
}

/** Why llvm-mc cannot be asked for an instruction; `undefined` where it can. */
function notInLlvm(insn: Insn): string | undefined {
  const form = formOf(insn)!;
  if (form.kind === "call" && form.callee !== "helper")
    return "it writes src 1 for a symbol, and src 2 never";
  if (form.kind === "ld_packet" && form.mode === "ind" && insn.imm !== 0)
    return "skb[r1] has no place for it";
  if (form.kind === "gotol" && insn.imm !== (insn.imm << 16) >> 16)
    return "it refuses more than 16 bits in numbers";
  if (form.kind === "ld_imm64" && form.pseudo !== "value" && insn.high !== 0)
    return "ld_pseudo drops the high half";
  return undefined;
}

/** Our text as llvm-objdump has it: equal, but where its printer leaves bits out. */
function asObjdump(insn: Insn): string {
  const text = printInsn(insn);
  const form = formOf(insn)!;
  switch (form.kind) {
    case "call":
      return `call ${insn.imm}`;
    case "ld_packet":
      return form.mode === "ind" ? `r0 = *(u${form.size} *)skb[r${insn.src}]` : text;
    case "ld_imm64":
      // A tab behind its only mnemonic, and the low half alone.
      return form.pseudo === "value" ? text : `ld_pseudo\tr${insn.dst}, ${insn.src}, ${insn.imm >>> 0}`;
    default:
      return text;
  }
}

it(`reads back what it writes (seed ${SEED})`, () => {
  expect(new Set(insns.map((insn) => formOf(insn)!)).size).toBe(FORMS.length);
  for (const little of [true, false]) {
    let index = 0;
    for (const insn of decodeAll(encodeAll(insns, little), little)) {
      const given = insns[index++]!;
      if (!same(insn, given)) expect(insn).toEqual(given);
    }
    expect(index).toBe(COUNT);
  }
  for (const insn of insns) {
    const text = printInsn(insn);
    const parsed = parseLine(text);
    if (parsed.error !== undefined || parsed.insn === undefined || !same(parsed.insn, insn)) {
      expect({ text, parsed }).toEqual({ text, parsed: { insn } });
    }
  }
});

/** Much faster than toEqual, and it tells -0 from 0. */
function same(a: Insn, b: Insn): boolean {
  return (
    Object.is(a.opcode, b.opcode) &&
    Object.is(a.dst, b.dst) &&
    Object.is(a.src, b.src) &&
    Object.is(a.offset, b.offset) &&
    Object.is(a.imm, b.imm) &&
    Object.is(a.high, b.high)
  );
}

function firstDifference(ours: readonly string[], theirs: readonly string[]): string | undefined {
  const at = ours.findIndex((line, i) => line !== theirs[i]);
  if (at >= 0) return `${ours[at]} / LLVM: ${theirs[at]}`;
  return ours.length === theirs.length ? undefined : `${ours.length} lines, LLVM has ${theirs.length}`;
}

describeWithJudge("LLVM 22 agrees", LLVM, (llvm) => {
  for (const little of [true, false]) {
    const order = little ? "little endian" : "big endian";

    it(`llvm-mc makes our bytes of our text, ${order}`, () => {
      const asked = insns.filter((insn) => notInLlvm(insn) === undefined);
      const theirs = assembleText(
        llvm,
        asked.map((insn) => printInsn(insn)),
        little,
      );
      const ours = encodeAll(asked, little);
      const different = Buffer.compare(ours, theirs) !== 0;
      if (different) {
        const at = ours.findIndex((byte, i) => byte !== theirs[i]);
        expect(hex(ours, at)).toBe(hex(theirs, at));
      }
      expect(theirs.length).toBe(ours.length);
    });

    it(`llvm-objdump prints our text of our bytes, ${order}`, () => {
      const theirs = [...disassemble(llvm, encodeAll(insns, little), little).values()];
      expect(firstDifference(insns.map(asObjdump), theirs)).toBeUndefined();
    });
  }

  it("takes from its assembler every form that it can spell", () => {
    const spelled = new Set(
      insns.filter((insn) => notInLlvm(insn) === undefined).map((insn) => formOf(insn)!.op),
    );
    const missing = new Set(FORMS.map((form) => form.op).filter((op) => !spelled.has(op)));
    expect([...missing]).toEqual(["call_local", "call_kfunc"]);
  });
});

function hex(bytes: Uint8Array, at: number): string {
  const start = at & ~7;
  return `${start}: ${Buffer.from(bytes.subarray(start, start + 16)).toString("hex")}`;
}
