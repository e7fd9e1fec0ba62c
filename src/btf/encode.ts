// A TypeTable to the bytes of .BTF; decode.ts is the inverse. Source: the kernel's Documentation/bpf/btf.rst,
// sections 2 (records) and 3 (header and strings).
//
//    31    30    29   28     24 23         16 15          0
//   +-----+-------------+-------------------+-------------+
//   |kflag|  reserved   |    kind (5 bits)  |    vlen     |    the `info` word; bits 16..23 are reserved, too
//   +-----+-------------+-------------------+-------------+
//
// Ids are positions, so the table is written as it stands. Which types there are, and in which order, is the
// assembler's business (object/). Ranges are the user's business: checkBtfLimits in limits.ts reports them before,
// here a misfit is a bug.

import { assertNever, ByteWriter, bug } from "../base/index.js";
import type { BtfStrings } from "./strings.js";
import type { TypeTable } from "./table.js";
import { BTF_KINDS, type BtfLinkage, type BtfType, type Member } from "./types.js";

/** BTF_MAGIC (include/uapi/linux/btf.h). Its byte order is the byte order of everything. */
export const BTF_MAGIC = 0xeb9f;
/** BTF_VERSION: the only one there is. */
export const BTF_VERSION = 1;
/** Bytes of struct btf_header up to str_len; libbpf 1.8 writes 32. */
export const BTF_HEADER_SIZE = 24;

/** BTF_INT_SIGNED, BTF_INT_CHAR, BTF_INT_BOOL (btf.rst 2.2.1). */
export const INT_ENCODINGS = { unsigned: 0, signed: 1, char: 2, bool: 4 } as const;
/** BTF_VAR_* and BTF_FUNC_* have the same numbers (btf.rst 2.2.12, 2.2.14). */
export const LINKAGES: Readonly<Record<BtfLinkage, number>> = { static: 0, global: 1, extern: 2 };

/**
 * The .BTF section: header, types, strings. Names that `strings` does not hold yet are interned in id order, each
 * record's own name before the names inside it; a caller who wants another order interns before.
 */
export function encodeBtf(types: TypeTable, strings: BtfStrings, little: boolean): Uint8Array {
  const records = new ByteWriter(types.size * 24, little);
  for (let id = 1; id <= types.size; id++) {
    const type = types.at(id);
    const end = records.pos + recordSize(type);
    encodeType(type, strings, records);
    if (records.pos !== end) bug(`a ${type.kind} must have the size that it was reckoned with`);
  }
  const table = strings.encode();
  const out = new ByteWriter(BTF_HEADER_SIZE + records.pos + table.length, little);
  out.u16(BTF_MAGIC).u8(BTF_VERSION).u8(0).u32(BTF_HEADER_SIZE);
  out.u32(0).u32(records.pos); // type_off counts from the end of the header
  out.u32(records.pos).u32(table.length);
  return out.bytes(records.finish()).bytes(table).finish();
}

/** Where the words of a record go. */
export interface WordSink {
  u32(value: number): WordSink;
}

/** The words of one record. `strings` gives each name the number that stands for it. */
export function encodeType(
  type: BtfType,
  strings: { readonly intern: (name: string) => number },
  out: WordSink,
): void {
  switch (type.kind) {
    case "int":
      head(out, type, strings.intern(type.name), 0, false, type.size);
      out.u32((INT_ENCODINGS[type.encoding] << 24) | (type.bitOffset << 16) | type.bits);
      return;
    case "ptr":
    case "volatile":
    case "const":
    case "restrict":
      head(out, type, 0, 0, false, type.type);
      return;
    case "array":
      head(out, type, 0, 0, false, 0);
      out.u32(type.element).u32(type.index).u32(type.length);
      return;
    case "struct":
    case "union":
      head(out, type, strings.intern(type.name), type.members.length, type.bitfields, type.size);
      for (const member of type.members) {
        out.u32(strings.intern(member.name)).u32(member.type).u32(memberOffset(member, type.bitfields));
      }
      return;
    case "enum":
      head(out, type, strings.intern(type.name), type.values.length, type.signed, type.size);
      for (const { name, value } of type.values) {
        out.u32(strings.intern(name)).u32(Number(BigInt.asUintN(32, value)));
      }
      return;
    case "fwd":
      head(out, type, strings.intern(type.name), 0, type.union, 0);
      return;
    case "typedef":
      head(out, type, strings.intern(type.name), 0, false, type.type);
      return;
    case "func":
      // The linkage stands in vlen.
      head(out, type, strings.intern(type.name), LINKAGES[type.linkage], false, type.type);
      return;
    case "func_proto":
      head(out, type, 0, type.params.length, false, type.result);
      for (const param of type.params) out.u32(strings.intern(param.name)).u32(param.type);
      return;
    case "var":
      head(out, type, strings.intern(type.name), 0, false, type.type);
      out.u32(LINKAGES[type.linkage]);
      return;
    case "datasec":
      head(out, type, strings.intern(type.name), type.entries.length, false, type.size);
      for (const entry of type.entries) out.u32(entry.type).u32(entry.offset).u32(entry.size);
      return;
    case "float":
      head(out, type, strings.intern(type.name), 0, false, type.size);
      return;
    case "decl_tag":
      head(out, type, strings.intern(type.value), 0, type.attribute, type.type);
      out.u32(type.component);
      return;
    case "type_tag":
      head(out, type, strings.intern(type.value), 0, type.attribute, type.type);
      return;
    case "enum64":
      head(out, type, strings.intern(type.name), type.values.length, type.signed, type.size);
      for (const { name, value } of type.values) {
        const bits = BigInt.asUintN(64, value);
        out
          .u32(strings.intern(name))
          .u32(Number(bits & 0xffffffffn))
          .u32(Number(bits >> 32n));
      }
      return;
    default:
      assertNever(type);
  }
}

/** Bytes that the record takes in .BTF: three words, and what follows them. */
export function recordSize(type: BtfType): number {
  const head = 12;
  switch (type.kind) {
    case "int":
    case "var":
    case "decl_tag":
      return head + 4;
    case "array":
      return head + 12;
    case "struct":
    case "union":
      return head + 12 * type.members.length;
    case "enum":
      return head + 8 * type.values.length;
    case "enum64":
      return head + 12 * type.values.length;
    case "func_proto":
      return head + 8 * type.params.length;
    case "datasec":
      return head + 12 * type.entries.length;
    case "ptr":
    case "fwd":
    case "typedef":
    case "volatile":
    case "const":
    case "restrict":
    case "func":
    case "float":
    case "type_tag":
      return head;
    default:
      return assertNever(type);
  }
}

/** struct btf_type: name_off, info, and the word that is a size or a type id. */
function head(out: WordSink, type: BtfType, name: number, vlen: number, flag: boolean, last: number): void {
  if (vlen > 0xffff) bug(`vlen ${vlen} must fit in 16 bits`);
  if (!(last >= 0 && last <= 0xffffffff)) bug(`size or type ${last} must fit in 32 bits`);
  out
    .u32(name)
    .u32(((flag ? 1 : 0) << 31) | (BTF_KINDS[type.kind] << 24) | vlen)
    .u32(last);
}

/** With kind_flag, the width stands in the upper 8 bits (btf.rst 2.2.4). */
function memberOffset({ offset, bits }: Member, flag: boolean): number {
  if (flag ? offset > 0xffffff || bits > 0xff : offset > 0xffffffff || bits !== 0)
    bug(`bit offset ${offset} must fit in ${flag ? 24 : 32} bits`);
  return flag ? (bits << 24) | offset : offset;
}
