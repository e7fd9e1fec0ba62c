// The structured form against the text form, whose meaning LLVM has confirmed.

import { describe, expect, it } from "vitest";
import { FORMS, formOf, type InsnFields, insnFromMnemonic, parseLine } from "../../src/asm/index.js";
import { MESSAGES } from "../../src/base/index.js";
import { fractionsFrom } from "../random.js";
import { randomOf } from "./random.js";

/** `op`, fields, and the same instruction as text. */
const SAME: readonly [string, InsnFields, string][] = [
  ["add64", { dst: "r1", imm: 4 }, "r1 += 4"],
  ["add64", { dst: "r1", src: "r2" }, "r1 += r2"],
  ["add32", { dst: "w1", src: "w2" }, "w1 += w2"],
  ["add32", { dst: "r1", src: "r2" }, "w1 += w2"],
  ["mov32", { dst: "w1", imm: 0xffffffff }, "w1 = -1"],
  ["sdiv64", { dst: "r1", imm: -3n }, "r1 s/= -3"],
  ["movsx64_s8", { dst: "r1", src: "r2" }, "r1 = (s8)r2"],
  ["neg32", { dst: "w3" }, "w3 = -w3"],
  ["bswap16", { dst: "r4" }, "r4 = bswap16 r4"],
  ["be64", { dst: "r4" }, "r4 = be64 r4"],
  ["addr_space_cast", { dst: "r1", src: "r2", imm: 0x10000 }, "r1 = addr_space_cast(r2, 1, 0)"],
  ["ldxdw", { dst: "r1", src: "r6", off: 16 }, "r1 = *(u64 *)(r6 + 16)"],
  ["ldxw", { dst: "w1", src: "r6" }, "w1 = *(u32 *)(r6 + 0)"],
  ["ldxsh", { dst: "r1", src: "r6", off: -2 }, "r1 = *(s16 *)(r6 - 2)"],
  ["stxdw", { dst: "r10", src: "r0", off: -8 }, "*(u64 *)(r10 - 8) = r0"],
  ["stb", { dst: "r10", off: -1, imm: 255 }, "*(u8 *)(r10 - 1) = 255"],
  ["ldabsh", { imm: 12 }, "r0 = *(u16 *)skb[12]"],
  ["ldindb", { src: "r3" }, "r0 = *(u8 *)skb[r3]"],
  ["atomic_add64", { dst: "r1", src: "r2", off: 8 }, "lock *(u64 *)(r1 + 8) += r2"],
  ["atomic_fetch_add64", { dst: "r1", src: "r2" }, "r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)"],
  ["atomic_xchg32", { dst: "r1", src: "w2" }, "w2 = xchg32_32(r1 + 0, w2)"],
  ["atomic_cmpxchg64", { dst: "r1", src: "r2" }, "r0 = cmpxchg_64(r1 + 0, r0, r2)"],
  ["load_acquire64", { dst: "r1", src: "r2" }, "r1 = load_acquire((u64 *)(r2 + 0))"],
  ["store_release8", { dst: "r1", src: "w2" }, "store_release((u8 *)(r1 + 0), w2)"],
  ["jeq64", { dst: "r0", imm: 0, target: "out" }, "if r0 == 0 goto out"],
  ["jslt32", { dst: "w0", src: "w1", off: -3 }, "if w0 s< w1 goto -3"],
  ["jset64", { dst: "r1", imm: 1, off: 2 }, "if r1 & 1 goto +2"],
  ["goto", { target: "out" }, "goto out"],
  ["gotol", { imm: 100_000 }, "gotol +100000"],
  ["gotol", { target: "out" }, "gotol out"],
  ["may_goto", { off: 1 }, "may_goto +1"],
  ["gotox", { dst: "r1" }, "gotox r1"],
  ["callx", { dst: "r1" }, "callx r1"],
  ["call", { ref: "bpf_map_lookup_elem" }, "call bpf_map_lookup_elem"],
  ["call", { imm: 1 }, "call 1"],
  ["call_local", { imm: -1 }, "call pc-1"],
  ["call_kfunc", { imm: 7 }, "call kfunc 7"],
  ["exit", {}, "exit"],
  ["ld_imm64", { dst: "r2", ref: "pids_map" }, "r2 = pids_map ll"],
  ["ld_imm64", { dst: "r2", ref: "msg", addend: 4 }, "r2 = msg + 4 ll"],
  ["ld_imm64", { dst: "r2", imm: 0xffffffffffffffffn }, "r2 = -1 ll"],
  ["ld_imm64", { dst: "r2", imm: -1 }, "r2 = -1 ll"],
  ["ld_imm64_map_value", { dst: "r2", imm: 0x100000005n }, "ld_pseudo r2, 2, 4294967301"],
];

describe("named fields", () => {
  it.each(SAME)("%s %o", (op, fields, text) => {
    const line = parseLine(text);
    const named = insnFromMnemonic(op, fields);
    if (line.error !== undefined || named.error !== undefined)
      throw new Error(JSON.stringify({ line, named }));
    expect(named.insn).toEqual(line.insn);
    expect(named.symbol).toEqual(
      line.symbol && { role: line.symbol.role, name: line.symbol.name, addend: line.symbol.addend },
    );
  });

  const seed = 99;
  it(`reach every form (seed ${seed})`, () => {
    const random = fractionsFrom(seed);
    for (const form of FORMS) {
      for (let round = 0; round < 20; round++) {
        const insn = randomOf(form, random);
        const { dst, src, offset, imm, high } = form.fields;
        const wide = form.kind === "ld_imm64" && high.max > 0;
        const value = wide ? (BigInt(insn.high) << 32n) | BigInt(insn.imm >>> 0) : insn.imm;
        const unsigned = form.kind === "addr_space_cast" || (form.kind === "ld_imm64" && !wide);
        const fields: InsnFields = {
          dst: dst.max === 10 ? `r${insn.dst}` : undefined,
          src: src.max === 10 ? `r${insn.src}` : undefined,
          off: offset.min < offset.max ? insn.offset : undefined,
          imm: imm.min < imm.max ? (unsigned ? insn.imm >>> 0 : value) : undefined,
        };
        expect(insnFromMnemonic(form.op, fields), form.op).toEqual({
          insn,
          symbol: undefined,
          error: undefined,
        });
      }
    }
  });

  it("have one name for one operation", () => {
    const kinds = new Map<string, number>();
    for (const form of FORMS) kinds.set(form.op, (kinds.get(form.op) ?? 0) + 1);
    // Two forms of a name differ in K and X.
    for (const [op, count] of kinds) expect(count, op).toBeLessThanOrEqual(2);
    for (const form of FORMS) {
      if (kinds.get(form.op) === 2) expect(form, form.op).toHaveProperty("operand");
    }
  });
});

/** `op`, fields, the field that is wrong, code, message, hint. */
const ERRORS: readonly [string, InsnFields, string, string, string, string][] = [
  ["ad64", {}, "op", "asm/unknown-op", 'there is no instruction "ad64"', 'did you mean "add64"?'],
  ["add64", { imm: 4 }, "dst", "asm/missing-field", '"add64" needs the field "dst"', ""],
  ["add64", { dst: "r1" }, "imm", "asm/missing-field", '"add64" needs the field "imm"', ""],
  ["add64", { dst: "r11", imm: 1 }, "dst", "asm/no-register", 'there is no register "r11"', ""],
  [
    "add64",
    { dst: "w1", imm: 1 },
    "dst",
    "asm/register-width",
    '"w1" is used where a 64-bit register is needed',
    "",
  ],
  ["add64", { dst: "r1", src: "r2", imm: 1 }, "imm", "asm/unused-field", '"add64" has no field "imm"', ""],
  ["add64", { dst: "r1", imm: 1, off: 2 }, "off", "asm/unused-field", '"add64" has no field "off"', ""],
  ["exit", { dst: "r1" }, "dst", "asm/unused-field", '"exit" has no field "dst"', ""],
  ["exit", { ref: "f" }, "ref", "asm/unused-field", '"exit" has no field "ref"', ""],
  ["call", { target: "f" }, "target", "asm/unused-field", '"call" has no field "target"', ""],
  ["call", { ref: "f", addend: 4 }, "addend", "asm/unused-field", '"call" has no field "addend"', ""],
  ["call", { ref: "f", imm: 1 }, "imm", "asm/two-fields", '"ref" and "imm" exclude each other', ""],
  ["goto", { target: "a", off: 1 }, "off", "asm/two-fields", '"target" and "off" exclude each other', ""],
  ["goto", {}, "off", "asm/missing-field", '"goto" needs the field "off"', ""],
  [
    "add64",
    { dst: "r1", imm: 0xffffffff },
    "imm",
    "asm/field-range",
    "imm of add64 is 4294967295, outside -2147483648..2147483647",
    "",
  ],
  ["lsh32", { dst: "w1", imm: 32 }, "imm", "asm/field-range", "imm of lsh32 is 32, outside 0..31", ""],
  [
    "ldxw",
    { dst: "w1", src: "r1", off: 1 << 15 },
    "off",
    "asm/field-range",
    "off of ldxw is 32768, outside -32768..32767",
    "",
  ],
  [
    "mov64",
    { dst: "r1", imm: 0.5 },
    "imm",
    "asm/field-range",
    "imm of mov64 is 0.5, outside -2147483648..2147483647",
    "",
  ],
  [
    "ld_imm64",
    { dst: "r1", imm: 1n << 64n },
    "imm",
    "asm/imm64-range",
    "immediate 18446744073709551616 does not fit in 64 bits",
    "",
  ],
  [
    "ld_imm64",
    { dst: "r1", ref: "m", addend: 1n << 31n },
    "addend",
    "asm/addend-range",
    "addend 2147483648 does not fit in 32 signed bits",
    "",
  ],
  [
    "ldxdw",
    { dst: "r1", src: "w2" },
    "src",
    "asm/register-width",
    '"w2" is used where a 64-bit register is needed',
    "",
  ],
];

describe("wrong fields", () => {
  it.each(ERRORS)("%s %o: %s", (op, fields, field, code, says, hint) => {
    const { error } = insnFromMnemonic(op, fields);
    if (error === undefined) throw new Error("no error");
    const args = error.args;
    const message = MESSAGES[error.code].replace(/\{(\w+)\}/g, (_, hole: string) => String(args[hole]));
    expect({ field: error.field, code: error.code, message, hint: error.hint }).toEqual({
      field,
      code,
      message: says,
      hint,
    });
  });
});

describe("forms", () => {
  it("exclude each other", () => {
    const random = fractionsFrom(1);
    for (const form of FORMS) {
      const insn = randomOf(form, random);
      const fitting = FORMS.filter(
        ({ opcode, fields }) =>
          opcode === insn.opcode &&
          (["dst", "src", "offset", "imm", "high"] as const).every(
            (field) => insn[field] >= fields[field].min && insn[field] <= fields[field].max,
          ),
      );
      expect(fitting).toEqual([form]);
      expect(formOf(insn)).toBe(form);
    }
  });
});
