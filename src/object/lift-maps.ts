// The struct of a BTF-defined map back to its definition: the inverse of map-types.ts. Sources: libbpf
// (parse_btf_map_def, and the macros of bpf_helpers.h), cilium/ebpf (mapSpecFromBTF).
//
// Legacy maps, whose definition is data in a section `maps`, become BTF-defined ones: libbpf 1.0 stopped reading them.

import { viewOf } from "../base/index.js";
import { type BtfType, resolveType, type TypeId, type TypeTable } from "../btf/index.js";
import type { ElfSection } from "../elf/index.js";
import type { MapDefinition, MapMember } from "../ir/index.js";
import type { DebugInfo } from "./lift-btf.js";
import { innerDefinition } from "./lift-btf.js";
import { type LiftContext, placeIn } from "./lift-context.js";

/** Structs that define maps, and the size of each: the initial values begin behind it. */
export interface FoundDefinition {
  readonly definition: MapDefinition;
  readonly size: number;
}

/** libbpf reads one level of maps in maps; more is nobody's. */
const MAX_INNER = 2;

/** All structs that define maps: those of the variables in `.maps`, and the inner ones. Ids are those of .BTF. */
export function findDefinitions({ types }: DebugInfo): ReadonlySet<TypeId> {
  const found = new Set<TypeId>();
  for (const id of types.ids()) {
    const datasec = types.kindOf(id) === "datasec" ? types.at(id) : undefined;
    if (datasec?.kind !== "datasec" || datasec.name !== ".maps") continue;
    for (const entry of datasec.entries) {
      const variable = types.at(entry.type);
      // What another object defines is only declared here: its type may say less than a definition.
      if (variable.kind === "var" && variable.linkage !== "extern")
        addDefinition(types, resolveType(types, variable.type), found, 0);
    }
  }
  return found;
}

/** A definition and those of the inner maps. */
function addDefinition(types: TypeTable, id: TypeId, found: Set<TypeId>, depth: number): void {
  const type = id === 0 ? undefined : types.at(id);
  if (type?.kind !== "struct" || found.has(id) || depth > MAX_INNER) return;
  found.add(id);
  for (const member of type.members) {
    const inner = member.name === "values" ? innerDefinition(types, member.type) : undefined;
    if (inner !== undefined) addDefinition(types, inner, found, depth + 1);
  }
}

/** Reads definitions; each struct is read once, so that maps which share it share the result. */
export class DefinitionReader {
  readonly #cx: LiftContext;
  readonly #debug: DebugInfo;
  readonly #idOf: (id: TypeId) => TypeId;
  /** `undefined` for a struct that is none. */
  readonly #known = new Map<TypeId, MapDefinition | undefined>();

  /** `idOf` maps ids of .BTF to those of the Module. */
  constructor(cx: LiftContext, debug: DebugInfo, idOf: (id: TypeId) => TypeId) {
    this.#cx = cx;
    this.#debug = debug;
    this.#idOf = idOf;
  }

  /** The definition that `type` (of .BTF) is; an error at the variable where it is none. */
  read(map: string, type: TypeId, section: ElfSection, offset: number): FoundDefinition | undefined {
    const { types } = this.#debug;
    const id = resolveType(types, type);
    const struct = id === 0 ? undefined : types.at(id);
    const at = placeIn(this.#cx, section, offset);
    if (struct?.kind !== "struct") {
      const actual = struct === undefined ? "void" : struct.kind;
      this.#cx.log.error("object/map-type", at, { map, actual });
      return undefined;
    }
    const wrong = (member: string): void => this.#cx.log.error("object/map-member", at, { map, member });
    const definition = this.#define(id, struct, wrong, 0);
    return definition === undefined ? undefined : { definition, size: struct.size };
  }

  #define(
    id: TypeId,
    struct: Extract<BtfType, { kind: "struct" | "union" }>,
    wrong: (member: string) => void,
    depth: number,
  ): MapDefinition | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (this.#known.has(id)) {
      wrong(struct.name);
      return undefined;
    }
    this.#known.set(id, undefined);
    if (depth > MAX_INNER || this.#debug.tagsOf(id).length > 0) {
      wrong(struct.name);
      return undefined;
    }
    const members: MapMember[] = [];
    for (const { name, type } of struct.members) {
      const member = this.#member(name, type, wrong, depth);
      if (member === undefined) {
        wrong(name);
        return undefined;
      }
      members.push(member);
    }
    const definition = { tag: struct.name, members };
    this.#known.set(id, definition);
    return definition;
  }

  /** One member by the macro of bpf_helpers.h that makes such a type; `undefined` where none does. */
  #member(name: string, id: TypeId, wrong: (member: string) => void, depth: number): MapMember | undefined {
    const { types } = this.#debug;
    const type = id === 0 ? undefined : types.at(id);
    if (name === "values") return this.#values(name, type, wrong, depth);
    if (type?.kind === "enum" || type?.kind === "enum64") {
      const [only, second] = type.values;
      if (only === undefined || second !== undefined) return undefined;
      const value = BigInt.asUintN(64, only.value);
      // clang before 15 knew no ENUM64, and stored half of what it had.
      const ulong = { kind: "ulong", name, value, enumerator: only.name } as const;
      return type.kind === "enum" && type.size === 8 ? { ...ulong, wide: true } : ulong;
    }
    if (type?.kind !== "ptr") return undefined;
    if (name === "key" || name === "value") return { kind: "type", name, type: this.#idOf(type.type) };
    const array = type.type === 0 ? undefined : types.at(type.type);
    return array?.kind === "array" ? { kind: "uint", name, value: array.length } : undefined;
  }

  #values(
    name: string,
    array: BtfType | undefined,
    wrong: (member: string) => void,
    depth: number,
  ): MapMember | undefined {
    const { types } = this.#debug;
    if (array?.kind !== "array" || array.length !== 0 || array.element === 0) return undefined;
    const pointer = types.at(array.element);
    const target = pointer.kind === "ptr" ? resolveType(types, pointer.type) : 0;
    const type = target === 0 ? undefined : types.at(target);
    if (pointer.kind === "ptr" && type?.kind === "func_proto") {
      return { kind: "values", name, of: this.#idOf(pointer.type) };
    }
    if (type?.kind !== "struct") return undefined;
    const inner = this.#define(target, type, wrong, depth + 1);
    return inner === undefined ? undefined : { kind: "values", name, of: inner };
  }
}

/** struct bpf_map_def of libbpf before 1.0: these five words; what others appended must be 0. */
const LEGACY_FIELDS = ["type", "key_size", "value_size", "max_entries", "map_flags"];

/** The definition that a variable of the section `maps` holds; `undefined` where it says more than these fields. */
export function legacyDefinition(bytes: Uint8Array, little: boolean): MapDefinition | undefined {
  const view = viewOf(bytes);
  const members: MapMember[] = [];
  if (bytes.length < LEGACY_FIELDS.length * 4 - 4) return undefined;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const name = LEGACY_FIELDS[at / 4];
    const value = view.getUint32(at, little);
    if (value === 0) continue;
    if (name === undefined) return undefined;
    members.push({ kind: "uint", name, value });
  }
  return { tag: "", members };
}
