// What the kernel wants of each type of map, beyond what all maps have: sizes, counts and flags. A loader may still set
// them before it makes the map, so what is found here is a warning. Source: the map_alloc_check and map_alloc
// functions of kernel/bpf (arraymap.c, queue_stack_maps.c, bloom_filter.c, ringbuf.c, arena.c, lpm_trie.c,
// bpf_local_storage.c, local_storage.c, stackmap.c, map_in_map.c).

import { firstCharacter, type JsonObject } from "../base/index.js";
import { sizeOf } from "../btf/index.js";
import type { Context } from "./context.js";
import { MAP_FLAGS } from "./enums.generated.js";
import { field, integerField, integerOf, stringField } from "./fields.js";
import type { MapVariable } from "./module.js";
import { parseType } from "./type-names.js";

interface MapRule {
  /** Bytes of the key; 0 where there may be none. */
  readonly key?: number;
  /** The same of the value. */
  readonly value?: number;
  /** There may be no number of elements. */
  readonly unbounded?: true;
  /** A flag that must be set. */
  readonly flag?: string;
}

const INDEXED: MapRule = { key: 4 };
/** The elements are file descriptors. */
const OF_FDS: MapRule = { key: 4, value: 4 };
const WITHOUT_KEY: MapRule = { key: 0 };
const WITHOUT_ELEMENTS: MapRule = { key: 0, value: 0 };
/** Local storage: the key is a file descriptor of what owns it. */
const STORAGE: MapRule = { key: 4, unbounded: true, flag: "BPF_F_NO_PREALLOC" };

const RULES: ReadonlyMap<string, MapRule> = new Map([
  ["array", INDEXED],
  ["percpu_array", INDEXED],
  ["stack_trace", INDEXED],
  ["devmap", INDEXED],
  ["cpumap", INDEXED],
  ["sockmap", INDEXED],
  ["prog_array", OF_FDS],
  ["perf_event_array", OF_FDS],
  ["cgroup_array", OF_FDS],
  ["array_of_maps", OF_FDS],
  ["xskmap", OF_FDS],
  ["hash_of_maps", { value: 4 }],
  ["queue", WITHOUT_KEY],
  ["stack", WITHOUT_KEY],
  ["bloom_filter", WITHOUT_KEY],
  ["ringbuf", WITHOUT_ELEMENTS],
  ["user_ringbuf", WITHOUT_ELEMENTS],
  ["arena", { ...WITHOUT_ELEMENTS, flag: "BPF_F_MMAPABLE" }],
  ["lpm_trie", { flag: "BPF_F_NO_PREALLOC" }],
  ["sk_storage", STORAGE],
  ["inode_storage", STORAGE],
  ["task_storage", STORAGE],
  ["cgrp_storage", STORAGE],
  ["cgroup_storage", { unbounded: true }],
  ["percpu_cgroup_storage", { unbounded: true }],
]);

/** Warns of what the kernel refuses in a map of this type, which is given in its short spelling. */
export function checkMapRule(cx: Context, node: JsonObject, map: MapVariable, type: string): void {
  const rule = RULES.get(type);
  if (rule === undefined) return;
  const { name } = map;
  checkPart(cx, node, name, type, "key", rule.key);
  // Slots with initial values have their own rule, which is an error (parse-maps.ts).
  if (!node.members.has("values")) checkPart(cx, node, name, type, "value", rule.value);
  const entries = field(node, "max_entries");
  if (rule.unbounded && entries !== undefined && integerOf(entries) !== 0n) {
    cx.log.warn("ir/map-has", entries, { name, type, what: '"max_entries"' });
  }
  if (rule.flag !== undefined && (flagsOf(map) & MAP_FLAGS[rule.flag]!) === 0) {
    const at = field(node, "map_flags") ?? firstCharacter(node);
    cx.log.warn("ir/map-flag", at, { name, type, flag: rule.flag });
  }
}

function flagsOf(map: MapVariable): number {
  const member = map.definition.members.find(({ name }) => name === "map_flags");
  return member?.kind === "uint" ? member.value : 0;
}

function checkPart(
  cx: Context,
  node: JsonObject,
  name: string,
  type: string,
  part: "key" | "value",
  wanted: number | undefined,
): void {
  const typeNode = stringField(node, part);
  const at = typeNode ?? field(node, `${part}_size`);
  if (wanted === undefined || at === undefined) return;
  const id = typeNode === undefined ? undefined : parseType(cx, typeNode);
  const size = id === undefined ? integerField(node, `${part}_size`) : sizeOf(cx.scope.types, id);
  if (size === undefined || BigInt(size) === BigInt(wanted)) return;
  if (wanted === 0) cx.log.warn("ir/map-has", at, { name, type, what: `a ${part}` });
  else cx.log.warn("ir/map-part-size", at, { name, type, part, size, wanted });
}
