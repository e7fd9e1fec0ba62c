// "maps" of the IR -> map variables. The members of a definition stand in the order of the keys; what they become in
// BTF is object/map-types.ts. Rules that no loader or kernel forgives are errors; where only some refuse, a warning
// names who. Sources: libbpf, src/libbpf.c (parse_btf_map_def); cilium/ebpf, elf_reader.go (mapSpecFromBTF); the
// kernel's map_alloc_check functions.

import {
  assert,
  firstCharacter,
  type JsonMember,
  type JsonNode,
  type JsonObject,
  type JsonString,
} from "../base/index.js";
import { btfName, resolveType, sizeOf } from "../btf/index.js";
import { nounOf } from "./bind.js";
import { type Context, declare, namesOf, suggest, type Thing } from "./context.js";
import { MAP_FLAGS, MAP_TYPES } from "./enums.generated.js";
import {
  booleanField,
  field,
  integerField,
  integerOf,
  listField,
  objectField,
  stringField,
} from "./fields.js";
import { bindingOf } from "./linkage.js";
import { sameDefinition } from "./map-definition.js";
import { checkMapRule } from "./map-rules.js";
import type { MapDefinition, MapMember, MapVariable, Ref } from "./module.js";
import { MAP_TYPE_PREFIX } from "./schema.js";
import { MAPS_SECTION, TEXT_SECTION } from "./sections.js";
import { tagsOf } from "./tags.js";
import { parseType, reportNoSize } from "./type-names.js";

const MAX_U32 = 0xffff_ffffn;
/** Keys of a map that are no members of its definition. */
const NO_MEMBERS: ReadonlySet<string> = new Set(["name", "symbol", "struct", "linkage", "hidden", "tags"]);
/** libbpf: LIBBPF_PIN_NONE and LIBBPF_PIN_BY_NAME. */
const PINNING: ReadonlyMap<string, bigint> = new Map([
  ["none", 0n],
  ["by_name", 1n],
]);
/** The smallest page of a kernel; one with larger pages wants multiples of those (ringbuf_map_alloc). */
const PAGE_SIZE = 4096n;
/** Members that are one integer, and need no look at their value here. */
const INT_MEMBERS = ["key_size", "value_size", "max_entries", "numa_node"] as const;

/** Another input defines it: a link decides whether it is what the slot needs. */
function isDeclared(thing: Thing, wanted: "map" | "func"): boolean {
  if (wanted === "func") return thing.kind === "extern_function";
  return thing.kind === "extern_variable" && (thing.section === "" || thing.section === MAPS_SECTION);
}

/** The types whose elements are copied in and out: both sizes must be known when the map is made. */
const NEED_KEY_AND_VALUE = new Set([
  "hash",
  "array",
  "percpu_hash",
  "percpu_array",
  "lru_hash",
  "lru_percpu_hash",
  "lpm_trie",
]);

/** Declares all maps. Initial values are bound by `bindMap`, when all names are known. */
export function declareMap(cx: Context, node: JsonObject): MapVariable {
  const nameNode = stringField(node, "name");
  assert(nameNode !== undefined, "the name of a map was validated");
  const { name, symbol } = namesOf(cx, nameNode, stringField(node, "symbol"));
  const linkage = stringField(node, "linkage");
  // libbpf, bpf_object__init_user_btf_map: the VAR must be global, which a weak symbol still is.
  if (linkage !== undefined && linkage.value !== "global") {
    const refusers = linkage.value === "weak" ? "cilium/ebpf refuses" : "libbpf and cilium/ebpf refuse";
    cx.log.warn("ir/map-linkage", linkage, { name, linkage: linkage.value, refusers });
  }
  const map: MapVariable = {
    kind: "map",
    name: symbol,
    section: MAPS_SECTION,
    ...bindingOf(linkage?.value, booleanField(node, "hidden")),
    definition: parseDefinition(cx, node, name),
    init: [],
    tags: tagsOf(node, "tags", -1),
    at: nameNode,
  };
  checkSizes(cx, node, name);
  checkMapRule(cx, node, map, typeNameOf(node));
  checkValues(cx, node, name);
  return declare(cx, map, name);
}

/** Members in the order of the keys, because clang would have them in the order of the declarations. */
function parseDefinition(cx: Context, node: JsonObject, name: string): MapDefinition {
  const members: MapMember[] = [];
  for (const entry of node.members.values()) {
    const member = NO_MEMBERS.has(entry.key) ? undefined : parseMember(cx, entry, name);
    if (member !== undefined) members.push(member);
  }
  const tagNode = stringField(node, "struct");
  if (tagNode === undefined) return { tag: "", members };
  return shareStruct(cx, tagNode, { tag: btfName(tagNode.value), members }, name);
}

/** Tags as in C (btf/, c-lexer.ts). */
const TAG = /^[\p{XID_Start}_$][\p{XID_Continue}$]*$/u;

/** Definitions with one tag are one struct of C, so they must be equal. */
function shareStruct(cx: Context, node: JsonString, definition: MapDefinition, map: string): MapDefinition {
  const tag = node.value;
  if (!TAG.test(tag)) {
    const hint = 'letters, digits and "_" make a tag, and no digit begins it';
    cx.log.error("ir/bad-name", node, { name: tag }, { hint });
  }
  const before = cx.mapStructs.get(tag);
  if (before === undefined) {
    cx.mapStructs.set(tag, { definition, at: node });
    return definition;
  }
  if (!sameDefinition(before.definition, definition)) {
    const notes = [{ message: `struct "${tag}" is used here first`, at: before.at }];
    cx.log.error("ir/map-struct", node, { tag, name: map }, { notes });
  }
  return before.definition;
}

/** One key as a member; `undefined` after an error. What else a key may hold is in schema.ts. */
function parseMember(cx: Context, { key, value }: JsonMember, map: string): MapMember | undefined {
  switch (key) {
    case "type":
      return uint(key, mapType(cx, value));
    case "key":
    case "value": {
      assert(value.json === "string", `"${key}" was validated as a string`);
      const type = parseType(cx, value);
      if (type === undefined) return undefined;
      if (sizeOf(cx.scope.types, type) === undefined) {
        reportNoSize(cx, value, `"${key}" of map "${map}"`);
      }
      return { kind: "type", name: key, type };
    }
    case "map_flags":
      return uint(key, mapFlags(cx, value));
    case "pinning":
      return uint(key, pinning(value));
    case "values":
      assert(value.json === "object", '"values" was validated as an object');
      return parseValues(cx, value, map);
    case "map_extra":
      if (value.json === "object") {
        const number = { kind: "ulong", name: key, value: integerField(value, "ulong")! } as const;
        const enumerator = stringField(value, "name")?.value;
        const named = enumerator === undefined ? number : { ...number, enumerator };
        return booleanField(value, "wide") ? { ...named, wide: true } : named;
      }
      return uint(key, integerOf(value));
    default:
      assert((INT_MEMBERS as readonly string[]).includes(key), `"${key}" was validated as a map member`);
      return uint(key, integerOf(value));
  }
}

/** What needs more than 32 bits is libbpf's __ulong: the length of a BTF array, which __uint uses, has no more. */
function uint(name: string, value: bigint | undefined): MapMember | undefined {
  if (value === undefined) return undefined;
  return value > MAX_U32 ? { kind: "ulong", name, value } : { kind: "uint", name, value: Number(value) };
}

/** The number of a map type from its number, its short or its long name. */
function mapType(cx: Context, node: JsonNode): bigint | undefined {
  const number = integerOf(node);
  if (number !== undefined) return number;
  assert(node.json === "string", '"type" was validated');
  const type = shortTypeName(node.value);
  if (Object.hasOwn(MAP_TYPES, type)) return BigInt(MAP_TYPES[type]!);
  const bare = type.toLowerCase().replace(MAP_TYPE_PREFIX.toLowerCase(), "");
  const hint = suggest(cx, bare, () => Object.keys(MAP_TYPES));
  cx.log.error("ir/unknown-map-type", node, { type: node.value }, { hint });
  return undefined;
}

/** "BPF_MAP_TYPE_HASH" is "hash". */
function shortTypeName(text: string): string {
  const isLong = text.startsWith(MAP_TYPE_PREFIX) && text === text.toUpperCase();
  return isLong ? text.slice(MAP_TYPE_PREFIX.length).toLowerCase() : text;
}

/** The type in its short spelling, also where it is given as a number; "" where it is not known. */
function typeNameOf(node: JsonObject): string {
  const type = field(node, "type");
  if (type === undefined) return "";
  const number = integerOf(type);
  if (number === undefined) return type.json === "string" ? shortTypeName(type.value) : "";
  return Object.keys(MAP_TYPES).find((name) => BigInt(MAP_TYPES[name]!) === number) ?? "";
}

/** Flags together: each by its name in the kernel's header or as a number. */
function mapFlags(cx: Context, node: JsonNode): bigint | undefined {
  const nodes = node.json === "array" ? node.items : [node];
  let flags = 0n;
  for (const item of nodes) {
    const number = integerOf(item);
    if (number !== undefined) {
      flags |= number;
      continue;
    }
    assert(item.json === "string", '"map_flags" was validated');
    if (Object.hasOwn(MAP_FLAGS, item.value)) flags |= BigInt(MAP_FLAGS[item.value]!);
    else {
      const hint = suggest(cx, item.value, () => Object.keys(MAP_FLAGS));
      cx.log.error("ir/unknown-map-flag", item, { flag: item.value }, { hint });
    }
  }
  return flags;
}

/** "none", "by_name" or a number, which newer libraries may know. */
function pinning(node: JsonNode): bigint | undefined {
  return integerOf(node) ?? (node.json === "string" ? PINNING.get(node.value) : undefined);
}

/** Sizes that contradict each other, or that the kernel or a loader will miss. */
function checkSizes(cx: Context, node: JsonObject, name: string): void {
  const type = typeNameOf(node);
  for (const key of ["key", "value"] as const) {
    const typeNode = stringField(node, key);
    const sizeNode = field(node, `${key}_size`);
    if (typeNode !== undefined && sizeNode !== undefined) checkBoth(cx, typeNode, sizeNode, key, name);
    if (typeNode === undefined && sizeNode === undefined && NEED_KEY_AND_VALUE.has(type)) {
      cx.log.warn("ir/map-without", firstCharacter(node), { name, type, key });
    }
  }
  const numa = field(node, "numa_node");
  if (numa !== undefined) cx.log.warn("ir/numa-node", numa, { name });
  const pinned = field(node, "pinning");
  const given = pinned === undefined ? undefined : integerOf(pinned);
  if (pinned !== undefined && given !== undefined && given > 1n)
    cx.log.warn("ir/pinning", pinned, { name, given });
  const entries = field(node, "max_entries");
  if (entries !== undefined && (type === "ringbuf" || type === "user_ringbuf")) {
    const size = integerOf(entries) ?? 0n;
    const pages = size / PAGE_SIZE;
    if (size % PAGE_SIZE !== 0n || pages === 0n || (pages & (pages - 1n)) !== 0n) {
      cx.log.warn("ir/ringbuf-size", entries, { name, size });
    }
  }
}

/** libbpf takes a type and a size that agree (parse_btf_map_def); cilium/ebpf takes only one of both. */
function checkBoth(cx: Context, typeNode: JsonString, sizeNode: JsonNode, key: string, map: string): void {
  const type = parseType(cx, typeNode);
  const actual = type === undefined ? undefined : sizeOf(cx.scope.types, type);
  const given = integerOf(sizeNode);
  if (actual === undefined || given === undefined) return;
  if (BigInt(actual) !== given) {
    cx.log.error("ir/map-size-conflict", sizeNode, { map, key, given, type: typeNode.value, actual });
  } else {
    cx.log.warn("ir/map-type-and-size", sizeNode, { map, key });
  }
}

/** Which of "values" go with which type of map. */
type ValuesKind = "programs" | "maps";
const VALUES_OF: ReadonlyMap<string, ValuesKind> = new Map([
  ["prog_array", "programs"],
  ["array_of_maps", "maps"],
  ["hash_of_maps", "maps"],
]);

/** "values" as libbpf's `__array(values, T)`: the definition of inner maps, or a C function type for programs. */
function parseValues(cx: Context, node: JsonObject, map: string): MapMember | undefined {
  const of = field(node, "of");
  assert(of !== undefined, '"of" was validated');
  if (of.json === "object") {
    return { kind: "values", name: "values", of: parseDefinition(cx, of, `${map}.values`) };
  }
  assert(of.json === "string", '"of" was validated as a type');
  const type = parseType(cx, of);
  return type === undefined ? undefined : { kind: "values", name: "values", of: type };
}

/**
 * What parse_btf_map_def of libbpf refuses in "values": on maps of other types, with the wrong kind of element, in
 * front of another member (the slots follow the struct in memory), or beside a value_size that is not that of a file
 * descriptor.
 */
function checkValues(cx: Context, node: JsonObject, name: string): void {
  const { log } = cx;
  const values = objectField(node, "values");
  const type = typeNameOf(node);
  const kind = VALUES_OF.get(type);
  if (values === undefined) {
    if (kind === "maps") log.warn("ir/no-inner-map", firstCharacter(node), { name });
    return;
  }
  if (kind === undefined) {
    log.error("ir/values-not-allowed", firstCharacter(values), { name });
    return;
  }
  const of = field(values, "of");
  if (of !== undefined && (of.json === "object") !== (kind === "maps")) {
    const expected = kind === "maps" ? "an object, the definition of the inner maps" : "a C function type";
    log.error("ir/values-of", of, { name, type, expected });
  } else if (of?.json === "string" && !isFunctionType(cx, of)) {
    log.error("ir/values-of", of, { name, type, expected: "a C function type" });
  }
  const last = [...node.members.keys()].filter((key) => !NO_MEMBERS.has(key)).at(-1);
  if (last !== "values")
    log.error("ir/values-not-last", node.members.get("values")!.at, { name, last: last ?? "" });
  const valueSize = field(node, "value_size");
  if (valueSize !== undefined && integerOf(valueSize) !== 4n) {
    log.error("ir/values-size", valueSize, { name, size: integerOf(valueSize) ?? 0 });
  }
  const init = listField(values, "init");
  if (type === "hash_of_maps" && init.some((item) => item.json === "string")) checkHashKey(cx, node, name);
  const entries = integerField(node, "max_entries");
  if (entries !== undefined && BigInt(init.length) > entries) {
    log.error("ir/too-many-values", init[Number(entries)]!, { name, count: init.length, entries });
  }
}

/** libbpf fills slots by their number: the key of a hash must be able to be one (init_map_in_map_slots). */
function checkHashKey(cx: Context, node: JsonObject, name: string): void {
  const keyNode = stringField(node, "key");
  const sizeNode = field(node, "key_size");
  const type = keyNode === undefined ? undefined : parseType(cx, keyNode);
  const size = type === undefined ? integerField(node, "key_size") : sizeOf(cx.scope.types, type);
  if (size !== undefined && Number(size) !== 4) {
    cx.log.error("ir/values-key-size", keyNode ?? sizeNode ?? node, { name });
  }
}

/** Whether the text names a function type; true also where it names none, so that one slip is reported once. */
function isFunctionType(cx: Context, node: JsonString): boolean {
  const { types } = cx.scope;
  const type = parseType(cx, node);
  if (type === undefined) return true; // reported already
  const resolved = resolveType(types, type);
  return resolved !== 0 && types.at(resolved).kind === "func_proto";
}

/** Looks up the names of "values": maps for maps of maps, functions for program arrays. */
export function bindMap(cx: Context, node: JsonObject, map: MapVariable): void {
  const values = objectField(node, "values");
  const kind = VALUES_OF.get(typeNameOf(node));
  if (values === undefined || kind === undefined) return;
  const wanted = kind === "maps" ? "map" : "func";
  const init = map.init as (Ref | undefined)[]; // under construction: filled here, read-only afterwards
  for (const item of listField(values, "init")) {
    init.push(item.json === "string" ? bindValue(cx, item, wanted) : undefined);
  }
}

/** The thing that one slot names. A subprogram in ".text" cannot be loaded by itself, so no slot can hold it. */
function bindValue(cx: Context, node: JsonString, wanted: "map" | "func"): Ref | undefined {
  const name = node.value;
  const thing = cx.things.get(name);
  const what = wanted === "map" ? "map" : "program";
  if (thing === undefined) {
    const names = (): string[] => [...cx.things.values()].filter((t) => t.kind === wanted).map((t) => t.name);
    const code = wanted === "map" ? "ir/unknown-map" : "ir/unknown-program";
    cx.log.error(code, node, { name }, { hint: suggest(cx, name, names) });
    return undefined;
  }
  if (thing.kind !== wanted && !isDeclared(thing, wanted)) {
    cx.log.error("ir/wrong-thing", node, { name, expected: `a ${what}`, actual: nounOf(thing) });
    return undefined;
  }
  if (thing.kind === "func" && thing.section === TEXT_SECTION) {
    cx.log.error("ir/wrong-thing", node, { name, expected: "a program", actual: "a subprogram" });
    return undefined;
  }
  return { to: thing, addend: 0, at: node };
}
