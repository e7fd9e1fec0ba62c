// What readElf takes and refuses: clang's objects with one field changed each, and the place that the error names. The
// goldens say what a sound file is; llvm-objcopy makes the forms that clang does not.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { readElf, writeElf } from "../../src/elf/index.js";
import { describeWithJudge } from "../judges.js";

function golden(name: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../golden/${name}/clang.o`, import.meta.url)));
}

interface Patched {
  /** "" where it is not given. */
  readonly section?: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A file to be patched, with the offsets of its section headers by name (gABI, "Sections"). */
class Patch {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly little: boolean;
  readonly headers = new Map<string, number>();

  constructor(source: Uint8Array) {
    this.bytes = new Uint8Array(source);
    this.view = new DataView(this.bytes.buffer);
    this.little = this.bytes[5] === 1;
    const [table, count] = [this.u64(40), this.view.getUint16(60, this.little)];
    const strings = this.u64(table + 64 + 24); // .strtab is header 1
    for (let i = 1; i < count; i++) {
      const start = strings + this.view.getUint32(table + i * 64, this.little);
      this.headers.set(this.#text(start), table + i * 64);
    }
  }

  #text(start: number): string {
    return new TextDecoder().decode(this.bytes.subarray(start, this.bytes.indexOf(0, start)));
  }

  header(name: string): number {
    const at = this.headers.get(name);
    if (at === undefined) throw new Error(`no section ${name}`);
    return at;
  }

  /** Offset of the contents of a section. */
  contents(name: string): number {
    return this.u64(this.header(name) + 24);
  }

  u64(at: number): number {
    return Number(this.view.getBigUint64(at, this.little));
  }

  set(at: number, size: 1 | 2 | 4 | 8, value: number | bigint): this {
    if (size === 1) this.view.setUint8(at, Number(value));
    else if (size === 2) this.view.setUint16(at, Number(value), this.little);
    else if (size === 4) this.view.setUint32(at, Number(value), this.little);
    else this.view.setBigUint64(at, BigInt(value), this.little);
    return this;
  }

  /** The file as it now is, and where its error is expected. */
  error(at: { readonly section?: string; readonly offset: number }): Patched {
    return { ...at, bytes: this.bytes };
  }
}

interface Case {
  readonly code: string;
  readonly what: string;
  readonly patch: (p: Patch) => Patched;
}

const SYMBOL = 24;
const REL = 16;

const CASES: readonly Case[] = [
  { code: "elf/not-elf", what: "no magic number", patch: (p) => p.set(1, 1, 0x41).error({ offset: 0 }) },
  { code: "elf/not-elf", what: "an empty file", patch: () => ({ offset: 0, bytes: new Uint8Array(0) }) },
  {
    code: "elf/truncated",
    what: "half a header",
    patch: (p) => ({ offset: 0, bytes: p.bytes.subarray(0, 40) }),
  },
  { code: "elf/unsupported", what: "32 bits", patch: (p) => p.set(4, 1, 1).error({ offset: 4 }) },
  { code: "elf/unsupported", what: "no byte order", patch: (p) => p.set(5, 1, 3).error({ offset: 5 }) },
  { code: "elf/unsupported", what: "an executable", patch: (p) => p.set(16, 2, 2).error({ offset: 16 }) },
  { code: "elf/unsupported", what: "another machine", patch: (p) => p.set(18, 2, 62).error({ offset: 18 }) },
  {
    code: "elf/unsupported",
    what: "wide section headers",
    patch: (p) => p.set(58, 2, 80).error({ offset: 58 }),
  },
  {
    code: "elf/no-sections",
    what: "no count of sections",
    patch: (p) => p.set(60, 2, 0).error({ offset: 60 }),
  },
  {
    code: "elf/outside",
    what: "a table past the end",
    patch: (p) => p.set(40, 8, p.bytes.length - 64).error({ offset: 40 }),
  },
  {
    code: "elf/outside",
    what: "too many sections",
    patch: (p) => p.set(60, 2, 0xfeff).error({ offset: 40 }),
  },
  {
    code: "elf/outside",
    what: "a section past the end",
    patch: (p) => p.set(p.header(".BTF") + 32, 8, p.bytes.length).error({ offset: p.header(".BTF") + 24 }),
  },
  {
    code: "elf/outside",
    what: "a cut file",
    patch: (p) => ({ offset: 40, bytes: p.bytes.subarray(0, p.bytes.length - 1) }),
  },
  {
    code: "elf/too-large",
    what: "a size of 64 bits",
    patch: (p) => p.set(p.header(".BTF") + 32, 8, 1n << 63n).error({ offset: p.header(".BTF") + 32 }),
  },
  {
    code: "elf/bad-align",
    what: "an alignment of 3",
    patch: (p) => p.set(p.header(".data") + 48, 8, 3).error({ offset: p.header(".data") + 48 }),
  },
  {
    code: "elf/overlap",
    what: "two sections in one place",
    patch: (p) =>
      p.set(p.header(".BTF.ext") + 24, 8, p.contents(".BTF")).error({ offset: p.header(".BTF.ext") + 24 }),
  },
  { code: "elf/bad-link", what: "no names of sections", patch: (p) => p.set(62, 2, 2).error({ offset: 62 }) },
  {
    code: "elf/bad-link",
    what: "no names of symbols",
    patch: (p) => p.set(p.header(".symtab") + 40, 4, 99).error({ offset: p.header(".symtab") + 40 }),
  },
  {
    code: "elf/bad-link",
    what: "relocations of no section",
    patch: (p) => p.set(p.header(".reltc") + 44, 4, 1).error({ offset: p.header(".reltc") + 44 }),
  },
  {
    code: "elf/bad-link",
    what: "relocations without symbols",
    patch: (p) => p.set(p.header(".reltc") + 40, 4, 1).error({ offset: p.header(".reltc") + 40 }),
  },
  {
    code: "elf/bad-name",
    what: "a section name past the end",
    patch: (p) => p.set(p.header(".data"), 4, 0xffffff).error({ offset: p.header(".data") }),
  },
  {
    code: "elf/rela",
    what: "relocations with addends",
    patch: (p) => p.set(p.header(".reltc") + 4, 4, 4).error({ offset: p.header(".reltc") }),
  },
  {
    code: "elf/many-sections",
    what: "an extended symbol table",
    patch: (p) => p.set(p.header(".data") + 4, 4, 18).error({ offset: p.header(".data") }),
  },
  {
    code: "elf/two-symtabs",
    what: "a second symbol table",
    patch: (p) => p.set(p.header(".data") + 4, 4, 2).error({ offset: p.header(".symtab") }),
  },
  {
    code: "elf/bad-entsize",
    what: "symbols of 16 bytes",
    patch: (p) => p.set(p.header(".symtab") + 56, 8, 16).error({ offset: p.header(".symtab") + 56 }),
  },
  {
    code: "elf/bad-entsize",
    what: "half a relocation",
    patch: (p) => p.set(p.header(".reltc") + 32, 8, 24).error({ offset: p.header(".reltc") + 56 }),
  },
  {
    code: "elf/bad-symbol-section",
    what: "a symbol in the string table",
    patch: (p) =>
      p.set(p.contents(".symtab") + SYMBOL + 6, 2, 1).error({ section: ".symtab", offset: SYMBOL }),
  },
  {
    code: "elf/symbol-outside",
    what: "a symbol past its section",
    patch: (p) =>
      p.set(p.contents(".symtab") + SYMBOL + 8, 8, 1 << 30).error({ section: ".symtab", offset: SYMBOL }),
  },
  {
    code: "elf/bad-symbol-index",
    what: "a relocation to symbol 1000",
    patch: (p) => p.set(p.contents(".reltc") + REL + 12, 4, 1000).error({ section: ".reltc", offset: REL }),
  },
  {
    code: "elf/bad-symbol-index",
    what: "a relocation to no symbol",
    patch: (p) => p.set(p.contents(".reltc") + REL + 12, 4, 0).error({ section: ".reltc", offset: REL }),
  },
  {
    code: "elf/relocation-outside",
    what: "a relocation past its section",
    patch: (p) => p.set(p.contents(".reltc") + REL, 8, 1 << 20).error({ section: ".reltc", offset: REL }),
  },
  {
    code: "elf/long-names",
    what: "names that add up to more than their table",
    patch: () => longNames(),
  },
];

/** A table of one long string, and a symbol for each of its tails. */
function longNames(): Patched {
  const little = true;
  const object = readElf(golden("07-globals"), "prog.o", new Log());
  const section = object?.sections[0];
  const symbols = Array.from({ length: 2000 }, (_, i) => ({
    name: "x".repeat(i + 1),
    binding: 0,
    type: 0,
    visibility: 0,
    section,
    value: 0,
    size: 0,
  }));
  const bytes = writeElf({ little, sections: object?.sections.slice(0, 1) ?? [], symbols });
  const log = new Log();
  readElf(bytes, "prog.o", log);
  const at = log.diagnostics[0]?.at;
  // Which symbol breaks the budget is our own affair; that it is one of them is not.
  return { offset: at?.kind === "bytes" ? at.offset : -1, bytes };
}

describe("readElf", () => {
  it.each(CASES)("$code: $what", ({ code, patch }) => {
    const patched = new Patch(golden("07-globals"));
    const { section = "", offset, bytes } = patch(patched);
    const log = new Log();
    expect(readElf(bytes, "prog.o", log)).toBeUndefined();
    expect(log.diagnostics.map((d) => [d.code, d.at])).toEqual([
      [code, { kind: "bytes", file: "prog.o", section, offset }],
    ]);
  });

  it.each(["07-globals", "19-big-endian"])("gives back what writeElf writes: %s", (name) => {
    const object = readElf(golden(name), "prog.o", new Log());
    expect(Buffer.compare(writeElf(object!), golden(name))).toBe(0);
  });

  it("does not change the bytes that it is given", () => {
    const bytes = golden("05-map-in-map");
    const before = Uint8Array.from(bytes);
    readElf(bytes, "prog.o", new Log());
    expect(Buffer.compare(bytes, before)).toBe(0);
  });
});

describeWithJudge(
  "readElf, beside llvm",
  { "clang-22": "apt: clang-22", "llvm-readelf-22": "apt: llvm-22" },
  (tool) => {
    /** Sections and symbols as llvm-readelf names them, without what readElf takes apart. */
    function seenByLlvm(file: string): { sections: string[]; symbols: string[] } {
      const run = (...args: string[]) =>
        execFileSync(tool["llvm-readelf-22"], [...args, file], { encoding: "utf8" });
      const sections = [...run("-SW").matchAll(/^ {2}\[ *[1-9]\d*\] (\S+) +(\S+)/gm)]
        .filter(([, , type]) => !["STRTAB", "SYMTAB", "REL"].includes(type!))
        .map(([, name]) => name!);
      const symbols = [...run("-sW").matchAll(/^ +[1-9]\d*: ([0-9a-f]{16}) +(\d+) (\w+) +(\w+)/gm)].map(
        ([, value, size, type, binding]) => `${Number.parseInt(value!, 16)} ${size} ${type} ${binding}`,
      );
      return { sections, symbols };
    }

    const TYPES = ["NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE"];
    const BINDINGS = ["LOCAL", "GLOBAL", "WEAK"];

    it("reads an object with DWARF, a file name and common symbols as llvm-readelf does", () => {
      const folder = mkdtempSync(join(tmpdir(), "tsbpf-read-"));
      try {
        const file = join(folder, "a.o");
        const text = "int loose; int kept = 3; int f(int *p) { return *p + loose; }\n";
        execFileSync(
          tool["clang-22"],
          ["-x", "c", "-", "-O2", "-g", "-fcommon", "-target", "bpf", "-c", "-o", file],
          {
            input: text,
          },
        );
        const object = readElf(readFileSync(file), file, new Log());
        const seen = seenByLlvm(file);
        expect(object?.sections.map(({ name }) => name)).toEqual(seen.sections);
        expect(
          object?.symbols.map((s) => `${s.value} ${s.size} ${TYPES[s.type]} ${BINDINGS[s.binding]}`),
        ).toEqual(seen.symbols);
        expect(object?.symbols.some((symbol) => symbol.reserved === "common")).toBe(true);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  },
);
