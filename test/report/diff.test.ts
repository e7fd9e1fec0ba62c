// `tsbpf diff`, by what a user sees: each of these changes of one program is found, is given its name, and nothing else
// is said to have changed. And an object and its re-emission, or a golden case as IR and as clang's object, are the same.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type DiffOptions, diffFiles, encodeUtf8, printChanges } from "../../src/index.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Something of everything that a module can hold. */
const BASE = {
  license: "GPL",
  types: [
    "struct event { __u32 pid; char comm[16]; };",
    "enum mode { OFF, ON = 7 };",
    "typedef __u64 cookie_t;",
  ],
  maps: [
    {
      name: "events",
      type: "hash",
      key: "__u32",
      value: "struct event",
      max_entries: 64,
      map_flags: ["BPF_F_NO_PREALLOC"],
    },
    {
      name: "jumps",
      type: "prog_array",
      key_size: 4,
      max_entries: 2,
      values: { of: "int (void *)", init: ["second", null] },
    },
  ],
  data: [
    { name: "limit", type: "const volatile __u32", value: 1000 },
    { name: "mode", type: "enum mode", value: "ON" },
    { name: "total", type: "cookie_t" },
    { name: ".L.str", section: ".rodata.str1.1", linkage: "private", value: "pid %d\n" },
  ],
  programs: [
    {
      name: "first",
      section: "tp/syscalls/sys_enter_read",
      proto: "int first(void *ctx)",
      code: [
        { loc: { file: "./prog.c", line: 10, column: 3, text: "  first" } },
        "r6 = r1",
        "r1 = limit ll",
        "w1 = *(u32 *)(r1 + 0)",
        "if w1 == 0 goto out",
        "call twice",
        { loc: { line: 12, column: 3, text: "  print" } },
        "r1 = .L.str ll",
        "r2 = 8",
        "call bpf_trace_printk",
        "r1 = r6",
        "call bpf_thing",
        { insn: "r3 = 4", core: { kind: "field_byte_offset", type: "struct event", access: "comm" } },
        "out:",
        "r0 = 0",
        "exit",
      ],
    },
    {
      name: "second",
      section: "tp/syscalls/sys_enter_read",
      code: ["r1 = events ll", "r1 = mode ll", "r1 = total ll", "r0 = 0", "exit"],
    },
  ],
  functions: [
    { name: "twice", proto: "int twice(int n)", linkage: "static", code: ["r0 = r1", "w0 += w0", "exit"] },
  ],
  externs: [{ name: "bpf_thing", section: ".ksyms", proto: "int bpf_thing(void *p)" }],
};

type Base = typeof BASE;
// biome-ignore lint/suspicious/noExplicitAny: variants reach anywhere into the document
type Edit = (document: any) => void;

function variant(edit: Edit): Base {
  const document = structuredClone(BASE);
  edit(document);
  return document;
}

function changesOf(a: unknown, b: unknown, options: DiffOptions = {}): { names: string[]; text: string } {
  const file = (document: unknown): { name: string; bytes: Uint8Array } => ({
    name: "prog.json",
    bytes: encodeUtf8(JSON.stringify(document, undefined, 1)),
  });
  const { result, diagnostics } = diffFiles(file(a), file(b), options);
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual(
    [],
  );
  const names = result!.map(({ thing, name, change }) => `${thing} ${name} ${change}`);
  return { names, text: printChanges(result!) };
}

/** A variant, the change that must be named, and a piece of the lines that show it. */
const VARIANTS: readonly (readonly [string, Edit, string, string])[] = [
  [
    "license",
    (d) => {
      d.license = "Dual BSD/GPL";
    },
    "variable _license changed",
    '+ value: "Dual BSD/GPL"',
  ],
  [
    "license name",
    (d) => {
      d.license = { name: "LICENSE", value: "GPL" };
    },
    "variable LICENSE added",
    "GPL",
  ],
  [
    "map type",
    (d) => {
      d.maps[0].type = "lru_hash";
    },
    "map events changed",
    '+ type: "lru_hash"',
  ],
  [
    "map entries",
    (d) => {
      d.maps[0].max_entries = 65;
    },
    "map events changed",
    "+ max_entries: 65",
  ],
  [
    "map flags",
    (d) => {
      d.maps[0].map_flags = 0;
    },
    "map events changed",
    "+ map_flags: 0",
  ],
  [
    "map key",
    (d) => {
      d.maps[0].key = "__u64";
    },
    "map events changed",
    '+ key: "__u64"',
  ],
  [
    "map value",
    (d) => {
      d.maps[0].value = "__u64";
    },
    "map events changed",
    '+ value: "__u64"',
  ],
  [
    "map pinning",
    (d) => {
      d.maps[0].pinning = "by_name";
    },
    "map events changed",
    '+ pinning: "by_name"',
  ],
  ["map member gone", (d) => delete d.maps[0].map_flags, "map events changed", "- map_flags"],
  [
    "map added",
    (d) => d.maps.push({ name: "ring", type: "ringbuf", max_entries: 4096 }),
    "map ring added",
    "ringbuf",
  ],
  [
    "map slot",
    (d) => {
      d.maps[1].values.init = [null, "second"];
    },
    "map jumps changed",
    '[null, "second"]',
  ],
  [
    "map linkage",
    (d) => {
      d.maps[0].linkage = "weak";
    },
    "map events changed",
    '+ linkage: "weak"',
  ],
  [
    "map member order",
    (d) => {
      const { max_entries, ...rest } = d.maps[0];
      d.maps[0] = { ...rest, max_entries };
    },
    "map events changed",
    "+ members: name, type, key, value, map_flags, max_entries",
  ],
  [
    "value",
    (d) => {
      d.data[0].value = 1001;
    },
    "variable limit changed",
    "+ value: 1001",
  ],
  [
    "enumerator as value",
    (d) => {
      d.data[1].value = 3;
    },
    "variable mode changed",
    "+ value: 3",
  ],
  [
    "variable type",
    (d) => {
      d.data[2].type = "__s64";
    },
    "variable total changed",
    '+ type: "__s64"',
  ],
  [
    "variable linkage",
    (d) => {
      d.data[2].linkage = "weak";
    },
    "variable total changed",
    '+ linkage: "weak"',
  ],
  [
    "variable section",
    (d) => {
      d.data[2].section = ".data.total";
    },
    "variable total changed",
    '+ section: ".data.total"',
  ],
  [
    "variable tag",
    (d) => {
      d.data[2].tags = ["t"];
    },
    "variable total changed",
    '+ tags: ["t"]',
  ],
  [
    "variable align",
    (d) => {
      d.data[2].align = 64;
    },
    "variable total changed",
    "+ align: 64",
  ],
  ["variable added", (d) => d.data.push({ name: "extra", type: "int" }), "variable extra added", "int"],
  [
    "text of a constant",
    (d) => {
      d.data[3].value = "PID %d\n";
    },
    "program first changed",
    ".const.",
  ],
  [
    "program section",
    (d) => {
      d.programs[1].section = "kprobe/do_exit";
    },
    "program second changed",
    '+ section: "kprobe/do_exit"',
  ],
  [
    "program name",
    (d) => {
      d.programs[0].name = "one";
      d.programs[0].proto = "int one(void *ctx)";
    },
    "program one added",
    "instructions",
  ],
  [
    "program linkage",
    (d) => {
      d.programs[1].linkage = "weak";
    },
    "program second changed",
    '+ linkage: "weak"',
  ],
  [
    "program hidden",
    (d) => {
      d.programs[1].hidden = true;
    },
    "program second changed",
    "+ hidden: true",
  ],
  [
    "prototype",
    (d) => {
      d.programs[0].proto = "int first(struct event *ctx)";
    },
    "program first changed",
    "struct event *ctx",
  ],
  ["program removed", (d) => d.programs.splice(0, 1), "program first removed", "instructions"],
  [
    "immediate",
    (d) => {
      d.programs[0].code[8] = "r2 = 9";
    },
    "program first changed",
    "+ r2 = 9",
  ],
  [
    "register",
    (d) => {
      d.programs[0].code[10] = "r2 = r6";
    },
    "program first changed",
    "+ r2 = r6",
  ],
  [
    "instruction added",
    (d) => d.programs[0].code.splice(2, 0, "r9 = 0"),
    "program first changed",
    "+ r9 = 0",
  ],
  ["instruction removed", (d) => d.programs[0].code.splice(10, 1), "program first changed", "- r1 = r6"],
  [
    "jump target",
    (d) => {
      d.programs[0].code[4] = "if w1 == 0 goto +1";
    },
    "program first changed",
    "goto",
  ],
  [
    "helper",
    (d) => {
      d.programs[0].code[9] = "call bpf_ktime_get_ns";
    },
    "program first changed",
    "+ call bpf_ktime_get_ns",
  ],
  [
    "CO-RE access",
    (d) => {
      d.programs[0].code[12].core.access = "comm[1]";
      d.programs[0].code[12].insn = "r3 = 5";
    },
    "program first changed",
    "comm[1]",
  ],
  [
    "CO-RE kind",
    (d) => {
      d.programs[0].code[12].core.kind = "field_byte_size";
      d.programs[0].code[12].insn = "r3 = 16";
    },
    "program first changed",
    "field_byte_size",
  ],
  ["function linkage", (d) => delete d.functions[0].linkage, "function twice changed", '- linkage: "static"'],
  [
    "function code",
    (d) => {
      d.functions[0].code[1] = "w0 += w1";
    },
    "function twice changed",
    "+ w0 += w1",
  ],
  [
    "function tag",
    (d) => {
      d.functions[0].tags = ["t"];
    },
    "function twice changed",
    '+ tags: ["t"]',
  ],
  [
    "parameter name",
    (d) => {
      d.functions[0].proto = "int twice(int count)";
    },
    "function twice changed",
    "int count",
  ],
  [
    "extern weak",
    (d) => {
      d.externs[0].weak = true;
    },
    "extern bpf_thing changed",
    "+ weak: true",
  ],
  [
    "extern prototype",
    (d) => {
      d.externs[0].proto = "int bpf_thing(void *p, int n)";
    },
    "extern bpf_thing changed",
    "int",
  ],
  [
    "member of a struct",
    (d) => {
      d.types[0] = "struct event { __u32 tid; char comm[16]; };";
    },
    "type struct event changed",
    "+   __u32 tid;",
  ],
  [
    "size of a struct",
    (d) => {
      d.types[0] = "struct event { __u32 pid; char comm[16]; __u32 more; };";
    },
    "type struct event changed",
    "+   __u32 more;",
  ],
  [
    "enumerator",
    (d) => {
      d.types[1] = "enum mode { OFF, ON = 7, AUTO };";
    },
    "type enum mode changed",
    "+   AUTO,",
  ],
  [
    "typedef",
    (d) => {
      d.types[2] = "typedef __s64 cookie_t;";
    },
    "type cookie_t changed",
    "+ typedef __s64 cookie_t;",
  ],
  [
    "line",
    (d) => {
      d.programs[0].code[0].loc.line = 11;
    },
    "line info first changed",
    "+ ./prog.c:11:3",
  ],
  [
    "source text",
    (d) => {
      d.programs[0].code[6].loc.text = "  show";
    },
    "line info first changed",
    "show",
  ],
];

/** Changes that bring others with them: what goes away or comes takes what only it mentions along. */
const WITH_OTHERS: ReadonlySet<string> = new Set([
  "license name",
  "map value",
  "variable type",
  "text of a constant",
  "program name",
  "program section",
  "program removed",
  "function linkage",
  "CO-RE access",
  "prototype",
]);

/** The base with all its source lines as `edit` leaves them. */
function withLocs(edit: (loc: { file?: string; line: number }) => void): Base {
  return variant((d) => {
    for (const entry of d.programs[0].code) if (entry.loc !== undefined) edit(entry.loc);
  });
}

describe("line info in tsbpf diff", () => {
  it("says once that lines have moved, or come from another file", () => {
    const moved = changesOf(
      BASE,
      withLocs((loc) => {
        loc.line += 5;
      }),
    );
    expect(moved.text).toMatch(
      /^line info first changed\n {2}@ instructions 0 to \d+\n {2}- \.\/prog\.c:10 to \d+\n {2}\+ \.\/prog\.c:15 to \d+\n$/,
    );
    const elsewhere = changesOf(
      BASE,
      withLocs((loc) => {
        if (loc.file !== undefined) loc.file = "/build/prog.c";
      }),
    );
    expect(elsewhere.text.split("\n")).toHaveLength(5);
    expect(elsewhere.text).toContain("+ /build/prog.c:10 to ");
  });

  it("is left out on request", () => {
    const other = withLocs((loc) => {
      loc.line += 5;
    });
    expect(changesOf(BASE, other).names).toEqual(["line info first changed"]);
    expect(changesOf(BASE, other, { lineInfo: false }).names).toEqual([]);
  });
});

describe("tsbpf diff", () => {
  it("has at least 40 variants", () => {
    expect(VARIANTS.length).toBeGreaterThanOrEqual(40);
  });

  it.each(VARIANTS)("finds a change of %s", (title, edit, name, shown) => {
    const { names, text } = changesOf(BASE, variant(edit));
    expect(names, text).toContain(name);
    expect(text).toContain(shown);
    if (!WITH_OTHERS.has(title)) expect(names).toEqual([name]);
  });

  it("finds nothing between equals", () => {
    expect(changesOf(BASE, structuredClone(BASE))).toEqual({ names: [], text: "" });
  });

  it("does not care for the names of labels and private constants, and for any order", () => {
    const renamed = variant((d) => {
      d.programs[0].code[4] = "if w1 == 0 goto elsewhere";
      d.programs[0].code[13] = "elsewhere:";
      d.data[3].name = ".L.text";
      d.programs[0].code[7] = "r1 = .L.text ll";
      d.types.reverse();
      d.data.reverse();
      d.programs.reverse();
    });
    expect(changesOf(BASE, renamed).text).toBe("");
  });

  it("goes both ways", () => {
    const added = variant((d) => d.data.push({ name: "extra", type: "int" }));
    expect(changesOf(BASE, added).names).toEqual(["variable extra added"]);
    expect(changesOf(added, BASE).names).toEqual(["variable extra removed"]);
  });
});

describe("golden cases", () => {
  const cases = readdirSync(join(ROOT, "golden"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => {
      // An IR file does not say its byte order.
      return !readFileSync(join(ROOT, "golden", name, "prog.c"), "utf8").includes("-target bpfeb");
    });

  it.each(cases)("%s is the same as IR and as clang's object", (name) => {
    const file = (base: string): { name: string; bytes: Uint8Array } => ({
      name: base,
      bytes: readFileSync(join(ROOT, "golden", name, base)),
    });
    const { result, diagnostics } = diffFiles(file("prog.json"), file("clang.o"));
    expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual(
      [],
    );
    expect(printChanges(result!)).toBe("");
  });
});
