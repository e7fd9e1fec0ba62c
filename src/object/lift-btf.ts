// What .BTF and .BTF.ext say about the things of an object: which FUNC and VAR belongs to which symbol, line and
// CO-RE records by instruction. The types that follow from things (VAR, DATASEC, FUNC, structs that define maps) do
// not go into the Module: `selectTypes` leaves them out and keeps the others in their order. debug.ts makes them again.

import { append } from "../base/index.js";
import {
  type BtfExt,
  type BtfExtSection,
  type BtfType,
  type CoreRelo,
  decodeBtf,
  decodeBtfExt,
  findEndlessChain,
  type LineInfo,
  MAX_CHAIN,
  resolveType,
  type TypeId,
  TypeTable,
} from "../btf/index.js";
import type { ElfSection } from "../elf/index.js";
import type { Tag } from "../ir/index.js";
import { datasecName, OLDEST, UNPLACED } from "./btf-layout.js";
import { type LiftContext, placeIn, type Survey } from "./lift-context.js";

/** A VAR with its entry in a DATASEC. */
export interface VarInfo {
  readonly id: TypeId;
  readonly type: TypeId;
  readonly datasec: string;
}

/** The decoded sections, with an index for each question that lift asks. Ids are those of .BTF. */
export class DebugInfo {
  readonly types: TypeTable;
  readonly ext: BtfExt;
  /** By code section, then by offset. */
  readonly #funcs = new Map<string, Map<number, TypeId>>();
  readonly #named = new Map<string, TypeId>();
  readonly #vars = new Map<string, VarInfo>();
  /** Static variables by section and name; "several" of one name are told apart by their offsets alone. */
  readonly #statics = new Map<string, VarInfo | "several">();
  readonly #datasecOf = new Map<TypeId, string>();
  readonly #tags = new Map<TypeId, Tag[]>();
  readonly #records: ReadonlyMap<string, BtfExtSection>;

  constructor(types: TypeTable, ext: BtfExt) {
    this.types = types;
    this.ext = ext;
    this.#records = new Map(ext.sections.map((section) => [section.name, section]));
    for (const { name, funcs } of ext.sections) {
      this.#funcs.set(name, new Map(funcs.map(({ insnOffset, type }) => [insnOffset, type])));
    }
    for (let id = 1; id <= types.size; id++) {
      const kind = types.kindOf(id);
      if (kind !== "datasec" && kind !== "decl_tag") continue;
      const type = types.at(id);
      if (type.kind === "datasec") this.#indexDatasec(type);
      if (type.kind === "decl_tag") {
        const tag = {
          value: type.value,
          component: type.component,
          ...(type.attribute ? { attribute: true } : {}),
        };
        append(this.#tags, type.type, tag);
      }
    }
    for (let id = 1; id <= types.size; id++) {
      const kind = types.kindOf(id);
      const type = kind === "func" || kind === "var" ? types.at(id) : undefined;
      if (type?.kind !== "func" && type?.kind !== "var") continue;
      const key = nameKey(type.kind, type.name, type.linkage === "extern");
      if (!this.#named.has(key)) this.#named.set(key, id);
    }
  }

  #indexDatasec(datasec: Extract<BtfType, { kind: "datasec" }>): void {
    for (const { type: id, offset } of datasec.entries) {
      const entry = this.types.at(id);
      this.#datasecOf.set(id, datasec.name);
      if (entry.kind !== "var") continue;
      const info = { id, type: entry.type, datasec: datasec.name };
      const key = `${datasec.name}\0${entry.name}`;
      if (entry.linkage !== "static") this.#vars.set(key, info);
      else {
        this.#vars.set(`${key}\0${offset}`, info).set(`\0${entry.name}\0${offset}`, info);
        this.#statics.set(key, this.#statics.has(key) ? "several" : info);
      }
    }
  }

  /** The FUNC of the function at `offset` of a code section: by its func_info, else by its name. */
  funcOf(name: string, section: string, offset: number): TypeId | undefined {
    const id = this.#funcs.get(section)?.get(offset);
    if (id !== undefined && id > 0 && id <= this.types.size && this.types.kindOf(id) === "func") return id;
    return this.#named.get(nameKey("func", name, false));
  }

  /** The VAR of a variable at `offset` of a section. Linkers make global what was static, and keep the entry's offset. */
  varOf(name: string, section: string, offset: number, local: boolean): VarInfo | undefined {
    const key = `${section}\0${name}`;
    // clang before 17 lists a constant under .rodata and puts it into .rodata.str1.1.
    const exact = this.#vars.get(`${key}\0${offset}`) ?? this.#vars.get(`\0${name}\0${offset}`);
    if (!local) return this.#vars.get(key) ?? exact;
    if (exact !== undefined) return exact;
    // gcc leaves the offsets of static variables 0, and so does clang before 12 those of mergeable constants.
    const only = this.#statics.get(key) ?? this.#statics.get(`${datasecName(section, OLDEST)}\0${name}`);
    return only === "several" ? undefined : only;
  }

  /** The FUNC or VAR of a name that is defined elsewhere; gcc 12 gives it the linkage of what is defined here. */
  externOf(name: string): TypeId | undefined {
    const keys = [true, false].flatMap((extern) => [
      nameKey("func", name, extern),
      nameKey("var", name, extern),
    ]);
    return keys.map((key) => this.#named.get(key)).find((id) => id !== undefined);
  }

  /** "" for what no DATASEC lists, and where the DATASEC is one of data, in which nothing undefined can lie. */
  externSectionOf(id: TypeId): string {
    const section = this.#datasecOf.get(id) ?? "";
    if (section === UNPLACED) return "";
    const type = this.types.at(id);
    const extern = (type.kind === "var" || type.kind === "func") && type.linkage === "extern";
    return extern || section === ".ksyms" || section === ".kconfig" ? section : "";
  }

  tagsOf(id: TypeId): readonly Tag[] {
    return this.#tags.get(id) ?? [];
  }

  linesOf(section: string): readonly LineInfo[] {
    return this.#records.get(section)?.lines ?? [];
  }

  relosOf(section: string): readonly CoreRelo[] {
    return this.#records.get(section)?.relos ?? [];
  }
}

function nameKey(kind: string, name: string, extern: boolean): string {
  return `${kind}\0${name}\0${extern}`;
}

/** Decodes both sections; an object without them has an empty one. `undefined` where they are broken. */
export function readDebugInfo(cx: LiftContext, { btf, btfExt }: Survey): DebugInfo | undefined {
  if (btf === undefined) return new DebugInfo(new TypeTable(), { sections: [] });
  const origin = (section: ElfSection) => ({ file: cx.file, section: section.name, base: 0 });
  const decoded = decodeBtf(btf.bytes, origin(btf), cx.log);
  if (decoded === undefined) return undefined;
  if (decoded.little !== cx.object.little) {
    cx.log.error("object/byte-order", placeIn(cx, btf, 0), { section: btf.name });
    return undefined;
  }
  const endless = findEndlessChain(decoded.types);
  if (endless !== undefined) {
    cx.log.error("object/endless-type", placeIn(cx, btf, 0), { id: endless, limit: MAX_CHAIN });
    return undefined;
  }
  if (btfExt === undefined) return new DebugInfo(decoded.types, { sections: [] });
  const ext = decodeBtfExt(btfExt.bytes, decoded.strings, origin(btfExt), cx.log);
  return ext === undefined ? undefined : new DebugInfo(decoded.types, ext);
}

/** The types of a Module, and where each type of .BTF went. */
export interface SelectedTypes {
  readonly types: TypeTable;
  /** The id in `types`; 0 for void, and for what was left out. */
  readonly idOf: (id: TypeId) => TypeId;
}

/**
 * Copies all types but those that follow from things. `definitions` are structs that define maps: one that nothing
 * else mentions is left out, with the pointers that lead to it. `complete`: no forward declaration was a struct.
 */
export function selectTypes(
  debug: DebugInfo,
  definitions: ReadonlySet<TypeId>,
  complete: boolean,
): SelectedTypes {
  const source = debug.types;
  const roots = rootsOf(debug, definitions);
  const kept = reach(source, roots);
  const pruned = complete ? new Set<TypeId>() : prunedForwards(source, roots, kept);
  const inOrder: TypeId[] = [];
  const consts: TypeId[] = [];
  const volatiles: TypeId[] = [];
  /** By id in .BTF. */
  const newIds = new Uint32Array(source.size + 1);
  for (let id = 1; id <= source.size; id++) {
    const kind = source.kindOf(id);
    if (kept[kind === "decl_tag" ? source.firstRef(id) : id] === 0) continue;
    newIds[id] = inOrder.push(id);
    if (kind === "const") consts.push(id);
    else if (kind === "volatile") volatiles.push(id);
  }
  for (const id of consts) {
    const array = constArrayOf(source, id);
    if (array !== undefined) newIds[id] = newIds[array]!;
  }
  const idOf = (id: TypeId): TypeId => newIds[id] ?? 0;
  const types = source.select(inOrder, idOf);
  for (const id of pruned) {
    const type = kept[id] === 0 ? undefined : source.at(id);
    if (type?.kind === "fwd") types.set(idOf(id), openStruct(type.name, type.union));
  }
  for (const id of volatiles) {
    const inner = source.firstRef(id);
    if (inner === 0 || source.kindOf(inner) !== "const") continue;
    // The order of qualifiers says nothing. gcc has volatile outside, clang const, and so has the C of a Module.
    const type = types.add({ kind: "volatile", type: idOf(source.firstRef(inner)) });
    types.set(idOf(id), { kind: "const", type });
  }
  return { types, idOf };
}

/** What the types of a Module are there for. */
function rootsOf({ types, ext }: DebugInfo, definitions: ReadonlySet<TypeId>): TypeId[] {
  const roots: TypeId[] = [];
  const mentioned = new Uint8Array(types.size + 1); // by id
  const mention = (id: TypeId): void => {
    mentioned[id] = 1;
  };
  for (let id = 1; id <= types.size; id++) {
    const kind = types.kindOf(id);
    if (kind !== "datasec") types.forEachRef(id, mention);
    const first = kind === "func" || kind === "var" ? types.firstRef(id) : 0;
    if (kind === "func") roots.push(first);
    else if (kind === "var" && !definitions.has(resolveType(types, first))) roots.push(first);
    else if (kind === "struct" && definitions.has(id)) {
      // An inner definition hangs behind an array; all that a definition names otherwise is a type of the author's.
      types.forEachRef(id, (member) => {
        const inner = innerDefinition(types, member);
        if (inner === undefined || !definitions.has(inner)) roots.push(member);
      });
    }
  }
  for (const { relos } of ext.sections) {
    for (const { type } of relos) if (type <= types.size) roots.push(type);
  }
  for (let id = 1; id <= types.size; id++) {
    // Constants without a VAR have types that nobody mentions, and a prototype can lose its last pointer.
    if (mentioned[id] === 0 && !definitions.has(id) && !isImplied(types.kindOf(id))) roots.push(id);
  }
  return roots;
}

/**
 * The array behind a const that says nothing: in C the elements of a const array are const, and so gcc has it twice.
 * `undefined` for other types.
 */
function constArrayOf(types: TypeTable, id: TypeId): TypeId | undefined {
  const array = types.kindOf(id) === "const" ? types.firstRef(id) : 0;
  const element = array !== 0 && types.kindOf(array) === "array" ? types.firstRef(array) : 0;
  return element !== 0 && types.kindOf(element) === "const" ? array : undefined;
}

/** The struct behind `T *values[]`; `undefined` for other types. */
export function innerDefinition(types: TypeTable, id: TypeId): TypeId | undefined {
  const pointer = id !== 0 && types.kindOf(id) === "array" ? types.firstRef(id) : 0;
  if (pointer === 0 || types.kindOf(pointer) !== "ptr") return undefined;
  const target = resolveType(types, types.firstRef(pointer));
  return target !== 0 && types.kindOf(target) === "struct" ? target : undefined;
}

function isImplied(kind: BtfType["kind"]): boolean {
  return kind === "func" || kind === "var" || kind === "datasec" || kind === "decl_tag";
}

/** By id: 1 for what can be reached. */
function reach(types: TypeTable, roots: readonly TypeId[]): Uint8Array {
  const seen = new Uint8Array(types.size + 1);
  const open = [...roots];
  const follow = (id: TypeId): void => {
    if (id !== 0 && seen[id] === 0) open.push(id);
  };
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === 0 || seen[id] === 1 || isImplied(types.kindOf(id))) continue;
    seen[id] = 1;
    types.forEachRef(id, follow);
  }
  return seen;
}

/**
 * Forward declarations that clang made of structs which it saw only behind pointers inside structs (btf-builder.ts
 * tells why). They stand last, and a struct without members in their place is what leads to them again.
 */
function prunedForwards(types: TypeTable, roots: readonly TypeId[], kept: Uint8Array): ReadonlySet<TypeId> {
  const run = new Set<TypeId>();
  for (let id = types.size; id > 0; id--) {
    const kind = types.kindOf(id);
    if (kind === "fwd") run.add(id);
    // Behind the DATASECs nothing stands but what was left open.
    else if (kind === "datasec") return run;
    else if (kind !== "type_tag") break;
  }
  const complete = completeTypes(types, roots, kept);
  return new Set([...run].filter((id) => complete[id] === 0));
}

/** Kinds that lead to one other type. */
const DERIVED: ReadonlySet<BtfType["kind"]> = new Set([
  "ptr",
  "const",
  "volatile",
  "restrict",
  "typedef",
  "type_tag",
]);

/** What is mentioned elsewhere than in a member, directly or through pointers: such a type is never pruned. */
function completeTypes(types: TypeTable, roots: readonly TypeId[], kept: Uint8Array): Uint8Array {
  const seen = new Uint8Array(types.size + 1);
  const follow = (start: TypeId): void => {
    for (let id = start; id !== 0 && seen[id] === 0; ) {
      seen[id] = 1;
      if (!DERIVED.has(types.kindOf(id))) return;
      id = types.firstRef(id);
    }
  };
  for (const id of roots) follow(id);
  for (let id = 1; id <= types.size; id++) {
    if (kept[id] === 0) continue;
    const kind = types.kindOf(id);
    if (kind === "array" || kind === "func_proto") types.forEachRef(id, follow);
  }
  return seen;
}

function openStruct(name: string, union: boolean): BtfType {
  return { kind: union ? "union" : "struct", name, size: 0, members: [], bitfields: false };
}
