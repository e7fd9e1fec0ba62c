// Objects of compilers and of other projects, read back and written again. clang 22's come out as the same files, older
// clangs' with the same sections. What cannot be lifted at all is listed here with its reason; nothing else may differ.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { type ElfObject, readElf, STT_FUNC, writeElf } from "../../src/elf/index.js";
import { assemble, liftWithLayout } from "../../src/object/index.js";
import { objectDiff } from "../golden-diff.js";
import { describeUnless, describeWithJudge, judge } from "../judges.js";
import { REFUSED, refusalOf } from "./refused.js";

const CORPUS = fileURLToPath(new URL("../corpus/", import.meta.url));
const CILIUM = fileURLToPath(new URL("../loaders/cilium/", import.meta.url));
const programs = readdirSync(CORPUS)
  .filter((name) => name.endsWith(".c"))
  .sort();

interface Again {
  readonly object: ElfObject;
  readonly bytes: Uint8Array | undefined;
  readonly errors: readonly string[];
}

function emitAgain(file: string): Again {
  const log = new Log();
  const object = readElf(readFileSync(file), basename(file), log);
  expect(log.diagnostics).toEqual([]);
  const module = liftWithLayout(object!, basename(file), log);
  const again = module && assemble(module, { little: object!.little, cpu: undefined }, log);
  const errors = log.diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
  return { object: object!, bytes: again && writeElf(again), errors: [...new Set(errors)] };
}

/** Compiles the whole corpus into `folder`, one object a program. A compiler that cannot do one leaves it out. */
function compileCorpus(clang: string, strip: string, flags: readonly string[], folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const common = ["-O2", "-g", "-fno-addrsig", "-fdebug-compilation-dir=.", "-w", ...flags];
  const made = programs.flatMap((name) => {
    const file = join(folder, name.replace(/c$/, "o"));
    const { status } = spawnSync(clang, [...common, "-c", name, "-o", file], {
      cwd: CORPUS,
      stdio: "ignore",
    });
    return status === 0 ? [file] : [];
  });
  execFileSync(strip, ["-g", ...made]);
  return made;
}

describeWithJudge(
  "the corpus, by clang 22",
  { "clang-22": "apt: clang-22", "llvm-strip-22": "apt: llvm-22" },
  (tool) => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tsbpf-corpus-"));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it("has its programs", () => {
      expect(programs.length).toBeGreaterThanOrEqual(60);
    });

    it.each([
      ["bpfel", "v1"],
      ["bpfeb", "v2"],
      ["bpfel", "v3"],
      ["bpfeb", "v3"],
      ["bpfel", "v4"],
      ["bpfeb", "v4"],
    ])(
      "comes back as the same files: %s, %s",
      (target, cpu) => {
        const flags = ["-target", target, `-mcpu=${cpu}`];
        const made = compileCorpus(
          tool["clang-22"],
          tool["llvm-strip-22"],
          flags,
          join(folder, target + cpu),
        );
        expect(made).toHaveLength(programs.length);
        const differences = made.flatMap((file) => {
          const { bytes, errors } = emitAgain(file);
          const difference = bytes === undefined ? errors.join() : objectDiff(bytes, readFileSync(file));
          return difference === "" ? [] : [`${basename(file)}: ${difference}`];
        });
        expect(differences).toEqual([]);
      },
      60_000,
    );
  },
);

describeWithJudge(
  "the corpus, by clang 14",
  { "clang-14": "apt: clang-14", "llvm-strip-14": "apt: llvm-14" },
  (tool) => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tsbpf-corpus14-"));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each([
      ["bpfel", "v1"],
      ["bpfeb", "v2"],
      ["bpfel", "v3"],
    ])(
      "comes back with the same sections: %s, %s",
      (target, cpu) => {
        const flags = ["-target", target, `-mcpu=${cpu}`];
        const made = compileCorpus(
          tool["clang-14"],
          tool["llvm-strip-14"],
          flags,
          join(folder, target + cpu),
        );
        expect(made.length).toBeGreaterThanOrEqual(60);
        const differing: Record<string, string[]> = {};
        for (const file of made) {
          const { object, bytes, errors } = emitAgain(file);
          // Symbols of labels (LBB0_1) are the one thing that clang 22 does not write.
          const again = bytes && readElf(bytes, file, new Log());
          const name = basename(file, ".o");
          const sections = again === undefined ? [...errors] : differingSections(object, again);
          if (sections.length > 0) differing[name] = sections;
        }
        expect(differing).toEqual({});
      },
      60_000,
    );
  },
);

/** Names of the sections whose headers or bytes differ, or that only one of the two has. */
function differingSections(theirs: ElfObject, ours: ElfObject): string[] {
  const describe = ({ sections }: ElfObject) =>
    new Map(
      sections.map((s) => [
        s.name,
        `${s.type} ${s.flags} ${s.align} ${s.size} ${Buffer.from(s.bytes).toString("hex")}`,
      ]),
    );
  const [left, right] = [describe(theirs), describe(ours)];
  return [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name));
}

/** The folder of the Go module that the loader tests pin. */
function ciliumFolder(): string | undefined {
  const go = judge("go", "https://go.dev/dl");
  if (go === undefined) return undefined;
  const { stdout } = spawnSync(go, ["list", "-m", "-f", "{{.Dir}}", "github.com/cilium/ebpf"], {
    cwd: CILIUM,
    encoding: "utf8",
  });
  return stdout.trim() === "" ? undefined : stdout.trim();
}

const cilium = ciliumFolder();
const objdump = judge("llvm-objdump-22", "apt: llvm-22");
const bpftool = judge("bpftool", "apt: bpftool");
const obstacle =
  cilium === undefined
    ? "the Go module github.com/cilium/ebpf is not there (go mod download, in test/loaders/cilium)"
    : objdump === undefined || bpftool === undefined
      ? "missing llvm-objdump-22 (apt: llvm-22) or bpftool (apt: bpftool)"
      : undefined;

describeUnless(obstacle, "the test objects of cilium/ebpf", () => {
  const files = readdirSync(cilium!, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".elf"))
    .sort();
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsbpf-cilium-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("are found", () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
  });

  it.each(files)("%s is the same program again", (name) => {
    const file = join(cilium!, name);
    const { bytes, errors } = emitAgain(file);
    const refused = refusalOf(name);
    if (refused !== undefined) {
      expect(errors).toEqual([refused.code]);
      return;
    }
    expect(errors).toEqual([]);
    const again = join(folder, basename(name));
    writeFileSync(again, bytes!);
    expect(instructionsOf(again)).toEqual(instructionsOf(file));
    // Legacy maps become BTF-defined ones, and what had no BTF gets some.
    if (!hasSection(file, "maps") && hasSection(file, ".BTF")) expect(typesOf(again)).toEqual(typesOf(file));
  });

  /** Disassembly by function, without encodings, numbers of labels, and code that no symbol names. */
  function instructionsOf(file: string): Record<string, string[]> {
    const text = execFileSync(objdump!, ["-d", "--no-show-raw-insn", "--no-leading-addr", file], {
      encoding: "utf8",
    });
    const { symbols } = readElf(readFileSync(file), file, new Log())!;
    const sizes = new Map(
      symbols.filter(({ type }) => type === STT_FUNC).map(({ name, size }) => [name, size]),
    );
    const functions: Record<string, string[]> = {};
    let lines: string[] = [];
    let left = 0;
    for (const line of text.split("\n")) {
      const name = /^<(.*)>:$/.exec(line.trim())?.[1];
      const size = name === undefined ? undefined : sizes.get(name);
      if (name !== undefined && size !== undefined) {
        lines = [];
        left = size;
        functions[name] = lines;
      } else if (/^\s/.test(line) && left > 0) {
        left -= line.endsWith("ll") ? 16 : 8;
        lines.push(plain(line));
      }
    }
    return functions;
  }

  /** What a relocation fills in is no part of the instruction, and neither is the name of a label. */
  function plain(line: string): string {
    return line
      .trim()
      .replace(/ <.*>$/, "")
      .replace(/^(call) -?(0x)?[0-9a-f]+$/, "$1")
      .replace(/= 0x[0-9a-f]+ ll$/, "= ll");
  }

  function hasSection(file: string, name: string): boolean {
    return readElf(readFileSync(file), file, new Log())!.sections.some((section) => section.name === name);
  }

  /** Records of BTF as bpftool prints them, without ids: their order is a matter of layout. */
  function typesOf(file: string): string[] {
    const text = execFileSync(bpftool!, ["btf", "dump", "file", file], { encoding: "utf8" });
    return text
      .split(/^\[/m)
      .map((record) =>
        record.replace(/^\d+\] /, "").replace(/(type_id|index_type_id|ret_type_id)=\d+/g, "$1"),
      )
      .filter((record) => record !== "")
      .sort();
  }
});

describe("lists of exceptions", () => {
  it("give a reason each", () => {
    const reasons = Object.values(REFUSED).map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason.length < 20)).toEqual([]);
  });
});
