// Map definitions as libbpf reads them from BTF: a struct whose members are written with __uint, __ulong, __type and
// __array (libbpf, src/bpf_helpers.h), in definitions of inner maps too, and the initial values that relocations of
// .maps stand for.

import { append } from "../base/index.js";
import { type BtfType, resolveType, type TypeId, type TypeTable } from "../btf/index.js";
import type { ElfSection, ElfSymbol } from "../elf/index.js";
import { printUint } from "../ir/index.js";
import type { ThingsBySection } from "./dump-code.js";
import { type DataSource, datasecs } from "./dump-data.js";
import type { DumpMap } from "./dump-model.js";

/** libbpf reads one inner definition; a stranger's BTF may nest without end. */
const MAX_INNER = 2;

/** Bytes of a value's slot, a pointer of the target. */
const POINTER = 8;

/** As for data, and with the symbols that tell where in .maps each definition lies. */
interface MapSource extends DataSource {
  readonly things: ThingsBySection;
}

/** The maps in the order of their DATASEC. */
export function dumpMaps(source: MapSource): DumpMap[] {
  const { object, things, types, room } = source;
  const maps: DumpMap[] = [];
  const section = object.sections.find(({ name }) => name === ".maps");
  const symbols = new Map((section && things.get(section))?.map((symbol) => [symbol.name, symbol]));
  const initials = initialsOf(section, (section && things.get(section)) ?? []);
  for (const { name, entries } of datasecs(types)) {
    if (name !== ".maps") continue;
    for (const { type: id } of entries) {
      const variable = types.at(id);
      if (variable.kind !== "var" || room.left < 0) continue;
      room.left -= variable.name.length;
      const symbol = symbols.get(variable.name);
      const found = symbol && initials.get(symbol);
      const start = found && valuesOffset(types, variable.type);
      const initial = start === undefined ? [] : (found ?? []);
      maps.push({
        name: variable.name,
        members: mapMembers(source, variable.type, 0),
        initial: initial.map(({ offset, name: value }) => ({
          slot: (offset - (symbol!.value + start!)) / POINTER,
          name: value,
        })),
      });
    }
  }
  if (maps.length > 0) return maps;
  // Without BTF a map is only a symbol; "maps" is the section of libbpf before 1.0.
  const sections = object.sections.filter(({ name }) => name === ".maps" || name === "maps");
  return sections.flatMap((one) =>
    (things.get(one) ?? []).map(({ name }) => ({ name, members: [], initial: [] })),
  );
}

/** What a relocation puts into a slot of `values`: bytes from the start of the section, and the name of a map or a program. */
interface Initial {
  readonly offset: number;
  readonly name: string;
}

/** The relocations of .maps, by the map that they lie in. */
function initialsOf(
  section: ElfSection | undefined,
  ascending: readonly ElfSymbol[],
): ReadonlyMap<ElfSymbol, Initial[]> {
  const found = new Map<ElfSymbol, Initial[]>();
  const relocations = [...(section?.relocations ?? [])].sort((a, b) => a.offset - b.offset);
  let next = 0;
  for (const { offset, symbol } of relocations) {
    while (next < ascending.length && ascending[next]!.value <= offset) next += 1;
    const map = ascending[next - 1];
    if (map === undefined || offset >= map.value + map.size) continue;
    const name = symbol.name === "" ? (symbol.section?.name ?? "") : symbol.name;
    append(found, map, { offset, name });
  }
  return found;
}

/** Bytes from the start of a definition to its member `values`. */
function valuesOffset(types: TypeTable, id: TypeId): number | undefined {
  const bits = structOf(types, id)?.members.find(({ name }) => name === "values")?.offset;
  return bits === undefined ? undefined : bits / 8;
}

function structOf(types: TypeTable, id: TypeId): Extract<BtfType, { kind: "struct" | "union" }> | undefined {
  const resolved = resolveType(types, id);
  const struct = resolved === 0 ? undefined : types.at(resolved);
  return struct?.kind === "struct" ? struct : undefined;
}

/** The members of a definition with their values, in the order of the struct. */
function mapMembers(source: MapSource, id: TypeId, depth: number): [string, string][] {
  const { types, room } = source;
  const members: [string, string][] = [];
  for (const { name, type } of structOf(types, id)?.members ?? []) {
    // A definition inside a definition may be that of a thousand members.
    if (room.left < 0) break;
    const value = mapMember(source, name, type, depth);
    room.left -= name.length + value.length + 1;
    members.push([name, value]);
  }
  return members;
}

/**
 * __uint(name, n) is `int (*name)[n]`, __type(name, T) is `T *name`, __array(name, T) is `T *name[]`, and __ulong(name, n)
 * is an enum whose only value is n.
 */
function mapMember(source: MapSource, name: string, id: TypeId, depth: number): string {
  const { types, c } = source;
  const type = id === 0 ? undefined : types.at(id);
  if (type?.kind === "enum" || type?.kind === "enum64") return String(type.values[0]?.value ?? "");
  if (type?.kind === "array") {
    const element = type.element === 0 ? undefined : types.at(type.element);
    return element?.kind === "ptr" ? valuesOf(source, element.type, depth) : c.typeName(id);
  }
  if (type?.kind !== "ptr") return c.typeName(id);
  const target = type.type === 0 ? undefined : types.at(type.type);
  if (name === "key" || name === "value" || target?.kind !== "array") return c.typeName(type.type);
  const word = printUint(name, target.length);
  return Array.isArray(word) ? word.join(" | ") : String(word);
}

/** What a map of maps or of programs holds: `{ type array, max_entries 1 }`, or the type of the programs. */
function valuesOf(source: MapSource, id: TypeId, depth: number): string {
  if (structOf(source.types, id) === undefined || depth === MAX_INNER) return source.c.typeName(id);
  const inner = mapMembers(source, id, depth + 1).map(([key, value]) => `${key} ${value}`);
  return `{ ${inner.join(", ")} }`;
}
