// "core" of an instruction -> a CO-RE relocation, and the operand that it patches filled in with what holds for the
// type as it is declared here: libbpf checks that it finds this very value. Which value that is, is btf/'s.
//
// Which instructions can carry one (libbpf, bpf_core_patch_insn): ALU with an immediate, loads and stores, ld_imm64.
// On a kernel with another layout the loader writes another value there, and it takes what stands there now for a
// sign of a broken object where it is not the value for the declared type.

import { formOf, type Insn, withFields } from "../asm/index.js";
import { assert, type JsonObject, type JsonString, type Place, placeInString } from "../base/index.js";
import {
  CORE_KINDS,
  type CoreError,
  type CoreFieldKind,
  type CoreKind,
  coreFieldValue,
  coreKindName,
  findEnumerator,
  resolveCoreAccess,
  resolveType,
  sizeOf,
  type TypeId,
  type TypeLayout,
} from "../btf/index.js";
import type { Context } from "./context.js";
import { booleanField, stringField } from "./fields.js";
import type { CoreAccess } from "./module.js";
import { parseType } from "./type-names.js";

/** A relocation with what its operand must be before libbpf sees it. */
export interface ParsedCore {
  readonly access: CoreAccess;
  readonly kind: CoreKind;
  /** What holds for the type as declared; `undefined` for type ids, which only the assembler knows. */
  readonly value: bigint | undefined;
  /** Another value than that is a mistake. libbpf checks it too, but for what depends on how a bit-field is loaded. */
  readonly checked: boolean;
}

/** Reads a relocation; `undefined` after an error. */
export function parseCore(cx: Context, node: JsonObject): ParsedCore | undefined {
  const kindNode = stringField(node, "kind");
  const typeNode = stringField(node, "type");
  assert(kindNode !== undefined && typeNode !== undefined, "the keys of a relocation were validated");
  const kind = kindNode.value as CoreKind; // validated as one of these words
  const named = parseType(cx, typeNode);
  if (named === undefined) return undefined;
  const accessNode = stringField(node, "access");
  if ((accessNode === undefined) === needsAccess(kind)) {
    const rule = needsAccess(kind) ? 'needs an "access"' : 'takes no "access"';
    cx.log.error("ir/core-access", accessNode ?? kindNode, { kind, rule });
    return undefined;
  }

  const type = rootOf(cx, named);
  // Who gives a name to what has none means it: clang writes such relocations, and loaders refuse them.
  if (nameOf(cx, type) === "" && !typeNode.value.includes("$")) {
    const isPointer = type !== 0 && cx.scope.types.at(type).kind === "ptr";
    const hint = isPointer ? "leave out the pointer: an access starts at what it points at" : "";
    cx.log.error("ir/core-no-name", typeNode, {}, { hint });
    return undefined;
  }
  if (booleanField(node, "as_given") && /^\d+(:\d+)*$/.test(accessNode?.value ?? "")) {
    const access = { kind: CORE_KINDS[kind], type, access: accessNode?.value ?? "0", at: node };
    return { access, kind, value: undefined, checked: false };
  }
  const answer = answerOf(cx, kind, type, typeNode, accessNode);
  if (answer === undefined) return undefined;
  return {
    access: { kind: CORE_KINDS[kind], type, access: answer.access, at: node },
    kind,
    value: answer.value,
    checked: answer.checked ?? true,
  };
}

/** Relocations of whole types have no access; libbpf insists on "0" then (bpf_core_parse_spec). */
function needsAccess(kind: CoreKind): boolean {
  return kind.startsWith("field_") || kind.startsWith("enumval_");
}

/** Qualifiers are left out. A typedef stays: clang keeps it, and a loader looks for a typedef of this name then. */
function rootOf(cx: Context, id: TypeId): TypeId {
  let at = id;
  while (at !== 0) {
    const type = cx.scope.types.at(at);
    if (type.kind === "const" || type.kind === "volatile" || type.kind === "restrict") at = type.type;
    else break;
  }
  return at;
}

/** The name that a loader looks for among the kernel's types; "" where there is none. */
function nameOf(cx: Context, id: TypeId): string {
  if (id === 0) return "";
  const type = cx.scope.types.at(id);
  return "name" in type ? type.name : "";
}

/** The access string, and the value for the type as declared. */
function answerOf(
  cx: Context,
  kind: CoreKind,
  type: TypeId,
  typeNode: JsonString,
  accessNode: JsonString | undefined,
): { access: string; value: bigint | undefined; checked?: boolean } | undefined {
  const { types } = cx.scope;
  switch (kind) {
    case "type_id_local":
    case "type_id_target":
      return { access: "0", value: undefined };
    case "type_exists":
    case "type_matches":
      return { access: "0", value: 1n };
    case "type_size": {
      const size = sizeOf(types, type);
      if (size === undefined) {
        if (!cx.typesFailed) cx.log.error("btf/core-incomplete", typeNode, {});
        return undefined;
      }
      return { access: "0", value: BigInt(size) };
    }
    case "enumval_exists":
    case "enumval_value": {
      const found = findEnumerator(types, type, accessNode!.value);
      if ("code" in found) return report(cx, typeNode, accessNode!, found);
      return { access: String(found.index), value: kind === "enumval_exists" ? 1n : found.value };
    }
    default:
      return fieldAnswer(cx, kind, type, typeNode, accessNode!);
  }
}

/** The same for a field; `checked` where every compiler gives this value. */
function fieldAnswer(
  cx: Context,
  kind: CoreFieldKind,
  type: TypeId,
  typeNode: JsonString,
  accessNode: JsonString,
): { access: string; value: bigint; checked: boolean } | undefined {
  // libbpf reads indices of 32 bits.
  const index = /\d{11,}/.exec(accessNode.value);
  if (index !== null) {
    cx.log.error("ir/core-index", placeInString(accessNode, index.index, index[0].length), {});
    return undefined;
  }
  const field = resolveCoreAccess(cx.scope, type, accessNode.value);
  if ("code" in field) return report(cx, typeNode, accessNode, field);
  const value = coreFieldValue(cx.scope, kind, field, cx.little);
  if (typeof value !== "number") return report(cx, typeNode, accessNode, value);
  // How wide a load of a bit-field is depends on the compiler (clang: the alignment of LLVM's own struct type).
  const checked = field.bits === 0 || kind === "field_exists" || kind === "field_signed";
  return { access: field.access, value: BigInt(value), checked };
}

/**
 * Whether an instruction holds what `fillCore` would put there. Other compilers have other rules for bit-fields, and
 * some leave the operand to the loader.
 */
export function isFilled(layout: TypeLayout, little: boolean, insn: Insn, core: CoreAccess): boolean {
  const kind = coreKindName(core.kind)!;
  const operand = operandOf(insn, kind);
  const local = localValue(layout, little, kind, core);
  if (operand === undefined || local === undefined) return false;
  const { given, min, max } = operand;
  if (given !== 0n && !local.checked) return true;
  return local.value >= min && local.value <= max && given === BigInt.asIntN(64, local.value);
}

/** What holds for the type as it is declared; `undefined` where the access does not fit it. */
function localValue(
  layout: TypeLayout,
  little: boolean,
  kind: CoreKind,
  { type, access }: CoreAccess,
): { readonly value: bigint; readonly checked: boolean } | undefined {
  const { types } = layout;
  switch (kind) {
    case "type_id_local":
    case "type_id_target":
      return { value: 0n, checked: false };
    case "type_exists":
    case "type_matches":
      return { value: 1n, checked: true };
    case "type_size": {
      const size = sizeOf(types, type);
      return size === undefined ? undefined : { value: BigInt(size), checked: true };
    }
    case "enumval_exists":
    case "enumval_value": {
      const id = resolveType(types, type);
      const record = id === 0 ? undefined : types.at(id);
      const values = record?.kind === "enum" || record?.kind === "enum64" ? record.values : [];
      const found = values[Number(access)];
      return found && { value: kind === "enumval_exists" ? 1n : found.value, checked: true };
    }
    default: {
      const field = resolveCoreAccess(layout, type, access);
      if ("code" in field) return undefined;
      const value = coreFieldValue(layout, kind, field, little);
      const checked = field.bits === 0 || kind === "field_exists" || kind === "field_signed";
      return typeof value === "number" ? { value: BigInt(value), checked } : undefined;
    }
  }
}

/** What is wrong with the type as a whole is said of the type. */
function report(cx: Context, typeNode: JsonString, accessNode: JsonString, error: CoreError): undefined {
  const ofType = error.code === "btf/core-incomplete" || error.code === "btf/core-no-enum";
  const at = ofType ? typeNode : placeInString(accessNode, error.start, error.length);
  cx.log.error(error.code, at, error.args, { hint: () => error.hint });
  return undefined;
}

/** A field that a relocation patches: what stands there, what it can hold, and the instruction with another value. */
interface Operand {
  readonly field: string;
  readonly given: bigint;
  readonly min: bigint;
  readonly max: bigint;
  with(value: bigint): Insn;
}

/** The instruction with its operand filled in; the same one after an error. 0 stands for "fill it in". */
export function fillCore(cx: Context, insn: Insn, core: ParsedCore, at: Place): Insn {
  const { kind, checked } = core;
  const operand = operandOf(insn, kind);
  if (operand === undefined) {
    const hint = "loads and stores take field_byte_offset; an immediate takes every kind";
    cx.log.error("ir/core-insn", at, { kind }, { hint });
    return insn;
  }
  const { field, given, min, max } = operand;
  const value = core.value ?? 0n;
  if (given !== 0n && !checked) return insn;
  if (value < min || value > max) {
    cx.log.error("ir/core-range", at, { value, field });
  } else if (given !== 0n && given !== BigInt.asIntN(64, value)) {
    cx.log.error("ir/core-operand", at, { given, value }, { hint: "write 0: it is filled in" });
  } else {
    return operand.with(value);
  }
  return insn;
}

/**
 * What a relocation of this kind patches in an instruction; `undefined` where it can patch nothing. An offset must
 * not become negative: libbpf refuses what exceeds SHRT_MAX, and a field lies behind the start of its struct.
 */
function operandOf(insn: Insn, kind: CoreKind): Operand | undefined {
  const form = formOf(insn);
  switch (form?.kind) {
    case "ld_imm64":
      return {
        field: "the 64-bit immediate",
        given: (BigInt(insn.high) << 32n) | BigInt.asUintN(32, BigInt(insn.imm)),
        min: -(1n << 63n),
        max: (1n << 64n) - 1n,
        with: (value) => {
          const [imm, high] = [BigInt.asIntN(32, value), BigInt.asIntN(32, value >> 32n)];
          return withFields(insn, { imm: Number(imm), high: Number(high) });
        },
      };
    case "ldx":
    case "st":
      if (kind !== "field_byte_offset") return undefined;
      return {
        field: "the 16-bit offset",
        given: BigInt(insn.offset),
        min: 0n,
        max: 0x7fffn,
        with: (value) => withFields(insn, { offset: Number(value) }),
      };
    case "alu":
      if (form.operand !== "imm") return undefined;
      return {
        field: "the 32-bit immediate",
        given: BigInt(insn.imm),
        min: -0x8000_0000n,
        max: 0x7fff_ffffn,
        with: (value) => withFields(insn, { imm: Number(value) }),
      };
    default:
      return undefined;
  }
}
