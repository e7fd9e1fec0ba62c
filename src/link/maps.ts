// Definitions of maps that must agree: two inputs define a map that is one, or declare what another defines. Every member
// counts, `map_extra` and inner definitions too; a member that is left out is 0, as libbpf reads it. An extern
// declaration may be partial: only what it says is compared.

import { resolveType, type TypeId, type TypeTable } from "../btf/index.js";
import type { MapDefinition, MapMember } from "../ir/index.js";
import type { TypeComparer } from "./compare.js";

/** Levels of maps in maps; libbpf reads one, so this is only against cycles. */
const MAX_INNER = 8;

/** The first difference in words, or `undefined`. `partial`: `here` need not say everything. Types are of one table. */
export function compareDefinitions(
  here: MapDefinition,
  there: MapDefinition,
  partial: boolean,
  types: TypeComparer,
): string | undefined {
  const others = new Map(there.members.map((member) => [member.name, member]));
  for (const member of here.members) {
    const difference = compareMembers(member, others.get(member.name), partial, types);
    if (difference !== undefined) return difference;
    others.delete(member.name);
  }
  if (partial) return undefined;
  for (const member of others.values()) {
    if (!isDefault(member)) return `"${member.name}" is only given there`;
  }
  return undefined;
}

/** Numbers by value, whichever macro wrote them; types and inner definitions by what they mean. */
function compareMembers(
  here: MapMember,
  there: MapMember | undefined,
  partial: boolean,
  types: TypeComparer,
): string | undefined {
  const { name } = here;
  if (there === undefined) return isDefault(here) ? undefined : `"${name}" is only given here`;
  const [value, other] = [numberOf(here), numberOf(there)];
  if (value !== undefined && other !== undefined) {
    return value === other ? undefined : `"${name}" is ${value} here and ${other} there`;
  }
  if (here.kind === "type" && there.kind === "type") return compareTypes(name, here.type, there.type, types);
  if (here.kind === "values" && there.kind === "values") {
    if (typeof here.of === "number" && typeof there.of === "number") {
      return compareTypes(name, here.of, there.of, types);
    }
    if (typeof here.of !== "number" && typeof there.of !== "number") {
      const inner = compareDefinitions(here.of, there.of, partial, types);
      return inner && `of the inner maps, ${inner}`;
    }
  }
  return `"${name}" is of another kind there`;
}

/** The kernel checks keys and values by these types, so that even a mild difference is one. */
function compareTypes(name: string, here: TypeId, there: TypeId, types: TypeComparer): string | undefined {
  const difference = types.compare(here, there);
  return difference && `"${name}": ${difference.what}`;
}

/** The value of `__uint` and `__ulong`. */
function numberOf(member: MapMember): bigint | undefined {
  return member.kind === "uint" || member.kind === "ulong" ? BigInt(member.value) : undefined;
}

/** libbpf starts from zeros, so that a member of 0 says nothing. */
function isDefault(member: MapMember): boolean {
  return numberOf(member) === 0n;
}

/**
 * What the type of an extern variable says of the map that it declares, as far as it can be read; `undefined` where it is
 * no struct. The forms are those of libbpf's bpf_helpers.h (`__uint`, `__type`, `__array`, `__ulong`).
 */
export function declaredDefinition(types: TypeTable, id: TypeId, depth = 0): MapDefinition | undefined {
  const resolved = resolveType(types, id);
  const struct = resolved === 0 ? undefined : types.at(resolved);
  if (struct?.kind !== "struct" || depth > MAX_INNER) return undefined;
  const members = struct.members.flatMap(({ name, type }) => {
    const member = readMember(types, name, type, depth);
    return member === undefined ? [] : [member];
  });
  return { tag: struct.name, members };
}

/** One member by its form; `undefined` for one of another form, which libbpf would refuse. */
function readMember(types: TypeTable, name: string, id: TypeId, depth: number): MapMember | undefined {
  const type = id === 0 ? undefined : types.at(id);
  if (type?.kind === "enum" || type?.kind === "enum64") {
    const value = type.values[0]?.value;
    return value === undefined ? undefined : { kind: "ulong", name, value: BigInt.asUintN(64, value) };
  }
  if (type?.kind === "array") {
    const pointer = type.element === 0 ? undefined : types.at(type.element);
    if (pointer?.kind !== "ptr") return undefined;
    const inner = declaredDefinition(types, pointer.type, depth + 1);
    return { kind: "values", name, of: inner ?? resolveType(types, pointer.type) };
  }
  if (type?.kind !== "ptr") return undefined;
  const target = type.type === 0 ? undefined : types.at(type.type);
  if (name !== "key" && name !== "value" && target?.kind === "array")
    return { kind: "uint", name, value: target.length };
  return { kind: "type", name, type: type.type };
}
