// What the walk over types asks of a single record (btf-builder.ts): whether it is derived from one other type, and
// which strings it brings. Nothing here knows an order of types.

import type { BtfType } from "../btf/index.js";

/** DWARF's derived types: a record that says one thing about the type that it refers to. */
export type DerivedType = Extract<
  BtfType,
  { kind: "ptr" | "const" | "volatile" | "restrict" | "typedef" | "type_tag" }
>;

export function isDerived(type: BtfType): type is DerivedType {
  switch (type.kind) {
    case "ptr":
    case "const":
    case "volatile":
    case "restrict":
    case "typedef":
    case "type_tag":
      return true;
    default:
      return false;
  }
}

/**
 * The names of a record in the order in which they enter the string table when it is completed (LLVM, the
 * completeType of each BTFType*).
 */
export function namesOf(type: BtfType): readonly string[] {
  switch (type.kind) {
    case "struct":
    case "union":
      return [type.name, ...type.members.map((member) => member.name)];
    case "enum":
    case "enum64":
      return [type.name, ...type.values.map((enumerator) => enumerator.name)];
    case "func_proto":
      return type.params.map((param) => param.name);
    case "decl_tag":
    case "type_tag":
      return [type.value];
    default:
      return "name" in type ? [type.name] : [];
  }
}
