// What goes wrong with libbpf's linker (`bpftool gen object`), and does not with this one. Each case is C that clang
// compiles; theirs is shown to fail, and our object is loaded by libbpf and by cilium/ebpf, and gives the right value.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatDiagnostic, type InputFile, linkFiles } from "../../src/index.js";
import { judge } from "../judges.js";
import { linkWell, permutations } from "../link/inputs.js";
import { askCilium } from "./cilium.js";
import { compile } from "./compile.js";
import { describeInKernel } from "./kernel.js";
import { withLibbpf } from "./libbpf.js";
import { ROOT } from "./link.js";
import { run, tryRun } from "./run.js";

const clang = judge("clang-22", "apt: clang-22") ?? "";
const bpftool = judge("bpftool", "apt: bpftool") ?? "";
const llvmObjcopy = judge("llvm-objcopy-22", "apt: llvm-22") ?? "";
const llvmReadelf = judge("llvm-readelf-22", "apt: llvm-22") ?? "";

/** The least input that a test run of XDP takes. */
const FRAME = "00".repeat(14);
const LICENSE = 'char _license[] SEC("license") = "GPL";\n';
const MAP = (name: string, entries: number): string =>
  `struct { __uint(type, 2); __uint(max_entries, ${entries}); __type(key, u32); __type(value, u64); } ${name} SEC(".maps");\n`;

/** How far an object comes: which step of its way refuses it, or what the program returns. */
type Fate = "no link" | "no open" | "no load" | "no BTF" | number;

interface Defect {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** llvm-objcopy on an object, by the name of its source. */
  readonly objcopy?: Readonly<Record<string, readonly string[]>>;
  /** What becomes of the object of `bpftool gen object`, one for each order of the files in which it was tried. */
  readonly theirs: readonly Fate[];
  /** The same of the newest libbpf's linker, where that differs. */
  readonly newest?: readonly Fate[];
  /** What program `prog` returns in ours, in every order. */
  readonly ours: number;
}

const DEFECTS: readonly Defect[] = [
  {
    name: "a map that another file defines, beside an own one",
    files: {
      "a.c": `${MAP("own", 1)}extern ${MAP("shared", 4)}${LICENSE}
SEC("xdp") int prog(void *ctx) {
  u32 k = 3; u64 five = 5;
  update(&shared, &k, &five, 0);
  u64 *v = lookup(&shared, &k);
  k = 0;
  u64 *w = lookup(&own, &k);
  return v && w ? *v * 10 + *w : -1;
}`,
      "b.c": MAP("shared", 4),
    },
    theirs: ["no open", 50],
    ours: 50,
  },
  {
    name: "a weak variable whose strong one is in another section",
    files: {
      "a.c": `weak int v; int first SEC(".data") = 5; ${LICENSE}
SEC("xdp") int prog(void *ctx) { return v * 100 + first; }`,
      "b.c": `int other SEC(".data") = 7; int v SEC(".data") = 2; noinline int get(void) { return v + other; }`,
    },
    theirs: [205, "no link"],
    ours: 205,
  },
  {
    name: "a weak name that nobody defines, in a section that exists",
    files: {
      "a.c": `int present SEC(".data.x") = 41; extern int absent SEC(".data.x") weak; ${LICENSE}
SEC("xdp") int prog(void *ctx) { return &absent ? absent : 7; }`,
      "b.c": "int unrelated(int x) { return x; }",
    },
    theirs: ["no BTF", "no BTF"],
    ours: 7,
  },
  {
    name: "weak names that nobody defines",
    files: {
      "a.c": `extern int missing(void) weak; extern int gone weak; ${LICENSE}
SEC("xdp") int prog(void *ctx) { if (missing) return missing(); return &gone ? gone : 7; }`,
      "b.c": "int unrelated(int x) { return x; }",
    },
    theirs: ["no open", "no open"],
    ours: 7,
  },
  {
    name: "a function that is global in BTF and local in ELF",
    files: {
      "a.c": `extern int g(int); noinline int f(int x) { return x + 1; } ${LICENSE}
SEC("xdp") int prog(void *ctx) { return f(1) + g(5); }`,
      "b.c": "noinline int g(int x) { return x * 2; }",
    },
    objcopy: { "a.c": ["--localize-symbol=f"] },
    theirs: ["no load", "no load"],
    ours: 12,
  },
  {
    name: "an object without .BTF.ext",
    files: {
      "a.c": `extern int f(int); ${LICENSE} SEC("xdp") int prog(void *ctx) { return f(1); }`,
      "b.c": "noinline int f(int x) { return x + 1; }",
    },
    objcopy: { "b.c": ["--remove-section=.BTF.ext", "--remove-section=.rel.BTF.ext"] },
    theirs: ["no load", "no load"],
    ours: 2,
  },
  {
    name: "a plain extern between a weak and a strong definition",
    files: {
      "a.c": `extern int f(int); ${LICENSE} SEC("xdp") int prog(void *ctx) { return f(1); }`,
      "b.c": "weak noinline int f(int x) { return x + 1; }",
      "c.c": "noinline int f(int x) { return x + 2; }",
    },
    theirs: ["no link", 3, "no link", 3, 3, 3],
    ours: 3,
  },
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbpf-defects-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(files: readonly InputFile[]): string[] {
  const own = mkdtempSync(join(folder, "case-"));
  return files.map(({ name, bytes }) => {
    writeFileSync(join(own, name), bytes);
    return join(own, name);
  });
}

function objectsOf({ files, flags, objcopy }: Defect): InputFile[] {
  return Object.entries(files).map(([name, text]) => {
    const object = compile(clang, name, text, flags);
    const change = objcopy?.[name];
    if (change === undefined) return object;
    const [path = ""] = write([object]);
    run(llvmObjcopy, [...change, path]);
    return { ...object, bytes: readFileSync(path) };
  });
}

/** Into which function the entries of the first and of the second half of .jumptables lead; "" for several. */
function tablesOf(object: string): { first: string; second: string } {
  const symbols = run(llvmReadelf, ["-s", object]);
  const start = Number.parseInt(/([0-9a-f]{16})\s+\d+\s+FUNC\s+GLOBAL.* two$/m.exec(symbols)?.[1] ?? "", 16);
  expect(start).toBeGreaterThan(0);
  const dump = run(llvmReadelf, ["-x", ".jumptables", object]);
  const hex = [...dump.matchAll(/^0x[0-9a-f]+ ((?:[0-9a-f]+ ){1,4})/gm)].map((match) => match[1]).join("");
  const stored = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const entries = Array.from({ length: stored.length / 8 }, (_, i) => Number(stored.readBigUInt64LE(i * 8)));
  const functionOf = (list: readonly number[]): string =>
    list.every((entry) => entry > start) ? "two" : list.every((entry) => entry < start) ? "one" : "";
  const half = entries.length / 2;
  return { first: functionOf(entries.slice(0, half)), second: functionOf(entries.slice(half)) };
}

/** Links with bpftool, and follows the object as far as it comes. */
async function theirFate(files: readonly InputFile[]): Promise<Fate> {
  const paths = write(files);
  const out = join(folder, "theirs.o");
  return tryRun(bpftool, ["gen", "object", out, ...paths]).status === 0 ? fateOf(out) : "no link";
}

/** The same with the linker of the newest libbpf; a crash of it is the end of the harness. */
async function newestFate(files: readonly InputFile[]): Promise<Fate> {
  const paths = write(files);
  const out = join(folder, "newest.o");
  let linked = false;
  await withLibbpf("libbpf-newest", async (libbpf) => {
    linked = await libbpf.tryAsk(`link ${out} ${paths.join(" ")}`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return linked ? fateOf(out) : "no link";
}

async function fateOf(object: string): Promise<Fate> {
  let fate: Fate = "no open";
  await withLibbpf("libbpf-debian", async (libbpf) => {
    if (!(await libbpf.tryAsk(`open ${object}`)).ok) return;
    fate = "no load";
    const loaded = await libbpf.tryAsk("load");
    if (!loaded.ok) return;
    fate = "no BTF";
    if (loaded.log.includes("Error loading .BTF")) return;
    fate = (await libbpf.ask<{ retval: number }>(`run prog ${FRAME}`)).retval;
  });
  return fate;
}

describeInKernel("where libbpf's linker goes wrong", ["libbpf-debian", "libbpf-newest", "cilium"], () => {
  it.each(DEFECTS)("$name", async (defect) => {
    const objects = objectsOf(defect);
    const theirs: Fate[] = [];
    const newest: Fate[] = [];
    for (const files of permutations(objects)) {
      theirs.push(await theirFate(files));
      newest.push(await newestFate(files));
      const { bytes } = linkWell(files);
      const [ours = ""] = write([{ name: "ours.o", bytes }]);
      expect(await fateOf(ours)).toBe(defect.ours);
      expect(askCilium(ours, { run: "prog" }).kernel.retval).toBe(defect.ours);
    }
    expect({ theirs, newest }).toEqual({ theirs: defect.theirs, newest: defect.newest ?? defect.theirs });
  });

  it("a strong name that nobody defines is an error, and not the variable beside it", async () => {
    const object = compile(
      clang,
      "a.c",
      `int present SEC(".data.x") = 41; extern int absent SEC(".data.x"); ${LICENSE}
SEC("xdp") int prog(void *ctx) { return absent; }`,
    );
    const other = compile(clang, "b.c", "int unrelated(int x) { return x; }");
    const theirs = join(folder, "alias.o");
    run(bpftool, ["gen", "object", theirs, ...write([object, other])]);
    await withLibbpf("libbpf-debian", async (libbpf) => {
      await libbpf.ask(`open ${theirs}`);
      await libbpf.ask("load");
      expect(await libbpf.ask(`run prog ${FRAME}`)).toMatchObject({ retval: 41 });
    });
    expect(linkFiles([object, other]).diagnostics).toMatchObject([
      { code: "link/undefined", message: '"absent" is defined by no input; "prog" of "a.o" refers to it' },
    ]);
  });

  it("a strong variable takes the place of a weak one in user space, too", async () => {
    const files = [
      compile(
        clang,
        "a.c",
        `int first SEC(".data") = 5; weak int v SEC(".data") = 1; ${LICENSE}
SEC("xdp") int prog(void *ctx) { return v * 100 + first; }`,
      ),
      compile(
        clang,
        "b.c",
        `int other SEC(".data") = 7; int v SEC(".data") = 2; int get(void) { return v + other; }`,
      ),
    ];
    const theirs = join(folder, "stale.o");
    run(bpftool, ["gen", "object", theirs, ...write(files)]);
    const [ours = ""] = write([{ name: "ours.o", bytes: linkWell(files).bytes }]);
    // libbpf writes the object that it would hand to user space; one that is linked again has its offsets counted again.
    const offsetOf = (object: string): number => {
      const dump = run(bpftool, ["btf", "dump", "file", object]);
      return Number(/offset=(\d+) size=4 \(VAR 'v'\)/.exec(dump)?.[1]);
    };
    const again = (object: string): string => {
      const out = join(folder, "again.o");
      run(bpftool, ["gen", "object", out, object]);
      return out;
    };
    expect(offsetOf(theirs)).not.toBe(offsetOf(again(theirs)));
    // Ours leaves offsets to the symbols, as clang does, and the first loader that counts them finds the right place.
    expect(offsetOf(ours)).toBe(0);
    const symbols = run(llvmReadelf, ["-s", ours]);
    const value = Number.parseInt(/([0-9a-f]{16})\s+4\s+OBJECT\s+GLOBAL.* v$/m.exec(symbols)?.[1] ?? "", 16);
    expect(offsetOf(again(ours))).toBe(value);
    expect(await fateOf(ours)).toBe(205);
  });

  it("jump tables of the second file lead into its code", async () => {
    // Of fewer cases, or cases that look alike, clang makes no table.
    const ops = ["= lookup(c, c) != 0", "+= 3", "^= c[1]", "= update(c, c, c, 0)", "*= 5", "-= c[2]", "|= 8"];
    const cases = Array.from({ length: 14 }, (_, i) => `case ${i}: last ${ops[i % 7]} + ${i}; break;`);
    const text = (name: string): string => `
static int last;
SEC("syscall") int ${name}(int *c) { switch (*c) { ${cases.join(" ")} default: return 7; } return last; }
${name === "one" ? LICENSE : ""}`;
    const files = ["one", "two"].map((name) => compile(clang, `${name}.c`, text(name), ["-mcpu=v4"]));
    const paths = write(files);
    expect(tryRun(bpftool, ["gen", "object", join(folder, "x.o"), ...paths]).status).not.toBe(0);
    const newest = join(folder, "newest-tables.o");
    await withLibbpf("libbpf-newest", async (libbpf) => {
      await libbpf.ask(`link ${newest} ${paths.join(" ")}`);
    });
    const [ours = ""] = write([{ name: "ours.o", bytes: linkWell(files).bytes }]);
    // Entries are offsets in the section of the code, whose second half is `two`.
    expect(tablesOf(newest)).toEqual({ first: "one", second: "one" });
    expect(tablesOf(ours)).toEqual({ first: "one", second: "two" });
  });

  it("a relocation in code that is not stored is an error, and no crash", async () => {
    const text = `static volatile int state; ${LICENSE} SEC("xdp") int prog(void *ctx) { return state++; }`;
    const [path = ""] = write([compile(clang, "a.c", text)]);
    run(llvmObjcopy, ["--set-section-type", "xdp=8", path]); // SHT_NOBITS
    // Killed by a signal, and so without a status.
    expect(tryRun(bpftool, ["gen", "object", join(folder, "x.o"), path]).status).toBe(undefined);
    await expect(
      withLibbpf("libbpf-newest", async (libbpf) => {
        await libbpf.ask(`link ${join(folder, "x.o")} ${path}`);
      }),
    ).rejects.toThrow("gave no reply");
    const { bytes, diagnostics } = linkFiles([{ name: "a.o", bytes: readFileSync(path) }]);
    expect(bytes).toBe(undefined);
    expect(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { color: false }))).toEqual([
      'a.o: .relxdp+0x0: error: the relocation patches offset 0 of section "xdp", which stores 0 bytes [elf/relocation-outside]',
    ]);
  });

  it("a link that fails leaves the old output", () => {
    const files = ["a", "b"].map((name) => compile(clang, `${name}.c`, "int f(int x) { return x; }"));
    const paths = write(files);
    const [theirs, ours] = [join(folder, "old-theirs.o"), join(folder, "old-ours.o")];
    for (const old of [theirs, ours]) writeFileSync(old, "old");
    expect(tryRun(bpftool, ["gen", "object", theirs, ...paths]).status).not.toBe(0);
    expect(readFileSync(theirs).length).toBe(0);
    const args = ["--import", "tsx", "cli/tsbpf-ld.ts", ...paths, "-o", ours];
    expect(tryRun(process.execPath, args, { cwd: ROOT }).status).toBe(1);
    expect(readFileSync(ours, "utf8")).toBe("old");
  });
});
