// An access string of CO-RE as people say it: "0:2:1" -> "parent.pid", "2" -> "KIND_TWO". The inverse of what core.ts
// resolves; what has no such spelling keeps its indices.

import { CORE_KINDS, type CoreKind, findEnumerator, MAX_CORE_ACCESS, resolveCoreAccess } from "./core.js";
import { resolveType, type TypeLayout } from "./layout.js";
import type { TypeTable } from "./table.js";
import type { TypeId } from "./types.js";

/** The word for a number of enum bpf_core_relo_kind; `undefined` for one that this version does not know. */
export function coreKindName(kind: number): CoreKind | undefined {
  return (Object.keys(CORE_KINDS) as CoreKind[]).find((word) => CORE_KINDS[word] === kind);
}

/**
 * The member path or the enumerator that `access` stands for, seen from the type `root`. It resolves to the very same
 * access again: where it would not (a name found twice, a member of no name) the indices are given. `undefined` for
 * the kinds that ask about a whole type, whose access says nothing.
 */
export function printCoreAccess(
  layout: TypeLayout,
  kind: CoreKind,
  root: TypeId,
  access: string,
): string | undefined {
  const { types } = layout;
  if (kind.startsWith("type_")) return undefined;
  // Thousands of records may share one access that no loader takes.
  if (access.length > MAX_CORE_ACCESS) return access;
  if (kind.startsWith("enumval_")) {
    const id = resolveType(types, root);
    const record = id === 0 ? undefined : types.at(id);
    const values = record?.kind === "enum" || record?.kind === "enum64" ? record.values : [];
    const name = values[Number(access)]?.name;
    const found = name === undefined ? undefined : findEnumerator(types, root, name);
    return found !== undefined && "index" in found && String(found.index) === access ? name : access;
  }
  const path = memberPath(types, root, access);
  const again = path === "" ? undefined : resolveCoreAccess(layout, root, path);
  return again !== undefined && "access" in again && again.access === access ? path : access;
}

/** The access as members and indices; "" where it is none of this type. */
function memberPath(types: TypeTable, root: TypeId, access: string): string {
  const [first = 0, ...rest] = access.split(":").map(Number);
  let path = first === 0 ? "" : `[${first}]`;
  let at = root;
  for (const index of rest) {
    const id = resolveType(types, at);
    const record = id === 0 ? undefined : types.at(id);
    if (record?.kind === "struct" || record?.kind === "union") {
      const member = record.members[index];
      if (member === undefined) return "";
      if (member.name !== "") path += path === "" ? member.name : `.${member.name}`;
      at = member.type;
    } else if (record?.kind === "array") {
      path += `[${index}]`;
      at = record.element;
    } else {
      return "";
    }
  }
  return path;
}
