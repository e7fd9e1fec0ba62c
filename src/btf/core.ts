// CO-RE: questions about a type that a loader answers anew for the running kernel, and the answer that holds for
// the type as it is declared here. Sources: libbpf (src/relo_core.h: enum bpf_core_relo_kind and the access string),
// LLVM (__builtin_preserve_field_info, for the values).
//
// An access string is a list of indices joined by ":". The first counts whole objects behind the pointer, as in
// p[1].x; each further one is a member of a struct (anonymous ones count) or an element of an array. A path is the
// same access as an author writes it: "comm[3]", "[1].parent.pid".

import { type Code, didYouMean } from "../base/index.js";
import { alignOf, findMember, memberNames, resolveType, sizeOf, type TypeLayout } from "./layout.js";
import type { TypeTable } from "./table.js";
import type { BtfType, TypeId } from "./types.js";

/** enum bpf_core_relo_kind (include/uapi/linux/bpf.h), in libbpf's words without their prefix. */
export const CORE_KINDS = {
  field_byte_offset: 0,
  field_byte_size: 1,
  field_exists: 2,
  field_signed: 3,
  field_lshift_u64: 4,
  field_rshift_u64: 5,
  type_id_local: 6,
  type_id_target: 7,
  type_exists: 8,
  type_size: 9,
  enumval_exists: 10,
  enumval_value: 11,
  type_matches: 12,
} as const;

export type CoreKind = keyof typeof CORE_KINDS;
export type CoreFieldKind = Extract<CoreKind, `field_${string}`>;

/** Indices of an access string at most (libbpf, BPF_CORE_SPEC_MAX_LEN). */
const MAX_INDICES = 64;
/** UTF-16 units of an access string at most: indices of 32 bits, and a colon behind each. */
export const MAX_CORE_ACCESS: number = MAX_INDICES * 11;

/** The field that an access ends at. */
export interface CoreField {
  /** libbpf's access string. */
  readonly access: string;
  readonly type: TypeId;
  /** Bytes from the root to the record that holds the field. */
  readonly base: number;
  /** Bits from that record to the field. */
  readonly offset: number;
  /** Width of a bit-field, 0 for every other field. */
  readonly bits: number;
  /** Alignment of that record in bytes. */
  readonly align: number;
}

/** What is wrong with an access, and where in its text (UTF-16 units). */
export interface CoreError {
  readonly code: Extract<Code, `btf/core-${string}`>;
  readonly args: Readonly<Record<string, string | number | bigint>>;
  readonly start: number;
  readonly length: number;
  /** One thing to try; "" where there is none. */
  readonly hint: string;
}

type Enum = Extract<BtfType, { kind: "enum" | "enum64" }>;

/** One step of an access: a member by name, or an index. */
interface Step {
  readonly name: string | undefined;
  readonly index: number;
  readonly start: number;
  readonly length: number;
}

/** Follows a path or an access string from `root`. Errors: syntax, a member that is not there, an index outside. */
export function resolveCoreAccess(layout: TypeLayout, root: TypeId, access: string): CoreField | CoreError {
  const steps = /^\d+(:\d+)*$/.test(access) ? splitIndices(access) : splitPath(access);
  if ("code" in steps) return steps;
  if (steps.length > MAX_INDICES) {
    return wrong("btf/core-too-deep", { limit: MAX_INDICES }, 0, access.length);
  }
  const first = steps[0]?.name === undefined ? steps[0] : undefined;
  const rest = first === undefined ? steps : steps.slice(1);
  const size = sizeOf(layout.types, root);
  if (size === undefined) return wrong("btf/core-incomplete", {}, 0, access.length);

  const raw = first !== undefined && access[0] !== "[";
  const indices = [first?.index ?? 0];
  let at: CoreField = {
    access: "",
    type: root,
    base: (first?.index ?? 0) * size,
    offset: 0,
    bits: 0,
    align: alignOf(layout, root),
  };
  for (const step of rest) {
    const next = enter(layout, at, step, raw);
    if ("code" in next) return next;
    indices.push(...next.path);
    at = next.field;
  }
  if (indices.length > MAX_INDICES) {
    return wrong("btf/core-too-deep", { limit: MAX_INDICES }, 0, access.length);
  }
  return { ...at, access: indices.join(":") };
}

/**
 * One step from a field into it. `raw` is for access strings, in which an index may be that of a member; in a path an
 * index is always that of an element. The second result is what the step adds to the access string: a name found in
 * an anonymous member adds an index for each struct on the way.
 */
function enter(
  layout: TypeLayout,
  from: CoreField,
  step: Step,
  raw: boolean,
): { field: CoreField; path: readonly number[] } | CoreError {
  const { types } = layout;
  const id = resolveType(types, from.type);
  const type = id === 0 ? undefined : types.at(id);
  const start = from.base + from.offset / 8;
  if (type?.kind === "array" && step.name === undefined) {
    // The last member may be declared with one element or none, and hold more.
    if (type.length > 1 && step.index >= type.length) {
      const args = { index: step.index, length: type.length };
      return wrong("btf/core-index", args, step.start, step.length);
    }
    const base = start + step.index * (sizeOf(types, type.element) ?? 0);
    const align = alignOf(layout, type.element);
    return { field: { ...from, type: type.element, base, offset: 0, bits: 0, align }, path: [step.index] };
  }
  if (type?.kind === "struct" || type?.kind === "union") {
    const align = alignOf(layout, id);
    if (step.name !== undefined) {
      const { name } = step;
      const found = findMember(types, id, name);
      if (found === undefined) {
        const hint = (): string => didYouMean(name, memberNames(types, id));
        const args = { what: describe(type), name };
        return wrong("btf/core-no-member", args, step.start, step.length, hint);
      }
      const { bits } = found.member;
      return {
        field: { ...from, type: found.type, base: start, offset: found.offset, bits, align },
        path: found.path,
      };
    }
    const member = raw ? type.members[step.index] : undefined;
    if (member !== undefined) {
      const { type: inner, offset, bits } = member;
      return { field: { ...from, type: inner, base: start, offset, bits, align }, path: [step.index] };
    }
    if (raw) {
      const args = { index: step.index, length: type.members.length };
      return wrong("btf/core-index", args, step.start, step.length);
    }
  }
  const args = { what: type === undefined ? "void" : describe(type) };
  const hint = type?.kind === "ptr" ? "a pointer starts a new access" : "";
  const code = step.name === undefined ? "btf/core-no-elements" : "btf/core-no-members";
  return wrong(code, args, step.start, step.length, hint);
}

/** The position of an enumerator among its enum's, and its value. */
export function findEnumerator(
  types: TypeTable,
  root: TypeId,
  name: string,
): { readonly index: number; readonly value: bigint } | CoreError {
  const id = resolveType(types, root);
  const type = id === 0 ? undefined : types.at(id);
  if (type?.kind !== "enum" && type?.kind !== "enum64") {
    return wrong("btf/core-no-enum", { what: type === undefined ? "void" : describe(type) }, 0, name.length);
  }
  const index = /^\d+$/.test(name) ? Number(name) : (enumeratorsOf(type).get(name) ?? -1);
  const value = type.values[index];
  if (value === undefined) {
    const hint = (): string => didYouMean(name, enumeratorsOf(type).keys());
    const args = { what: describe(type), name };
    return wrong("btf/core-no-enumerator", args, 0, name.length, hint);
  }
  return { index, value: value.value };
}

/** The enumerators of each enum that was asked, by name: each of many relocations may ask for another one. */
const indexes = new WeakMap<Enum, ReadonlyMap<string, number>>();

function enumeratorsOf(type: Enum): ReadonlyMap<string, number> {
  let found = indexes.get(type);
  if (found === undefined) {
    // Backwards, so that of two of one name the first stays.
    found = new Map(type.values.map(({ name }, i) => [name, i] as const).reverse());
    indexes.set(type, found);
  }
  return found;
}

/** What a field-based relocation yields for the type as it is declared. A bit-field may reach over its storage unit. */
export function coreFieldValue(
  layout: TypeLayout,
  kind: CoreFieldKind,
  field: CoreField,
  little: boolean,
): number | CoreError {
  const { types } = layout;
  const whole = [0, field.access.length] as const;
  const size = field.bits === 0 ? sizeOf(types, field.type) : 0;
  if (size === undefined) return wrong("btf/core-incomplete", {}, ...whole);
  const unit = field.bits === 0 ? undefined : storageUnit(field);
  // A member that begins inside a byte is a bit-field whose width is lost: no load gets at it either.
  if ((unit === undefined && field.bits !== 0) || (field.base * 8 + (unit?.start ?? field.offset)) % 8 !== 0)
    return wrong("btf/core-bitfield", {}, ...whole);
  switch (kind) {
    case "field_exists":
      return 1;
    case "field_byte_offset":
      return field.base + (unit?.start ?? field.offset) / 8;
    case "field_byte_size":
      return unit === undefined ? size : (unit.end - unit.start) / 8;
    case "field_signed":
      return isSigned(types, field.type) ? 1 : 0;
    // A loader's program loads the unit into 64 bits, shifts left to cut what lies above the field, and right to cut
    // what lies below (libbpf, BPF_CORE_READ_BITFIELD).
    case "field_lshift_u64":
      if (unit === undefined)
        return size <= 8 ? 64 - size * 8 : wrong("btf/core-too-wide", { size }, ...whole);
      return little ? unit.start + 64 - field.offset - field.bits : field.offset + 64 - unit.end;
    case "field_rshift_u64":
      if (unit === undefined)
        return size <= 8 ? 64 - size * 8 : wrong("btf/core-too-wide", { size }, ...whole);
      return 64 - field.bits;
  }
}

/**
 * The bits that a load of a bit-field loads: as wide as the record is aligned, 8 bytes at most (LLVM,
 * BPFAbstractMemberAccess). `undefined` where the field does not lie inside one such unit.
 */
function storageUnit(field: CoreField): { start: number; end: number } | undefined {
  const width = Math.min(field.align, 8) * 8;
  const start = field.offset - (field.offset % width);
  const end = start + width;
  return field.offset + field.bits <= end ? { start, end } : undefined;
}

function isSigned(types: TypeTable, id: TypeId): boolean {
  const resolved = resolveType(types, id);
  const type = resolved === 0 ? undefined : types.at(resolved);
  switch (type?.kind) {
    case "int":
      return type.encoding === "signed" || type.encoding === "char";
    case "enum":
    case "enum64":
      return type.signed;
    case "array":
      return isSigned(types, type.element);
    default:
      return false;
  }
}

/** "0:1:2": indices alone, as libbpf writes them. */
function splitIndices(access: string): Step[] {
  const steps: Step[] = [];
  let start = 0;
  for (const text of access.split(":")) {
    steps.push({ name: undefined, index: Number(text), start, length: text.length });
    start += text.length + 1;
  }
  return steps;
}

/** "a.b[2].c", "[1].a": names with a dot before all but the first, indices in brackets. */
function splitPath(path: string): Step[] | CoreError {
  const steps: Step[] = [];
  const part = /(\.?)([A-Za-z_]\w*)|\[(\d+)\]/y;
  while (part.lastIndex < path.length) {
    const start = part.lastIndex;
    const match = part.exec(path);
    const dot = match?.[1] === "." ? 1 : 0;
    const name = match?.[2];
    // A dot is between two steps, and only a name needs one.
    if (match === null || (name !== undefined && (dot === 1) === (steps.length === 0))) {
      return wrong("btf/core-path", {}, start, Math.max(1, path.length - start));
    }
    steps.push({
      name,
      index: name === undefined ? Number(match[3]) : 0,
      start: start + dot,
      length: match[0].length - dot,
    });
  }
  return steps.length > 0 ? steps : wrong("btf/core-path", {}, 0, path.length);
}

/** How messages call a type. */
function describe(type: BtfType): string {
  switch (type.kind) {
    case "struct":
    case "union":
    case "enum":
    case "fwd": {
      const keyword = type.kind === "fwd" ? (type.union ? "union" : "struct") : type.kind;
      return type.name === "" ? `an anonymous ${keyword}` : `"${keyword} ${type.name}"`;
    }
    case "enum64":
      return type.name === "" ? "an anonymous enum" : `"enum ${type.name}"`;
    case "ptr":
      return "a pointer";
    case "array":
      return "an array";
    case "int":
    case "float":
      return `"${type.name}"`;
    case "func_proto":
      return "a function";
    default:
      return `a ${type.kind}`;
  }
}

function wrong(
  code: CoreError["code"],
  args: CoreError["args"],
  start: number,
  length: number,
  hint: string | (() => string) = "",
): CoreError {
  return {
    code,
    args,
    start,
    length,
    // Looked for when somebody asks.
    get hint() {
      return typeof hint === "string" ? hint : hint();
    },
  };
}
