// Values that are decided at link time: `config.level=3`. BTF says where the member lies and what it takes, so that a
// generator, or a build script, needs no compiler for a constant.

import { assertNever, didYouMean, encodeUtf8, type Log, viewOf } from "../base/index.js";
import {
  type BtfType,
  findMember,
  memberNames,
  resolveType,
  sizeOf,
  type TypeId,
  type TypeTable,
} from "../btf/index.js";
import type { DataVariable } from "../ir/index.js";
import type { Draft } from "./copy.js";
import { byName } from "./names.js";
import { kindOf, type Open } from "./things.js";
import { reportUnknown } from "./unknown.js";

/** Says what is wrong with the path or the value, and what could be done. */
type Fail = (what: string, hint?: string) => void;

/** A part of a variable. Offsets and widths are in bits. */
interface Slot {
  readonly type: TypeId;
  readonly offset: number;
  /** Of a bit-field; 0 for everything else. */
  readonly bits: number;
}

/**
 * Writes `value` to what `path` names: a variable, `.member` and `[index]` from there. Numbers are decimal or 0x..., text
 * goes into arrays of characters, enumerators and `true` and `false` stand for their numbers. Everything that does not
 * fit is an error in the log.
 */
export function setValue(
  draft: Draft,
  types: TypeTable,
  path: string,
  value: string,
  little: boolean,
  log: Log,
): void {
  const at = { kind: "file", file: "--set" } as const;
  const names = byName(draft);
  const found = splitPath(path, (name) => names.get(name)?.kind === "data");
  const variable = found && (names.get(found.name) as Open<DataVariable>); // splitPath asked for data
  const fail: Fail = (what, hint = "") => log.error("link/set", at, { path, what }, { hint });
  if (found === undefined || variable === undefined) {
    const other = splitPath(path, (name) => names.has(name));
    if (other !== undefined) {
      fail(`this is a ${kindOf(names.get(other.name)!)}, and only variables have values`);
      return;
    }
    reportUnknown(/^[^.[]*/.exec(path)?.[0] ?? path, "--set", names, log);
    return;
  }
  if (/^\.bss(\.|$)/.test(variable.section)) {
    const hint = "a value in its source, other than 0, makes it stored";
    log.error("link/set-zeros", at, { name: found.name, section: variable.section }, { hint });
    return;
  }
  const slot = findSlot(types, variable.type ?? 0, found.rest, fail);
  if (slot === undefined) return;
  const end = slot.offset + (slot.bits || (sizeOf(types, slot.type) ?? 0) * 8);
  // A compiler that takes a struct apart leaves a variable that is smaller than its type.
  if (end > variable.bytes.length * 8) {
    fail(`this lies behind the ${variable.bytes.length} bytes that "${found.name}" has`);
    return;
  }
  const bytes = variable.bytes.slice();
  if (writeValue(types, bytes, slot, value, little, fail)) variable.bytes = bytes;
}

/** Names of variables may have dots (`prog.counter`): the longest that there is counts. */
function splitPath(
  path: string,
  exists: (name: string) => boolean,
): { name: string; rest: string } | undefined {
  for (let end = path.length; end > 0; end--) {
    const next = path[end];
    if (next !== undefined && next !== "." && next !== "[") continue;
    const name = path.slice(0, end);
    if (exists(name)) return { name, rest: path.slice(end) };
  }
  return undefined;
}

/** Walks from a variable to the part that `rest` names; `undefined` after an error. */
function findSlot(types: TypeTable, root: TypeId, rest: string, fail: Fail): Slot | undefined {
  const step = /\.(\w+)|\[(\d+)\]/y;
  let slot: Slot = { type: root, offset: 0, bits: 0 };
  while (step.lastIndex < rest.length) {
    const from = step.lastIndex;
    const match = step.exec(rest);
    if (match === null) {
      fail(`"${rest.slice(from)}" is neither .member nor [index]`);
      return undefined;
    }
    const next =
      match[1] === undefined
        ? element(types, slot, Number(match[2]), fail)
        : member(types, slot, match[1], fail);
    if (next === undefined) return undefined;
    slot = next;
  }
  return slot;
}

/** One step `.name`, through anonymous members as in C (C11 6.7.2.1, paragraph 13). */
function member(types: TypeTable, slot: Slot, name: string, fail: Fail): Slot | undefined {
  const found = findMember(types, slot.type, name);
  const type = typeAt(types, slot.type);
  if (found === undefined && type?.kind === "array") {
    fail(`there is no member "${name}" of an array`, elementHint(type.length));
    return undefined;
  }
  if (found === undefined) {
    fail(`there is no member "${name}"`, didYouMean(name, memberNames(types, slot.type)));
    return undefined;
  }
  return { type: found.type, offset: slot.offset + found.offset, bits: found.member.bits };
}

function elementHint(length: number): string {
  return length === 0 ? "it has no elements" : `name an element: [0] to [${length - 1}]`;
}

function membersHint(types: TypeTable, id: TypeId): string {
  const names = memberNames(types, id);
  const shown = names.slice(0, MAX_SHOWN).map((name) => `.${name}`);
  return `its members are ${shown.join(", ")}${names.length > MAX_SHOWN ? ", ..." : ""}`;
}

/** Members that a hint names. */
const MAX_SHOWN = 8;

/** One step `[index]`; a flexible array has no elements that were stored. */
function element(types: TypeTable, slot: Slot, index: number, fail: Fail): Slot | undefined {
  const type = typeAt(types, slot.type);
  if (type?.kind !== "array" || index >= type.length) {
    const length = type?.kind === "array" ? `there are ${type.length} elements` : "this is no array";
    fail(`index ${index} is outside: ${length}`);
    return undefined;
  }
  const size = sizeOf(types, type.element) ?? 0;
  return { type: type.element, offset: slot.offset + index * size * 8, bits: 0 };
}

/** The type behind typedefs and qualifiers; `undefined` for void. */
function typeAt(types: TypeTable, id: TypeId): BtfType | undefined {
  const resolved = resolveType(types, id);
  return resolved === 0 ? undefined : types.at(resolved);
}

/** False after an error. */
function writeValue(
  types: TypeTable,
  bytes: Uint8Array,
  slot: Slot,
  value: string,
  little: boolean,
  fail: Fail,
): boolean {
  const type = typeAt(types, slot.type);
  switch (type?.kind) {
    case "int":
    case "enum":
    case "enum64": {
      const bits = slot.bits || type.size * 8;
      const number = parseInteger(type, bits, value, fail);
      if (number !== undefined) putBits(bytes, slot.offset, bits, number, little);
      return number !== undefined;
    }
    case "float": {
      const number = Number(value);
      if (Number.isNaN(number) || value.trim() === "") return refuse(fail, `"${value}" is no number`);
      const stored = type.size === 4 ? Math.fround(number) : number;
      if (!Number.isFinite(stored))
        return refuse(fail, `${value} is more than a float of ${type.size} bytes holds`);
      const view = viewOf(bytes);
      if (type.size === 4) view.setFloat32(slot.offset / 8, number, little);
      else if (type.size === 8) view.setFloat64(slot.offset / 8, number, little);
      else return refuse(fail, `a float of ${type.size} bytes has no value here`);
      return true;
    }
    case "array":
      return writeText(types, bytes, slot, type, value, fail);
    case "struct":
    case "union":
      return refuse(fail, `this is a ${type.kind}; name a member`, membersHint(types, slot.type));
    case "ptr":
      return refuse(fail, "a pointer has no value before the program is loaded");
    default:
      return refuse(fail, "the type of this is not known");
  }
}

function refuse(fail: Fail, what: string, hint = ""): false {
  fail(what, hint);
  return false;
}

/** Text goes into an array of characters whole: what is left of the array becomes 0. */
function writeText(
  types: TypeTable,
  bytes: Uint8Array,
  slot: Slot,
  array: Extract<BtfType, { kind: "array" }>,
  value: string,
  fail: Fail,
): boolean {
  if (typeAt(types, array.element)?.kind !== "int" || sizeOf(types, array.element) !== 1) {
    return refuse(fail, "this is an array", elementHint(array.length));
  }
  const text = encodeUtf8(value);
  // As in C, the NUL may be left out where it just does not fit.
  if (text.length > array.length) {
    return refuse(fail, `the text takes ${text.length} bytes, and there are ${array.length}`);
  }
  const start = slot.offset / 8;
  bytes.fill(0, start, start + array.length);
  bytes.set(text, start);
  return true;
}

/** The number, if it fits the type or the width of the bit-field; `undefined` after an error. */
function parseInteger(
  type: Extract<BtfType, { kind: "int" | "enum" | "enum64" }>,
  bits: number,
  value: string,
  fail: Fail,
): bigint | undefined {
  const number = integerOf(type, value);
  if (number === undefined) {
    const names = type.kind === "int" ? [] : type.values.map(({ name }) => name);
    fail(`"${value}" is no ${type.kind === "int" ? "integer" : "enumerator"}`, didYouMean(value, names));
    return undefined;
  }
  const bool = type.kind === "int" && type.encoding === "bool";
  const signed = type.kind === "int" ? type.encoding === "signed" || type.encoding === "char" : type.signed;
  const width = BigInt(bits);
  const min = signed ? -(1n << (width - 1n)) : 0n;
  const max = bool ? 1n : (1n << (signed ? width - 1n : width)) - 1n;
  if (number >= min && number <= max) return number;
  fail(`${value} is outside ${min}..${max}`);
  return undefined;
}

/** Digits mean the same everywhere; words are those of the type. */
function integerOf(
  type: Extract<BtfType, { kind: "int" | "enum" | "enum64" }>,
  value: string,
): bigint | undefined {
  if (/^-?(0[xX][0-9a-fA-F]+|\d+)$/.test(value)) {
    return value.startsWith("-") ? -BigInt(value.slice(1)) : BigInt(value);
  }
  switch (type.kind) {
    case "int":
      if (type.encoding !== "bool") return undefined;
      return value === "true" ? 1n : value === "false" ? 0n : undefined;
    case "enum":
    case "enum64":
      return type.values.find(({ name }) => name === value)?.value;
    default:
      return assertNever(type);
  }
}

/** Bit-fields count from the least significant bit in little-endian data, from the most significant one in big-endian. */
function putBits(bytes: Uint8Array, offset: number, bits: number, value: bigint, little: boolean): void {
  for (let i = 0; i < bits; i++) {
    // Bit i of the value, from the least significant one.
    const place = little ? offset + i : offset + bits - 1 - i;
    const mask = little ? 1 << (place % 8) : 0x80 >> (place % 8);
    const byte = bytes[place >> 3] ?? 0;
    const one = ((BigInt.asUintN(bits, value) >> BigInt(i)) & 1n) === 1n;
    bytes[place >> 3] = one ? byte | mask : byte & ~mask;
  }
}
