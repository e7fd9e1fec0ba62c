// The structured form: an instruction as named fields, `{ "op": "add64", "dst": "r1", "imm": 4 }`, for programs that
// write programs. `op` is a form's name in forms.ts; a register in `src` chooses the X form, its absence the K form.
// What a number may be follows from the form's ranges, so that no rule stands here that forms.ts does not have.
//
//   field    operations                              without it
//   dst src  those that use the register             an error
//   off      memory, conditional and short jumps     0 for memory; an error for a jump without target
//   imm      constants, calls, gotol, ld_imm64       an error, but 0 for ldind and beside a reference
//   target   jumps: a label in place of off or imm
//   ref      call and ld_imm64: a name in place of imm
//   addend   ld_imm64 with ref                       0

import { append, type Code, didYouMean } from "../base/index.js";
import { makeInsn } from "./fields.js";
import { FORMS, type Form, type Range } from "./forms.js";
import type { Insn } from "./instruction.js";
import type { SymbolText } from "./parsed.js";

/** The fields that an author may give beside `op`. */
export interface InsnFields {
  /** "r0" to "r10"; "w0" to "w10" where the operation has 32 bits. */
  readonly dst?: string | undefined;
  readonly src?: string | undefined;
  /** Bytes of a memory access, or slots of a jump. */
  readonly off?: number | bigint | undefined;
  /** 64 bits for ld_imm64; for addr_space_cast the two spaces, `to << 16 | from`. */
  readonly imm?: number | bigint | undefined;
  /** The label that a jump goes to. */
  readonly target?: string | undefined;
  /** What a call calls, or whose address ld_imm64 loads. */
  readonly ref?: string | undefined;
  /** Bytes beyond `ref`. */
  readonly addend?: number | bigint | undefined;
}

/** A mistake in a field, or in `op` itself. */
export interface FieldError {
  readonly code: Code;
  readonly args: Readonly<Record<string, string | number | bigint>>;
  readonly field: "op" | keyof InsnFields;
  readonly hint: string;
}

export type NamedSymbol = Pick<SymbolText, "role" | "name" | "addend">;

export type NamedInsn =
  | { readonly insn: Insn; readonly symbol: NamedSymbol | undefined; readonly error: undefined }
  | { readonly error: FieldError };

// Filled when the first instruction is asked for: op -> its forms, the K form before the X form.
let formsByOp: Map<string, Form[]> | undefined;

function formsNamed(op: string): readonly Form[] {
  if (formsByOp === undefined) {
    formsByOp = new Map();
    for (const form of FORMS) append(formsByOp, form.op, form);
  }
  return formsByOp.get(op) ?? [];
}

/** The instruction that `op` and `fields` describe. A symbolic operand leaves 0 in its field, as in text. */
export function insnFromMnemonic(op: string, fields: InsnFields): NamedInsn {
  const forms = formsNamed(op);
  const form = forms.length > 1 && fields.src !== undefined ? forms[1] : forms[0];
  if (form === undefined) {
    const hint = didYouMean(op, (formsByOp ?? new Map<string, Form[]>()).keys());
    return wrong("asm/unknown-op", { op }, "op", hint);
  }
  const symbol = symbolOf(form, fields);
  if (symbol !== undefined && "error" in symbol) return symbol;
  const dst = register(form, fields, "dst");
  if (typeof dst !== "number") return dst;
  const src = register(form, fields, "src");
  if (typeof src !== "number") return src;
  const offset = form.fields.offset;
  const off = number(form, "off", offset, fields.off, symbol?.role === "jump", roleOf(form) === undefined);
  if (typeof off !== "bigint") return off;
  const imm = immediate(form, fields, symbol);
  if (typeof imm !== "bigint") return imm;
  const insn = makeInsn(
    form.opcode,
    dst,
    src,
    Number(off),
    low(imm),
    form.kind === "ld_imm64" ? low(imm >> 32n) : 0,
  );
  return { insn, symbol, error: undefined };
}

function wrong(
  code: Code,
  args: FieldError["args"],
  field: FieldError["field"],
  hint = "",
): { error: FieldError } {
  return { error: { code, args, field, hint } };
}

function unused(form: Form, field: keyof InsnFields): { error: FieldError } {
  return wrong("asm/unused-field", { op: form.op, field }, field);
}

/** What a reference of this form is, if it can have one. */
function roleOf(form: Form): NamedSymbol["role"] | undefined {
  switch (form.kind) {
    case "jump":
    case "goto":
    case "gotol":
    case "may_goto":
      return "jump";
    case "call":
      return "call";
    case "ld_imm64":
      return "address";
    default:
      return undefined;
  }
}

/** The name that a field refers to, or what is wrong with it. */
function symbolOf(form: Form, fields: InsnFields): NamedSymbol | undefined | { error: FieldError } {
  const role = roleOf(form);
  const key = role === "jump" ? "target" : "ref";
  const other = role === "jump" ? "ref" : "target";
  if (fields[other] !== undefined) return unused(form, other);
  const name = fields[key];
  if (name !== undefined && role === undefined) return unused(form, key);
  if (fields.addend !== undefined && (name === undefined || role !== "address"))
    return unused(form, "addend");
  if (name === undefined || role === undefined) return undefined;
  const position = role === "jump" && form.kind !== "gotol" ? "off" : "imm";
  if (fields[position] !== undefined) {
    return wrong("asm/two-fields", { first: key, second: position }, position);
  }
  const addend = Number(fields.addend ?? 0);
  if (addend !== (addend | 0)) return wrong("asm/addend-range", { value: addend }, "addend");
  return { role, name, addend };
}

/** The bits of the register in a field. Addresses have 64; a loaded or stored value has 32 where those hold it. */
function widthOf(form: Form, field: "dst" | "src"): 32 | 64 {
  switch (form.kind) {
    case "alu":
    case "movsx":
    case "neg":
    case "jump":
      return form.width;
    case "ldx":
    case "load_acquire":
      return field === "dst" && form.size < 64 && !(form.kind === "ldx" && form.signed) ? 32 : 64;
    case "st":
    case "atomic":
    case "xchg":
    case "cmpxchg":
    case "store_release":
      return field === "src" && form.size < 64 ? 32 : 64;
    default:
      return 64;
  }
}

/** Whether the immediate is used as 32 bits, so that its pattern may be given in either reading. */
function isNarrow(form: Form): boolean {
  return form.kind === "st"
    ? form.size < 64
    : (form.kind === "alu" || form.kind === "jump") && form.width === 32;
}

/** The number in a register field, or what is wrong with it. */
function register(form: Form, fields: InsnFields, field: "dst" | "src"): number | { error: FieldError } {
  const name = fields[field];
  const { min, max } = form.fields[field];
  // A field that is no register holds 0, or what tells the forms of a call or load apart.
  if (min === max) return name === undefined ? min : unused(form, field);
  if (name === undefined) return wrong("asm/missing-field", { op: form.op, field }, field);
  const match = /^([rw])(\d|10)$/.exec(name);
  if (match === null) return wrong("asm/no-register", { name }, field);
  // "r1" is accepted for either width: the operation says it already.
  if (match[1] === "w" && widthOf(form, field) === 64)
    return wrong("asm/register-width", { name, width: 64 }, field);
  return Number(match[2]);
}

/** A field that holds a number: given, replaced by a symbol, optional (then 0), or not used by the form. */
function number(
  form: Form,
  field: "off" | "imm",
  range: Range,
  given: number | bigint | undefined,
  symbolic: boolean,
  optional: boolean,
): bigint | { error: FieldError } {
  const { min, max } = range;
  if (min === max) {
    return given === undefined ? BigInt(min) : unused(form, field);
  }
  if (given === undefined) {
    return symbolic || optional ? 0n : wrong("asm/missing-field", { op: form.op, field }, field);
  }
  if (typeof given === "number" && !Number.isSafeInteger(given)) {
    return wrong("asm/field-range", { field, op: form.op, value: given, min, max }, field);
  }
  if (given >= min && given <= max) return BigInt(given);
  return wrong("asm/field-range", { field, op: form.op, value: given, min, max }, field);
}

/** The immediate of all bits: 64 for ld_imm64, 32 for others. */
function immediate(
  form: Form,
  fields: InsnFields,
  symbol: NamedSymbol | undefined,
): bigint | { error: FieldError } {
  const symbolic = symbol !== undefined && (form.kind === "gotol" || symbol.role !== "jump");
  switch (form.kind) {
    case "ld_imm64":
      return wideImmediate(form, fields.imm, symbolic);
    case "addr_space_cast":
      // Two halves of 16 bits: a pattern, not a number with a sign.
      return number(form, "imm", { min: 0, max: 0xffffffff }, fields.imm, false, false);
    case "ld_packet":
      return number(form, "imm", form.fields.imm, fields.imm, false, form.mode === "ind");
    default: {
      const { min, max } = form.fields.imm;
      const range = min < 0 && isNarrow(form) ? { min, max: 0xffffffff } : { min, max };
      return number(form, "imm", range, fields.imm, symbolic, false);
    }
  }
}

/** Either reading of 64 bits, signed or unsigned; 32 unsigned bits where the form has no high half. */
function wideImmediate(
  form: Form,
  given: number | bigint | undefined,
  symbolic: boolean,
): bigint | { error: FieldError } {
  if (given === undefined) {
    return symbolic ? 0n : wrong("asm/missing-field", { op: form.op, field: "imm" }, "imm");
  }
  const wide = form.fields.high.min < form.fields.high.max;
  const min = wide ? -(1n << 63n) : 0n;
  const max = wide ? 0xffffffffffffffffn : 0xffffffffn;
  const exact = typeof given === "bigint" || Number.isSafeInteger(given);
  if (exact && given >= min && given <= max) return BigInt(given);
  return wide
    ? wrong("asm/imm64-range", { value: given }, "imm")
    : wrong("asm/field-range", { field: "imm", op: form.op, value: given, min, max }, "imm");
}

function low(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
