// What BTF's fields can hold, and what every kernel takes of it: the limits that a program can reach by what its
// author wrote. Sources: btf.rst section 2 (field widths); include/uapi/linux/btf.h (BTF_MAX_*).

import type { Log, Place } from "../base/index.js";
import type { BtfStrings } from "./strings.js";
import type { TypeTable } from "./table.js";
import type { BtfType, Member } from "./types.js";

/** BTF_MAX_TYPE. */
const MAX_TYPES = 0xfffff;
/** BTF_MAX_NAME_OFFSET: the last offset at which a string may begin. */
const MAX_STRINGS = 0xffffff;
/** BTF_MAX_VLEN: members, enumerators, parameters or entries of one record. */
const MAX_VLEN = 0xffff;
const MAX_U32 = 0xffffffff;
/** A member's offset beside a width, in bits (btf.rst 2.2.4). */
const MAX_FLAGGED_OFFSET = 0xffffff;

/**
 * Reports each record that encodeBtf could not write, at `at`; call it when `strings` holds all names. A table
 * without an error here can be encoded.
 */
export function checkBtfLimits(types: TypeTable, strings: BtfStrings, at: Place, log: Log): void {
  if (types.size > MAX_TYPES) log.error("btf/too-many-types", at, { count: types.size, limit: MAX_TYPES });
  if (strings.size > MAX_STRINGS)
    log.error("btf/strings-too-large", at, { size: strings.size, limit: MAX_STRINGS });
  for (const id of types.ids()) {
    const type = types.at(id);
    const { kind } = type;
    const name = "name" in type && type.name !== "" ? type.name : `type ${id}`;
    for (const misfit of misfitsOf(type)) {
      if (misfit.what === "parts") {
        log.error("btf/too-many-parts", at, { kind, name, length: misfit.length, limit: MAX_VLEN });
      } else if (misfit.what === "size") log.error("btf/type-too-large", at, { kind, name });
      else {
        const { member, limit } = misfit;
        log.error("btf/member-too-far", at, { member: member.name, name, offset: member.offset, limit });
      }
    }
  }
}

/** Whether the fields of BTF can hold the record. */
export function fitsBtf(type: BtfType): boolean {
  return misfitsOf(type).length === 0;
}

type Misfit =
  | { readonly what: "parts"; readonly length: number }
  | { readonly what: "size" }
  | { readonly what: "member"; readonly member: Member; readonly limit: number };

function misfitsOf(type: BtfType): readonly Misfit[] {
  const found: Misfit[] = [];
  const length = lengthOf(type);
  if (length > MAX_VLEN) found.push({ what: "parts", length });
  if ("size" in type && type.size > MAX_U32) found.push({ what: "size" });
  if (type.kind === "array" && type.length > MAX_U32) found.push({ what: "size" });
  if (type.kind === "struct" || type.kind === "union") {
    const limit = type.bitfields ? MAX_FLAGGED_OFFSET : MAX_U32;
    const member = type.members.find(({ offset }) => offset > limit);
    if (member !== undefined) found.push({ what: "member", member, limit });
  }
  return found;
}

function lengthOf(type: BtfType): number {
  switch (type.kind) {
    case "struct":
    case "union":
      return type.members.length;
    case "enum":
    case "enum64":
      return type.values.length;
    case "func_proto":
      return type.params.length;
    case "datasec":
      return type.entries.length;
    default:
      return 0;
  }
}
