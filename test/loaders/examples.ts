// What the six objects of examples/ hold, in the words of the kernel's UAPI: written by hand from the JSON files, so that
// a test compares what a loader saw with what the author meant.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { ROOT } from "./link.js";

// enum bpf_map_type and enum bpf_prog_type of include/uapi/linux/bpf.h, with the names that cilium/ebpf gives them.
const HASH = { number: 1, name: "Hash" };
const ARRAY = { number: 2, name: "Array" };
const PROG_ARRAY = { number: 3, name: "ProgramArray" };
const PERF_EVENT_ARRAY = { number: 4, name: "PerfEventArray" };
const ARRAY_OF_MAPS = { number: 12, name: "ArrayOfMaps" };
const SOCKMAP = { number: 15, name: "SockMap" };
const TRACEPOINT = { number: 5, name: "TracePoint" };
const XDP = { number: 6, name: "XDP" };
const SK_LOOKUP = { number: 30, name: "SkLookup" };

export type ExampleMap = Readonly<{
  type: Readonly<{ number: number; name: string }>;
  /** Whether the kernel keeps BTF for it: it refuses BTF for most map types that hold kernel objects. */
  btf: boolean;
  pinned?: true;
  /** Data that no program may write: frozen, and open to mmap because its DATASEC has a global variable. */
  rodata?: true;
}>;

export type Example = Readonly<{
  name: string;
  programs: Readonly<Record<string, Readonly<{ number: number; name: string }>>>;
  maps: Readonly<Record<string, ExampleMap>>;
}>;

export const EXAMPLES: readonly Example[] = [
  {
    name: "sys_enter_read",
    programs: { my_program: TRACEPOINT },
    maps: { pids_map: { type: PERF_EVENT_ARRAY, btf: false } },
  },
  {
    name: "hello_world",
    programs: { hello: TRACEPOINT },
    maps: { ".rodata": { type: ARRAY, btf: true, rodata: true } },
  },
  {
    name: "perf_event_123",
    programs: { perf_123: TRACEPOINT },
    maps: { events: { type: PERF_EVENT_ARRAY, btf: false } },
  },
  {
    name: "counters",
    programs: { count_connect: TRACEPOINT },
    maps: { counters: { type: ARRAY, btf: true }, shared_state: { type: HASH, btf: true, pinned: true } },
  },
  {
    name: "sk_lookup",
    programs: { sk_dispatch: SK_LOOKUP },
    maps: { add_ports: { type: HASH, btf: true }, target_socket: { type: SOCKMAP, btf: false } },
  },
  {
    name: "tail_call",
    programs: { target: XDP, entry: XDP },
    maps: {
      jump_table: { type: PROG_ARRAY, btf: false },
      inner_a: { type: ARRAY, btf: true },
      outer: { type: ARRAY_OF_MAPS, btf: false },
    },
  },
];

/** The path of an example's IR, from the project's root. */
export function exampleFile(name: string): string {
  return `examples/${name}.json`;
}

export type ExampleSource = Readonly<{
  lines: readonly string[];
  code: Readonly<Record<string, readonly string[]>>;
}>;

/** The lines of an example's file, and the instructions of each program as its author wrote them, without labels. */
export function readExample(name: string): ExampleSource {
  const text = readFileSync(join(ROOT, exampleFile(name)), "utf8");
  const module = parse(text) as { programs: readonly { name: string; code: readonly string[] }[] };
  const insns = (code: readonly string[]) =>
    code.map((line) => line.replace(/^\w+:\s*/, "")).filter((line) => line !== "");
  return {
    lines: text.split("\n"),
    code: Object.fromEntries(module.programs.map((program) => [program.name, insns(program.code)])),
  };
}
