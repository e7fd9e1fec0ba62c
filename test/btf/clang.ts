// The two witnesses of test/btf: clang makes BTF of C, and bpftool says what is in a BTF file. What both say is
// brought into one canonical text a variable, because ids are in another order in each file.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A record as `bpftool -j btf dump file` prints it. */
export interface DumpedType {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly [key: string]: unknown;
}

/** Runs `body` with a folder of its own that is gone afterwards. */
export function withFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-btf-"));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compiles `source` for BPF to `prog.o` in `folder`; clang's complaints are the error. */
export function compile(
  clang: string,
  folder: string,
  source: string,
  target: "bpf" | "bpfeb" = "bpf",
): string {
  const input = join(folder, "prog.c");
  const output = join(folder, `prog.${target}.o`);
  writeFileSync(input, source);
  // -w: the table holds declarations that clang warns of.
  const flags = [
    "-O2",
    "-g",
    "-w",
    "-target",
    target,
    "-fdebug-compilation-dir=.",
    "-c",
    input,
    "-o",
    output,
  ];
  execFileSync(clang, flags, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 });
  return output;
}

/** A section of an object, or `undefined` where it has none of that name. */
export function sectionOf(objcopy: string, folder: string, object: string, section: string): string {
  const output = join(folder, `section${section}`);
  execFileSync(objcopy, [
    "-O",
    "binary",
    `--only-section=${section}`,
    "--set-section-flags",
    `${section}=alloc`,
    object,
    output,
  ]);
  return output;
}

/** The offsets of the relocations in the section `of`, in the order of the file. */
export function relocationOffsets(readelf: string, object: string, of: string): number[] {
  const text = execFileSync(readelf, ["-r", object], { encoding: "utf8" });
  const block = text.split("Relocation section ").find((part) => part.startsWith(`'.rel${of}'`)) ?? "";
  return [...block.matchAll(/^([0-9a-f]{16}) /gm)].map((match) => Number.parseInt(match[1] ?? "", 16));
}

export function dump(bpftool: string, file: string): DumpedType[] {
  const text = execFileSync(bpftool, ["-j", "btf", "dump", "file", file], {
    maxBuffer: 1 << 28,
    encoding: "utf8",
  });
  return JSON.parse(text).types;
}

/**
 * What each VAR of a dump is, as text, by its name. A named struct behind a pointer is only named: clang leaves
 * such structs out where nobody needs them, and by value each of them is seen elsewhere.
 */
export function canonicalVariables(types: readonly DumpedType[]): Map<string, string> {
  const byId = new Map(types.map((type) => [type.id, type]));
  const tags = new Map<number, string[]>();
  for (const type of types) {
    if (type.kind !== "DECL_TAG") continue;
    const target = type.type_id as number;
    tags.set(target, [...(tags.get(target) ?? []), `${type.name}@${type.component_idx}`]);
  }
  const print = (id: number, behindPointer: boolean, path: readonly number[]): string => {
    const type = byId.get(id);
    if (type === undefined) return id === 0 ? "void" : `missing ${id}`;
    const { kind, name } = type;
    const rest = { ...type } as Record<string, unknown>;
    for (const key of ["id", "kind", "name", "type_id", "ret_type_id", "index_type_id", "params", "members"])
      delete rest[key];
    const named = name !== "(anon)";
    const head = `${kind} ${name} ${(tags.get(id) ?? []).join(",")}`;
    const cyclic = path.includes(id);
    const next = [...path, id];
    const base = (pointer: boolean): string => print(type.type_id as number, pointer, next);
    switch (kind) {
      case "FWD":
        return `${String(type.fwd_kind).toUpperCase()} ${name}`;
      case "STRUCT":
      case "UNION": {
        if (named && (behindPointer || cyclic)) return `${kind} ${name}`;
        const members = (type.members as DumpedType[]).map(({ type_id, ...member }) => {
          return `${JSON.stringify(member)}: ${print(type_id as number, false, next)}`;
        });
        return `${head} ${JSON.stringify(rest)} {\n${members.join(";\n")} }`;
      }
      case "FUNC_PROTO": {
        const params = (type.params as DumpedType[]).map(
          (p) => `${p.name}: ${print(p.type_id as number, behindPointer, next)}`,
        );
        return `${head} (${params.join(", ")}) ${print(type.ret_type_id as number, behindPointer, next)}`;
      }
      case "ARRAY":
        return `${head} ${type.nr_elems} [${print(type.index_type_id as number, false, next)}] of ${base(behindPointer)}`;
      case "PTR":
        return `${head} to ${base(true)}`;
      default:
        return `${head} ${JSON.stringify(rest)}${"type_id" in type ? ` of ${base(behindPointer)}` : ""}`;
    }
  };
  const variables = new Map<string, string>();
  for (const type of types)
    if (type.kind === "VAR") variables.set(type.name, print(type.type_id as number, false, []));
  return variables;
}
