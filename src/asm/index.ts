// The door of asm/: the instruction set of RFC 9669, as bytes, as text and as named fields. No object file here.

export type { TextError } from "./cursor.js";
export { type DecodeFailure, decodeInsn, InsnDecoder, isDecodeFailure } from "./decode.js";
export { encodeInsn } from "./encode.js";
export { makeInsn, withFields } from "./fields.js";
export { type Cpu, FORMS, type Form, type FormFields, type Operation, type Range } from "./forms.js";
export { helperId, helperName, helperNames, helperProto } from "./helpers.js";
export type { Insn } from "./instruction.js";
export { formOf, jumpDistance, minimumCpu, SLOT_SIZE, slotsOf } from "./isa.js";
export {
  type FieldError,
  type InsnFields,
  insnFromMnemonic,
  type NamedInsn,
  type NamedSymbol,
} from "./mnemonic.js";
export { CALLEE, OPCODE, PSEUDO } from "./opcodes.js";
export { parseLine } from "./parse.js";
export type { LabelText, ParsedLine, ParsedText, SymbolText } from "./parsed.js";
export { printInsn } from "./print.js";
