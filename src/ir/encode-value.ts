// A JSON value and a C type -> the bytes of a variable: numbers, text, lists, objects by member, { "hex": ... }.
// Sizes and offsets are btf/'s; the values obey C's rules of initialisation (C17, 6.7.9), but nothing is converted
// silently: what does not fit is an error. Pointers to things cannot be stored at all, because no loader relocates
// data (libbpf skips .rel.data and .rel.rodata).

import { assert, encodeUtf8, type JsonArray, type JsonNode, type JsonString } from "../base/index.js";
import { type BtfType, findMember, memberNames, resolveType, sizeOf, type TypeId } from "../btf/index.js";
import { type Context, suggest } from "./context.js";
import { integerOf } from "./fields.js";
import { nounOfNode } from "./validate.js";

/** The storage of one variable. It grows where a flexible array at the end of its struct has elements. */
export interface Storage {
  bytes: Uint8Array;
  /** Where addresses of functions may stand: their places and names are put in here. */
  readonly addresses?: { readonly offset: number; readonly name: JsonString }[];
}

/** Writes `node` as a value of `type` at the byte `at`. What is wrong goes to the log, and its bytes stay zero. */
export function encodeValue(cx: Context, node: JsonNode, type: TypeId, storage: Storage, at: number): void {
  const { types } = cx.scope;
  const id = resolveType(types, type);
  if (id === 0) {
    wrongValue(cx, node, "void");
    return;
  }
  const record = types.at(id);
  const hex = hexOf(cx, node, id);
  if (hex !== undefined) {
    encodeHex(cx, hex, sizeOf(types, id) ?? 0, storage, at);
    return;
  }
  switch (record.kind) {
    case "int":
    case "enum":
    case "enum64": {
      const value = integerValue(cx, node, record, record.size * 8);
      if (value !== undefined) putInteger(cx, storage, at * 8, record.size * 8, value);
      break;
    }
    case "float":
      encodeFloat(cx, node, record.size, storage, at);
      break;
    case "ptr":
      encodePointer(cx, node, record.type, storage, at);
      break;
    case "array":
      encodeArray(cx, node, record, storage, at);
      break;
    case "struct":
    case "union":
      encodeStruct(cx, node, id, storage, at);
      break;
    default:
      wrongValue(cx, node, record.kind);
  }
}

/** UTF-8 and its NUL. */
export function textBytes(text: string): Uint8Array {
  return encodeUtf8(`${text}\0`);
}

/** The string of `{ "hex": "..." }`; a struct that has a member of this name means that member. */
export function hexOf(cx: Context, node: JsonNode, type: TypeId): JsonString | undefined {
  if (node.json !== "object" || node.members.size !== 1) return undefined;
  const hex = node.members.get("hex")?.value;
  if (hex?.json !== "string" || findMember(cx.scope.types, type, "hex") !== undefined) return undefined;
  return hex;
}

/** The bytes that a string of hexadecimal digits spells; spaces between them are for the reader. */
export function hexBytes(cx: Context, node: JsonString): Uint8Array | undefined {
  const digits = node.value.replace(/\s+/g, "");
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) {
    cx.log.error("ir/bad-hex", node, {}, { hint: "write two digits for each byte" });
    return undefined;
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

/** Bytes as they stand; what they do not reach stays zero, as in an initialiser of C. */
export function encodeHex(cx: Context, node: JsonString, size: number, storage: Storage, at: number): void {
  const bytes = hexBytes(cx, node);
  if (bytes === undefined) return;
  // A member of a broken struct may lie behind the struct's end.
  const room = Math.min(size, Math.max(0, storage.bytes.length - at));
  if (bytes.length > room) cx.log.error("ir/value-too-long", node, { count: bytes.length, size: room });
  else if (bytes.length > 0) storage.bytes.set(bytes, at);
}

type IntegerType = Extract<BtfType, { kind: "int" | "enum" | "enum64" }>;

/** The value of a number, an enumerator's name or a truth value, if it fits in `bits` of the type. */
function integerValue(cx: Context, node: JsonNode, type: IntegerType, bits: number): bigint | undefined {
  const bool = type.kind === "int" && type.encoding === "bool";
  if (bool && node.json === "boolean") return node.value ? 1n : 0n;
  let value = integerOf(node);
  if (value === undefined && type.kind !== "int" && node.json === "string") {
    value = type.values.find(({ name }) => name === node.value)?.value;
    if (value === undefined) {
      const hint = suggest(cx, node.value, () => type.values.map(({ name }) => name));
      cx.log.error("ir/unknown-enumerator", node, { name: node.value, type: nounOfType(type) }, { hint });
      return undefined;
    }
  }
  if (value === undefined) {
    wrongValue(cx, node, nounOfType(type));
    return undefined;
  }
  const signed = type.kind === "int" ? type.encoding === "signed" : type.signed;
  const min = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const max = bool ? 1n : (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  if (value < min || value > max) {
    cx.log.error("ir/out-of-range", node, { what: "the value", value, min, max });
    return undefined;
  }
  return value;
}

/**
 * Writes the low `width` bits of `value` at bit `offset`. Bits count from the least significant one of the first
 * byte on little-endian targets, and from the most significant one on big-endian: the order in which C allocates
 * bit-fields, and in which whole bytes come out right too.
 */
function putInteger(cx: Context, storage: Storage, offset: number, width: number, value: bigint): void {
  let rest = BigInt.asUintN(width, value);
  if (offset % 8 === 0 && width % 8 === 0) {
    const first = offset / 8;
    const count = width / 8;
    for (let i = 0; i < count; i++, rest >>= 8n) {
      storage.bytes[cx.little ? first + i : first + count - 1 - i] = Number(rest & 0xffn);
    }
    return;
  }
  for (let i = 0; i < width && rest !== 0n; i++, rest >>= 1n) {
    if ((rest & 1n) === 0n) continue;
    const position = cx.little ? offset + i : offset + width - 1 - i;
    storage.bytes[position >> 3]! |= cx.little ? 1 << (position & 7) : 0x80 >> (position & 7);
  }
}

/** IEEE 754 in the byte order of the target. BPF computes with no floats, but maps may hand them to user space. */
function encodeFloat(cx: Context, node: JsonNode, size: number, storage: Storage, at: number): void {
  assert(size === 4 || size === 8, "the floating-point types of C have 4 or 8 bytes on BPF");
  const value = node.json === "number" ? node.value : undefined;
  if (value === undefined || (size === 4 && !Number.isFinite(Math.fround(value)))) {
    wrongValue(cx, node, `a floating-point number of ${size} bytes`);
  } else if (size === 4) {
    putInteger(cx, storage, at * 8, 32, BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!));
  } else {
    putInteger(cx, storage, at * 8, 64, new BigUint64Array(new Float64Array([value]).buffer)[0]!);
  }
}

/** A number, or null; a name only where a loader fills in addresses: functions in tables of struct_ops. */
function encodePointer(cx: Context, node: JsonNode, to: TypeId, storage: Storage, at: number): void {
  if (node.json === "null") return;
  const ofFunction = isFunctionType(cx, to);
  if (node.json === "string" && storage.addresses !== undefined && ofFunction) {
    storage.addresses.push({ offset: at, name: node });
    return;
  }
  const value = integerOf(node);
  if (value !== undefined && value >= 0n && value < 1n << 64n) {
    putInteger(cx, storage, at * 8, 64, value);
  } else if (node.json === "string") {
    const hint = ofFunction
      ? 'functions are taken in the sections ".struct_ops" and ".struct_ops.link" only'
      : "no loader relocates data: store the address at run time, or look the value up in a map";
    cx.log.error("ir/pointer-in-data", node, { name: node.value }, { hint });
  } else {
    wrongValue(cx, node, "a pointer");
  }
}

/** Behind typedefs; qualifiers of a function type mean nothing. */
function isFunctionType(cx: Context, type: TypeId): boolean {
  const id = resolveType(cx.scope.types, type);
  return id !== 0 && cx.scope.types.at(id).kind === "func_proto";
}

type ArrayType = Extract<BtfType, { kind: "array" }>;

/** Text for arrays of bytes, a list for all. */
function encodeArray(cx: Context, node: JsonNode, type: ArrayType, storage: Storage, at: number): void {
  const { types } = cx.scope;
  const size = sizeOf(types, type.element) ?? 0;
  if (node.json === "string" && isByte(cx, type.element)) {
    encodeText(cx, node, type.length, storage, at);
  } else if (node.json === "array") {
    encodeList(cx, node, type, size, storage, at);
  } else {
    wrongValue(cx, node, "an array");
  }
}

/** Whether text can fill an array of this element. C11 6.7.9, paragraph 14, wants a character type: one byte. */
function isByte(cx: Context, type: TypeId): boolean {
  const { types } = cx.scope;
  const id = resolveType(types, type);
  const record = id === 0 ? undefined : types.at(id);
  return record?.kind === "int" && record.size === 1;
}

/** As in C, the NUL is dropped where the array has room for all but it. */
function encodeText(cx: Context, node: JsonString, length: number, storage: Storage, at: number): void {
  const bytes = encodeUtf8(node.value);
  const room = roomFor(storage, at, length, bytes.length + 1);
  if (bytes.length > room) cx.log.error("ir/text-too-long", node, { count: bytes.length, size: room });
  else storage.bytes.set(bytes, at);
}

/** Elements from the first on; those that the list does not reach stay zero (C11 6.7.9, paragraph 21). */
function encodeList(
  cx: Context,
  node: JsonArray,
  type: ArrayType,
  elementSize: number,
  storage: Storage,
  at: number,
): void {
  const room = roomFor(storage, at, type.length * elementSize, node.items.length * elementSize);
  const length = elementSize === 0 ? type.length : room / elementSize;
  if (node.items.length > length) {
    cx.log.error("ir/too-many-elements", node.items[length]!, { count: node.items.length, length });
    return;
  }
  for (const [i, item] of node.items.entries())
    encodeValue(cx, item, type.element, storage, at + i * elementSize);
}

/**
 * Bytes that an array may fill. An array of length 0 that ends the storage is a flexible one: the storage grows to
 * hold `wanted` bytes, as it does in clang. Others have the bytes of their type.
 */
function roomFor(storage: Storage, at: number, declared: number, wanted: number): number {
  if (declared > 0) return declared;
  const end = at + wanted;
  if (end > storage.bytes.length) {
    const grown = new Uint8Array(end);
    grown.set(storage.bytes);
    storage.bytes = grown;
  }
  return wanted;
}

/** Members by name in any order, those of anonymous members included; the others stay zero. */
function encodeStruct(cx: Context, node: JsonNode, id: TypeId, storage: Storage, at: number): void {
  const { types } = cx.scope;
  const type = types.at(id);
  assert(type.kind === "struct" || type.kind === "union", "the caller looked at the kind");
  if (node.json !== "object") {
    wrongValue(cx, node, nounOfType(type));
    return;
  }
  const written: { key: string; node: JsonNode; start: number; end: number }[] = [];
  for (const { key, at: keyAt, value } of node.members.values()) {
    const found = findMember(types, id, key);
    if (found === undefined) {
      const hint = suggest(cx, key, () => memberNames(types, id));
      cx.log.error("ir/unknown-member", keyAt, { name: key, type: nounOfType(type) }, { hint });
      continue;
    }
    const bits = found.member.bits;
    const start = at * 8 + found.offset;
    if (bits > 0) {
      const record = types.at(resolveType(types, found.type));
      assert(
        record.kind === "int" || record.kind === "enum" || record.kind === "enum64",
        "C allows no other bit-fields",
      );
      const number = integerValue(cx, value, record, bits);
      if (number !== undefined) putInteger(cx, storage, start, bits, number);
    } else {
      encodeValue(cx, value, found.type, storage, start / 8);
    }
    written.push({ key, node: value, start, end: start + (bits || (sizeOf(types, found.type) ?? 0) * 8) });
  }
  reportOverlaps(cx, written);
}

/** Two members of one union cannot both have a value. Sorted by their start, the first that clash are neighbours. */
function reportOverlaps(
  cx: Context,
  written: { key: string; node: JsonNode; start: number; end: number }[],
): void {
  written.sort((a, b) => a.start - b.start);
  for (let i = 1; i < written.length; i++) {
    const before = written[i - 1]!;
    const { key, node, start } = written[i]!;
    if (start < before.end) cx.log.error("ir/member-overlap", node, { a: before.key, b: key });
  }
}

/** Says what stands there and what the type would take. */
function wrongValue(cx: Context, node: JsonNode, expected: string): void {
  cx.log.error("ir/wrong-value", node, { actual: nounOfNode(node), expected });
}

/** How messages call a type. */
function nounOfType(type: BtfType): string {
  switch (type.kind) {
    case "int":
      return type.encoding === "bool" ? "a bool" : "an integer";
    case "enum":
    case "enum64":
      return type.name === "" ? "an enum" : `"enum ${type.name}"`;
    case "struct":
    case "union":
      return type.name === "" ? `a ${type.kind}` : `"${type.kind} ${type.name}"`;
    default:
      return type.kind;
  }
}
