// Every other pattern is refused. All opcodes with all source registers, and offsets and immediates of every class that
// selects something, are shown to llvm-objdump; what it prints goes back through llvm-mc. A pattern that survives the
// round is an instruction and must be ours too; one that does not (LLVM knows it not, or ignored bits of it) must not.
// The exceptions are listed, each with its reason.

import { describe, expect, it } from "vitest";
import { decodeInsn, encodeInsn, isDecodeFailure, OPCODE, printInsn } from "../../src/asm/index.js";
import { ByteWriter } from "../../src/base/index.js";
import { describeWithJudge } from "../judges.js";
import { fractionsFrom } from "../random.js";
import { assembleText, disassemble, LLVM, refusedLines } from "./llvm.js";

const OFFSETS = [0, 1, 2, 8, 16, 32, -1];
const IMMS = [
  0, 1, -1, 2, 5, 16, 31, 32, 63, 64, 0x40, 0x50, 0xa0, 0x41, 0x51, 0xa1, 0xe0, 0xe1, 0xf1, 0x100, 0x101,
  0x110,
];

interface Pattern {
  readonly opcode: number;
  readonly src: number;
  readonly offset: number;
  readonly imm: number;
  readonly bytes: Uint8Array;
}

/** Little endian, dst r1, and where that field is not used also 0. */
function* patterns(): Generator<Pattern> {
  for (let opcode = 0; opcode < 256; opcode++) {
    for (let src = 0; src < 16; src++) {
      for (const offset of OFFSETS) {
        for (const [imm, dst] of immsAndDsts(opcode)) {
          const bytes = new Uint8Array(opcode === OPCODE.ld_imm64 ? 16 : 8);
          const view = new DataView(bytes.buffer);
          bytes[0] = opcode;
          bytes[1] = (src << 4) | dst;
          view.setInt16(2, offset, true);
          view.setInt32(4, imm, true);
          yield { opcode, src, offset, imm, bytes };
        }
      }
    }
  }
}

function immsAndDsts(opcode: number): [number, number][] {
  const dsts = usesDst(opcode) ? [1] : [0, 1];
  return dsts.flatMap((dst) => [...new Set(IMMS)].map((imm): [number, number] => [imm, dst]));
}

/** RFC 9669: packet loads, call, exit and the jumps without a condition have no destination. */
function usesDst(opcode: number): boolean {
  const packet = (opcode & 7) === 0 && opcode !== OPCODE.ld_imm64;
  return (
    !packet &&
    !([OPCODE.call, OPCODE.exit, OPCODE.goto, OPCODE.gotol, OPCODE.may_goto] as number[]).includes(opcode)
  );
}

/** What LLVM takes and we refuse. */
function refusedByUs(text: string): string | undefined {
  if (/\b[rw]11\b/.test(text)) return "RFC 9669 has no r11; in LLVM it is a register of the compiler";
  if (/^(r\d+ s?(<<|>>)= (-|6[4-9]|[7-9]\d|\d{3})|w\d+ s?(<<|>>)= (-|3[2-9]|[4-9]\d|\d{3}))/.test(text)) {
    return "the kernel refuses a shift by the register's width or more";
  }
  if (/^ld_pseudo\tr1, ([7-9]|1\d),/.test(text)) return "the kernel's pseudo sources end at 6";
  return undefined;
}

/** What LLVM's printer cannot spell and we take. */
function takenByUs({ opcode, src, offset, bytes }: Pattern): string | undefined {
  if ((bytes[1]! & 15) !== 0) return undefined;
  if (opcode === OPCODE.call && (src === 1 || src === 2) && offset === 0)
    return "calls print without their source";
  const indirect = opcode === 0x40 || opcode === 0x48 || opcode === 0x50;
  if (indirect && src <= 10 && offset === 0) return "skb[r1] prints without its immediate";
  return undefined;
}

describeWithJudge("patterns", LLVM, (llvm) => {
  it("are instructions exactly where LLVM's assembler and disassembler agree on them", {
    timeout: 60_000,
  }, () => {
    const all = [...patterns()];
    const code = new Uint8Array(all.reduce((sum, { bytes }) => sum + bytes.length, 0));
    const slots: number[] = [];
    let at = 0;
    for (const { bytes } of all) {
      slots.push(at / 8);
      code.set(bytes, at);
      at += bytes.length;
    }
    const bySlot = disassemble(llvm, code, true);
    const printed = slots.map((slot) => bySlot.get(slot)!);
    expect(printed).not.toContain(undefined);

    // LLVM's disassembler also takes what its assembler refuses (a 64-bit register with be16 of another one, say).
    const texts = [...new Set(printed.filter((text) => text !== "<unknown>"))];
    const refused = refusedLines(llvm, texts);
    const known = texts.filter((_, index) => !refused.has(index));
    const assembled = assembleText(llvm, known, true);
    const bytesOf = new Map<string, string>();
    let offset = 0;
    for (const text of known) {
      const size = assembled[offset] === OPCODE.ld_imm64 ? 16 : 8;
      bytesOf.set(text, Buffer.from(assembled.subarray(offset, offset + size)).toString("hex"));
      offset += size;
    }
    expect(offset).toBe(assembled.length);

    const wrong: string[] = [];
    const reasons = new Set<string>();
    let taken = 0;
    all.forEach((pattern, index) => {
      const text = printed[index]!;
      const survives = bytesOf.get(text) === Buffer.from(pattern.bytes).toString("hex");
      const exception = survives ? refusedByUs(text) : takenByUs(pattern);
      if (exception !== undefined) reasons.add(exception);
      const expected = survives === (exception === undefined);
      const decoded = decodeInsn(pattern.bytes, 0, true);
      if (isDecodeFailure(decoded) === expected) {
        const ours = isDecodeFailure(decoded) ? decoded.code : printInsn(decoded);
        wrong.push(`${Buffer.from(pattern.bytes).toString("hex")} ${text}: ${ours}`);
      }
      if (expected) taken++;
    });
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(reasons.size).toBe(5);
    expect(taken).toBeGreaterThan(10_000);
  });
});

const SEED = 31;
it(`any bytes are refused, or are what the instruction encodes to (seed ${SEED})`, () => {
  const random = fractionsFrom(SEED);
  let taken = 0;
  for (let round = 0; round < 200_000; round++) {
    const little = random() < 0.5;
    const length = Math.floor(random() * 18);
    // Mostly zeros, as in instructions: random bytes alone are hardly ever one.
    const bytes = Uint8Array.from({ length }, () => (random() < 0.6 ? 0 : random() * 256));
    if (length > 0) bytes[0] = random() * 256;
    const decoded = decodeInsn(bytes, 0, little);
    if (isDecodeFailure(decoded)) continue;
    taken++;
    const out = new ByteWriter(16, little);
    encodeInsn(decoded, out);
    const again = Buffer.from(out.finish());
    if (!again.equals(bytes.subarray(0, again.length))) expect(again).toEqual(Buffer.from(bytes));
  }
  expect(taken).toBeGreaterThan(5_000);
});

/** Bytes in hexadecimal, the byte order, and why they are refused: a code and its arguments. */
const FAILURES: readonly [hex: string, little: boolean, code: string, args: object][] = [
  ["b7010000000000", true, "asm/truncated", { size: 8, left: 7 }],
  ["1801000000000000", true, "asm/truncated", { size: 16, left: 8 }],
  ["ff01000000000000", true, "asm/unknown-opcode", { opcode: "0xff" }],
  ["0001000000000000", true, "asm/unknown-opcode", { opcode: "0x00" }],
  ["b70b000000000000", true, "asm/no-register", { name: "r11" }],
  ["b7b0000000000000", false, "asm/no-register", { name: "r11" }],
  ["bfc1000000000000", true, "asm/no-register", { name: "r12" }],
  ["b721000000000000", true, "asm/reserved-field", { op: "mov64", field: "src", value: 2, expected: 0 }],
  ["9500000001000000", true, "asm/reserved-field", { op: "exit", field: "imm", value: 1, expected: 0 }],
  ["9500000000000001", false, "asm/reserved-field", { op: "exit", field: "imm", value: 1, expected: 0 }],
  ["db21000077000000", true, "asm/unknown-form", { opcode: "0xdb", field: "imm", value: 0x77 }],
  ["bf21050000000000", true, "asm/unknown-form", { opcode: "0xbf", field: "offset", value: 5 }],
  ["8530000000000000", true, "asm/unknown-form", { opcode: "0x85", field: "src", value: 3 }],
  ["6701000040000000", true, "asm/field-range", { op: "lsh64", field: "imm", value: 64, min: 0, max: 63 }],
  ["18010000000000000100000000000000", true, "asm/second-slot", {}],
  ["18010000000000000000010000000000", false, "asm/second-slot", {}],
];

describe("bytes that are no instruction", () => {
  for (const [hex, little, code, args] of FAILURES) {
    it(`${hex} ${little ? "little" : "big"}: ${code}`, () => {
      expect(decodeInsn(new Uint8Array(Buffer.from(hex, "hex")), 0, little)).toEqual({ code, args });
    });
  }
});
