// Where the objects come from: compilers of several ages, gcc, rustc, bpftool's linker, pahole, and what other projects
// publish in Go modules (modules/go.mod pins them). Each maker gives files, or says what is missing.

import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { judge } from "../judges.js";
import { run, tryRun } from "../loaders/run.js";
import type { Leniency } from "./meaning.js";
import type { Specimen } from "./round-trip.js";

export interface Maker {
  readonly name: string;
  /** Objects that there must be at least. */
  readonly least: number;
  /** The same file comes back, but for what REFUSED and `others` name. */
  readonly identical?: boolean;
  readonly leniency?: Leniency;
  /** Makes the objects in `folder`; what is missing, where it cannot. */
  readonly make: (folder: string) => readonly Specimen[] | string;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CORPUS = at("../corpus/");
const GOLDEN = at("../../golden/");
const cases = readdirSync(GOLDEN).filter((name) => existsSync(join(GOLDEN, name, "prog.c")));

/** Compiles C files, each in its own folder, and leaves out those that the compiler refuses. */
function compile(
  compiler: string,
  flags: readonly string[],
  sources: readonly { readonly name: string; readonly file: string }[],
  folder: string,
  suffix: string,
): Specimen[] {
  mkdirSync(folder, { recursive: true });
  return sources.flatMap(({ name, file }) => {
    const object = join(folder, `${name}${suffix}.o`);
    const args = ["-O2", "-g", "-w", ...flags, "-c", basename(file), "-o", object];
    return tryRun(compiler, args, { cwd: join(file, ".."), timeout: 60_000 }).status === 0
      ? [{ name: `${name}${suffix}`, file: object }]
      : [];
  });
}

const corpus = readdirSync(CORPUS)
  .filter((name) => name.endsWith(".c"))
  .map((name) => ({ name: name.slice(0, -2), file: join(CORPUS, name) }));
const goldens = cases.map((name) => ({ name, file: join(GOLDEN, name, "prog.c") }));

function clang(version: number, identical: boolean, bothOrders: boolean): Maker {
  return {
    name: `clang ${version}`,
    least: bothOrders ? 120 : 60,
    identical,
    make: (folder) => {
      const compiler = judge(`clang-${version}`, `apt: clang-${version}`);
      const strip = judge("llvm-strip-22", "apt: llvm-22");
      if (compiler === undefined || strip === undefined)
        return `clang-${version} or llvm-strip-22 (apt: clang-${version} llvm-22)`;
      const common = ["-fno-addrsig", "-fdebug-compilation-dir=.", "-fno-crash-diagnostics", "-target"];
      const made = [
        ...compile(compiler, [...common, "bpfel", "-mcpu=v3"], corpus, folder, "-el"),
        ...(bothOrders ? compile(compiler, [...common, "bpfeb", "-mcpu=v2"], corpus, folder, "-eb") : []),
      ];
      run(strip, ["-g", ...made.map(({ file }) => file)]);
      return made;
    },
  };
}

/** Objects of releases that cannot be installed here: test/fixtures/clang/README.md says where they are from. */
function kept(release: number): Maker {
  return {
    name: `clang ${release}`,
    least: 20,
    make: () => {
      const folder = at(`../fixtures/clang/${release}/`);
      return readdirSync(folder)
        .sort()
        .map((name) => ({ name, file: join(folder, name) }));
    },
  };
}

const gcc: Maker = {
  name: "gcc 12",
  least: 140,
  leniency: { anyLinkage: true, places: true, clones: true },
  make: (folder) => {
    const compiler = judge("bpf-gcc", "apt: gcc-bpf");
    if (compiler === undefined) return "bpf-gcc (apt: gcc-bpf)";
    return [
      ...compile(compiler, ["-gbtf", "-mlittle-endian"], [...corpus, ...goldens], folder, "-el"),
      ...compile(
        compiler,
        ["-gbtf", "-mbig-endian"],
        corpus.filter(({ name }) => /^(call|map)/.test(name)),
        folder,
        "-eb",
      ),
    ];
  },
};

const rust: Maker = {
  name: "rustc",
  least: 4,
  leniency: { mangled: true },
  make: (folder) => {
    const [rustc, llc] = [judge("rustc", "rustup"), judge("llc-22", "apt: llvm-22")];
    if (rustc === undefined || llc === undefined) return "rustc (rustup) or llc-22 (apt: llvm-22)";
    mkdirSync(folder, { recursive: true });
    // What bpf-linker does with the crates of a program: the target's objects are LLVM bitcode.
    return ["bpfel", "bpfeb"].flatMap((target) =>
      ["0", "2"].map((level) => {
        const name = `probe-${target}-O${level}`;
        const [bitcode, file] = [join(folder, `${name}.bc`), join(folder, `${name}.o`)];
        const options = ["-C", "debuginfo=2", "-C", `opt-level=${level}`, "-C", "panic=abort"];
        run(
          rustc,
          [
            "--edition",
            "2024",
            "--target",
            `${target}-unknown-none`,
            ...options,
            `--emit=obj=${bitcode}`,
            at("rust/probe.rs"),
          ],
          {
            timeout: 60_000,
            env: { RUSTC_BOOTSTRAP: "1" },
          },
        );
        run(llc, ["-mcpu=v3", "-filetype=obj", bitcode, "-o", file]);
        return { name, file };
      }),
    );
  },
};

/** bpftool's linker: each golden alone, and with its neighbour where the two have no name in common. */
const linked: Maker = {
  name: "bpftool gen object",
  least: 100,
  make: (folder) => {
    const bpftool = judge("bpftool", "apt: bpftool");
    if (bpftool === undefined) return "bpftool (apt: bpftool)";
    mkdirSync(folder, { recursive: true });
    const link = (name: string, inputs: readonly string[]): Specimen[] => {
      const file = join(folder, `${name}.o`);
      return tryRun(bpftool, ["gen", "object", file, ...inputs]).status === 0 ? [{ name, file }] : [];
    };
    const object = (name: string): string => join(GOLDEN, name, "clang.o");
    return cases.flatMap((name, i) => {
      const next = cases[i + 1];
      return [
        ...link(name, [object(name)]),
        ...(next === undefined ? [] : link(`${name}+${next}`, [object(name), object(next)])),
      ];
    });
  },
};

/** Objects as tools leave them: DWARF beside BTF or alone, BTF of pahole, without .BTF.ext, common symbols. */
const leftovers: Maker = {
  name: "leftovers",
  least: 22,
  leniency: { anyLinkage: true },
  make: (folder) => {
    const [compiler, objcopy, pahole] = [
      judge("clang-14", "apt: clang-14"),
      judge("llvm-objcopy-22", "apt: llvm-22"),
      judge("pahole", "apt: dwarves"),
    ];
    if (compiler === undefined || objcopy === undefined || pahole === undefined)
      return "clang-14, llvm-objcopy-22 or pahole (apt: dwarves)";
    const chosen = ["call-global", "data-plain", "map-hash", "types-lists", "code-memory"];
    const sources = corpus.filter(({ name }) => chosen.includes(name));
    const common = { name: "common", file: at("common.c") };
    const made = compile(
      compiler,
      ["-target", "bpf", "-gdwarf-4", "-fcommon"],
      [common, ...sources],
      folder,
      "",
    );
    const without = (sections: readonly string[]): string[] =>
      sections.flatMap((name) => ["--remove-section", name, "--remove-section", `.rel${name}`]);
    const copies = made.flatMap(({ name, file }) => {
      const copy = (suffix: string): Specimen => ({
        name: `${name}-${suffix}`,
        file: join(folder, `${name}-${suffix}.o`),
      });
      const [noExt, dwarf, encoded, both] = [copy("noext"), copy("dwarf"), copy("pahole"), copy("both")];
      run(objcopy, [...without([".BTF.ext"]), file, noExt.file]);
      run(objcopy, [...without([".BTF", ".BTF.ext"]), file, dwarf.file]);
      copyFileSync(dwarf.file, encoded.file);
      copyFileSync(file, both.file);
      for (const target of [encoded.file, both.file]) tryRun(pahole, ["-J", target]);
      return [noExt, dwarf, encoded, both];
    });
    return [...made, ...copies];
  },
};

/** Objects in a Go module that modules/go.mod pins. */
function goModule(name: string, module: string, least: number, wanted: (path: string) => boolean): Maker {
  return {
    name,
    least,
    make: () => {
      const go = judge("go", "https://go.dev/dl");
      if (go === undefined) return "go (https://go.dev/dl)";
      const { stdout } = tryRun(go, ["mod", "download", "-json", module], {
        cwd: at("modules/"),
        env: { GOPROXY: "off", GOFLAGS: "-mod=mod" },
      });
      const folder = (JSON.parse(stdout === "" ? "{}" : stdout) as { Dir?: string }).Dir;
      if (folder === undefined) return `the Go module ${module} (go mod download, in test/corpora/modules)`;
      return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((path) => /\.(o|elf)$/.test(path) && wanted(path))
        .sort()
        .map((path) => ({ name: path, file: join(folder, path) }));
    },
  };
}

const golden: Maker = {
  name: "the goldens",
  least: 90,
  identical: true,
  make: (folder) => {
    mkdirSync(folder, { recursive: true });
    return cases.map((name) => {
      const file = join(folder, `${name}.o`);
      copyFileSync(join(GOLDEN, name, "clang.o"), file);
      return { name, file };
    });
  },
};

/** The kernel's own list of types, as a C header: made once a run. */
const VMLINUX = "/sys/kernel/btf/vmlinux";

const tools: Maker = {
  name: "tools against vmlinux.h",
  least: 12,
  identical: true,
  make: (folder) => {
    const [compiler, strip, bpftool] = [
      judge("clang-22", "apt: clang-22"),
      judge("llvm-strip-22", "apt: llvm-22"),
      judge("bpftool", "apt: bpftool"),
    ];
    if (compiler === undefined || strip === undefined || bpftool === undefined)
      return "clang-22, llvm-strip-22 or bpftool";
    if (!existsSync(VMLINUX)) return `${VMLINUX} (a kernel with BTF)`;
    if (!existsSync("/usr/include/bpf/bpf_helpers.h")) return "bpf/bpf_helpers.h (apt: libbpf-dev)";
    mkdirSync(folder, { recursive: true });
    const header = join(folder, "vmlinux.h");
    run("sh", ["-c", `"$0" btf dump file ${VMLINUX} format c > "$1"`, bpftool, header]);
    const sources = readdirSync(at("vmlinux/"))
      .filter((name) => name.endsWith(".c"))
      .map((name) => ({ name: name.slice(0, -2), file: join(at("vmlinux/"), name) }));
    const flags = [
      "-target",
      "bpf",
      "-D__TARGET_ARCH_x86",
      `-I${folder}`,
      "-fno-addrsig",
      "-fdebug-compilation-dir=.",
    ];
    const made = compile(compiler, flags, sources, folder, "");
    run(strip, ["-g", ...made.map(({ file }) => file)]);
    return made;
  },
};

export const MAKERS: readonly Maker[] = [
  golden,
  clang(22, true, true),
  clang(16, false, false),
  clang(14, false, false),
  clang(13, false, false),
  kept(10),
  kept(11),
  kept(12),
  kept(21),
  gcc,
  rust,
  linked,
  leftovers,
  goModule("cilium/ebpf", "github.com/cilium/ebpf", 100, () => true),
  goModule(
    "inspektor-gadget",
    "github.com/inspektor-gadget/inspektor-gadget",
    20,
    (path) => /^pkg\/gadgets\/(top|trace|snapshot)\//.test(path) && !path.includes("arm64"),
  ),
  goModule("netobserv", "github.com/netobserv/netobserv-ebpf-agent", 4, () => true),
  tools,
];

/** Names that appear in REFUSED stand for all variants of an object. */
export function plainName(name: string): string {
  return basename(name)
    .replace(/\.(o|elf)$/, "")
    .replace(/-(el|eb|bpfel|bpfeb)(-O\d)?$/, "");
}
