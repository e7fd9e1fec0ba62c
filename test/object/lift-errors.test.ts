// What lift refuses or leaves out, and how it says so: clang's objects with one thing changed each.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { assert, Log } from "../../src/base/index.js";
import {
  type BtfExt,
  type BtfExtSection,
  type BtfType,
  decodeBtf,
  decodeBtfExt,
  encodeBtf,
  encodeBtfExt,
} from "../../src/btf/index.js";
import {
  type ElfObject,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  readElf,
  writeElf,
} from "../../src/elf/index.js";
import { liftFile } from "../../src/inspect-files.js";
import { assemble, lift } from "../../src/object/index.js";

function golden(name: string): ElfObject {
  const file = fileURLToPath(new URL(`../../golden/${name}/clang.o`, import.meta.url));
  const object = readElf(readFileSync(file), name, new Log());
  assert(object !== undefined, `golden ${name} must be readable`);
  return object;
}

/** Objects are linked by identity, so that a changed section is the old one with other contents. */
function change<T extends object>(thing: T | undefined, fields: Partial<T>): void {
  assert(thing !== undefined, "what is to be changed must exist");
  // Not assigned: what a reader makes when it is asked for has no place to assign to.
  Object.defineProperties(thing, Object.getOwnPropertyDescriptors(fields));
}

function section(object: ElfObject, name: string): ElfSection {
  const found = object.sections.find((s) => s.name === name);
  assert(found !== undefined, `section ${name} must exist`);
  return found;
}

function symbol(object: ElfObject, name: string): ElfSymbol {
  const found = object.symbols.find((s) => s.name === name);
  assert(found !== undefined, `symbol ${name} must exist`);
  return found;
}

function without(object: ElfObject, ...names: string[]): ElfObject {
  return { ...object, sections: object.sections.filter((s) => !names.includes(s.name)) };
}

/** Writes a byte of a section, in a copy. */
function poke(s: ElfSection, offset: number, ...values: number[]): void {
  const bytes = Uint8Array.from(s.bytes);
  bytes.set(values, offset);
  change(s, { bytes });
}

const ORIGIN = { file: "", section: ".BTF", base: 0 };

/** Changes each type that `edit` answers for. */
function editTypes(object: ElfObject, edit: (type: BtfType) => BtfType | undefined): void {
  const s = section(object, ".BTF");
  const decoded = decodeBtf(s.bytes, ORIGIN, new Log());
  assert(decoded !== undefined, ".BTF must be sound");
  for (const id of decoded.types.ids()) {
    const edited = edit(decoded.types.at(id));
    if (edited !== undefined) decoded.types.set(id, edited);
  }
  const bytes = encodeBtf(decoded.types, decoded.strings, decoded.little);
  change(s, { bytes, size: bytes.length });
}

function editRecords(object: ElfObject, edit: (section: BtfExtSection) => BtfExtSection): void {
  const btf = decodeBtf(section(object, ".BTF").bytes, ORIGIN, new Log());
  const s = section(object, ".BTF.ext");
  const ext: BtfExt | undefined = btf && decodeBtfExt(s.bytes, btf.strings, ORIGIN, new Log());
  assert(btf !== undefined && ext !== undefined, ".BTF.ext must be sound");
  const { bytes } = encodeBtfExt({ sections: ext.sections.map(edit) }, btf.strings, btf.little);
  change(s, { bytes });
}

function legacy(words: readonly number[]): ElfObject {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  const none: readonly ElfRelocation[] = [];
  const maps = {
    name: "maps",
    type: 1,
    flags: 3,
    align: 4,
    entsize: 0,
    size: bytes.length,
    bytes,
    relocations: none,
  };
  const map = { name: "m", binding: 1, type: 1, visibility: 0, section: maps, value: 0, size: bytes.length };
  return { little: true, sections: [maps], symbols: [map] };
}

interface Case {
  readonly code: string;
  readonly what: string;
  readonly make: () => ElfObject;
  /** Section and offset of the first such message. */
  readonly at: readonly [string, number];
}

/** An object and a change to it. */
function changed(name: string, edit: (object: ElfObject) => void): () => ElfObject {
  return () => {
    const object = golden(name);
    edit(object);
    return object;
  };
}

const ERRORS: readonly Case[] = [
  {
    code: "object/section-type",
    what: "an array of constructors",
    make: changed("07-globals", (o) => change(section(o, ".data"), { type: 14 })),
    at: [".data", 0],
  },
  {
    code: "object/two-sections",
    what: "two .BTF",
    make: () => {
      const object = golden("01-minimal");
      return { ...object, sections: [...object.sections, section(object, ".BTF")] };
    },
    at: [".BTF", 0],
  },
  {
    code: "object/byte-order",
    what: ".BTF of the other byte order",
    make: () => ({ ...golden("01-minimal"), little: false }),
    at: [".BTF", 0],
  },
  {
    code: "object/endless-type",
    what: "ten thousand pointers to pointers",
    make: changed("01-minimal", (o) => {
      const s = section(o, ".BTF");
      const decoded = decodeBtf(s.bytes, ORIGIN, new Log());
      assert(decoded !== undefined, ".BTF must be sound");
      const first = decoded.types.size + 1;
      for (let i = 0; i < 10_000; i++) decoded.types.add({ kind: "ptr", type: i === 0 ? 0 : first + i - 1 });
      decoded.types.add({ kind: "var", name: "deep", type: decoded.types.size, linkage: "global" });
      const bytes = encodeBtf(decoded.types, decoded.strings, decoded.little);
      change(s, { bytes, size: bytes.length });
    }),
    at: [".BTF", 0],
  },
  {
    code: "object/symbol",
    what: "a binding of the system",
    make: changed("01-minimal", (o) => change(symbol(o, "prog"), { binding: 10 })),
    at: ["socket", 0],
  },
  {
    code: "object/symbol",
    what: "a internal symbol",
    make: changed("01-minimal", (o) => change(symbol(o, "prog"), { visibility: 1 })),
    at: ["socket", 0],
  },
  {
    code: "object/overlap",
    what: "a function in another",
    make: () => {
      const object = golden("01-minimal");
      return { ...object, symbols: [...object.symbols, { ...symbol(object, "prog"), name: "again" }] };
    },
    at: ["socket", 0],
  },
  {
    code: "object/misaligned-code",
    what: "half an instruction",
    make: changed("01-minimal", (o) => change(symbol(o, "prog"), { size: 12 })),
    at: ["socket", 0],
  },
  {
    code: "object/map-without-type",
    what: "a map that BTF does not know",
    make: () => without(changed("05-map-in-map", () => {})(), ".BTF", ".BTF.ext"),
    at: [".maps", 0],
  },
  {
    code: "object/map-type",
    what: "a map that is a pointer",
    make: changed("03-maps-by-type", (o) =>
      editTypes(o, (t) =>
        t.kind === "struct" && t.members.some((m) => m.name === "max_entries")
          ? { kind: "ptr", type: 0 }
          : undefined,
      ),
    ),
    at: [".maps", 0],
  },
  {
    code: "object/map-member",
    what: "a member that is void",
    make: changed("03-maps-by-type", (o) =>
      editTypes(o, (t) =>
        t.kind === "struct"
          ? { ...t, members: t.members.map((m) => (m.name === "max_entries" ? { ...m, type: 0 } : m)) }
          : undefined,
      ),
    ),
    at: [".maps", 0],
  },
  {
    code: "object/legacy-definition",
    what: "a legacy map with an inner one",
    make: () => legacy([1, 4, 4, 1, 0, 7]),
    at: ["maps", 0],
  },
  {
    code: "object/map-bytes",
    what: "a map that stores a number",
    make: changed("03-maps-by-type", (o) => poke(section(o, ".maps"), 8, 1)),
    at: [".maps", 0],
  },
  {
    code: "object/two-relocations",
    what: "a relocation twice",
    make: changed("07-globals", (o) => {
      const code = section(o, "tc");
      change(code, { relocations: code.relocations.flatMap((r) => [r, r]) });
    }),
    at: ["tc", 0],
  },
  {
    code: "object/relocation",
    what: "a relocation of an exit",
    make: changed("07-globals", (o) => {
      const code = section(o, "tc");
      const [first] = code.relocations;
      assert(first !== undefined, "there are relocations");
      change(code, { relocations: [...code.relocations, { ...first, offset: code.size - 8 }] });
    }),
    at: ["tc", -8],
  },
  {
    code: "object/no-target",
    what: "an address in .BTF",
    make: changed("07-globals", (o) => {
      const [first] = section(o, "tc").relocations;
      assert(first !== undefined, "there are relocations");
      change(first, { symbol: { ...first.symbol, section: section(o, ".BTF") } });
    }),
    at: ["tc", 0],
  },
  {
    code: "object/between",
    what: "a relocation of half an instruction",
    make: changed("07-globals", (o) => change(section(o, "tc").relocations[0], { offset: 44 })),
    at: ["tc", 44],
  },
  {
    code: "object/two-core",
    what: "two CO-RE relocations of one instruction",
    make: changed("49-core", (o) => editRecords(o, (s) => ({ ...s, relos: s.relos.flatMap((r) => [r, r]) }))),
    at: ["", -1],
  },
  {
    code: "object/core",
    what: "a CO-RE relocation of a kind to come",
    make: changed("49-core", (o) =>
      editRecords(o, (s) => ({ ...s, relos: s.relos.map((r) => ({ ...r, kind: 99 })) })),
    ),
    at: ["", -1],
  },
  {
    code: "object/pointer-in-data",
    what: "the address of a variable in another",
    make: changed("08-values", (o) => {
      const holder = o.symbols.find((s) => s.section?.name === ".data" && s.size >= 8);
      const target = o.symbols.find((s) => s.section?.name === "license");
      assert(holder?.section !== undefined && target !== undefined, "there are variables");
      poke(holder.section, holder.value, 0, 0, 0, 0, 0, 0, 0, 0);
      change(holder.section, { relocations: [{ offset: holder.value, type: 2, symbol: target }] });
    }),
    at: [".data", -1],
  },
];

const WARNINGS: readonly Case[] = [
  {
    code: "object/code-without-type",
    what: "symbols that clang before 8 wrote",
    make: () => {
      const object = golden("01-minimal");
      const bare = (s: ElfSymbol) => (s.binding === 1 ? { ...s, type: 0, size: 0 } : s);
      return { ...without(object, ".BTF", ".BTF.ext"), symbols: object.symbols.map(bare) };
    },
    at: ["socket", 0],
  },
  {
    code: "object/dead-code",
    what: "a function without a symbol",
    make: () => {
      const object = golden("12-sections");
      return { ...object, symbols: object.symbols.filter((s) => s !== firstFunction(object)) };
    },
    at: ["", -1],
  },
  {
    code: "object/two-names",
    what: "another name in BTF",
    make: changed("01-minimal", (o) => change(symbol(o, "prog"), { name: "renamed" })),
    at: ["socket", 0],
  },
  {
    code: "object/variable-without-type",
    what: "a license without BTF",
    make: () => without(golden("01-minimal"), ".BTF", ".BTF.ext"),
    at: ["license", 0],
  },
  {
    code: "object/extern-without-type",
    what: "a name that BTF does not know",
    make: () => {
      const object = golden("01-minimal");
      const unknown = {
        name: "elsewhere",
        binding: 1,
        type: 0,
        visibility: 0,
        section: undefined,
        value: 0,
        size: 0,
      };
      return { ...object, symbols: [...object.symbols, unknown] };
    },
    at: ["", -1],
  },
  { code: "object/legacy-map", what: "a legacy map", make: () => legacy([1, 4, 4, 1, 0]), at: ["maps", 0] },
  {
    code: "object/dead-map",
    what: "a map without a symbol",
    make: () => {
      const object = golden("03-maps-by-type");
      const last = object.symbols
        .filter((s) => s.section?.name === ".maps")
        .sort((a, b) => b.value - a.value)[0];
      const text = section(object, ".text");
      return {
        little: object.little,
        sections: [text, section(object, ".maps"), section(object, ".BTF")],
        symbols: object.symbols.filter((s) => s !== last && s.section?.name === ".maps"),
      };
    },
    at: [".maps", -1],
  },
];

function firstFunction(object: ElfObject): ElfSymbol | undefined {
  return object.symbols.find((s) => s.type === 2);
}

/** All messages of a code, and the result. */
function told(
  object: ElfObject,
  code: string,
): { lifted: boolean; places: (readonly [string, number])[]; all: string[] } {
  const log = new Log();
  const module = lift(object, "a.o", log);
  const places = log.diagnostics
    .filter((d) => d.code === code)
    .map(({ at }) => (at.kind === "bytes" ? ([at.section, at.offset] as const) : (["", -1] as const)));
  return { lifted: module !== undefined, places, all: log.diagnostics.map((d) => d.message) };
}

/** -1 stands for any offset, "" for any section, other negative offsets count from the end of the section. */
function expectPlace(
  object: ElfObject,
  [name, offset]: readonly [string, number],
  places: readonly (readonly [string, number])[],
): void {
  expect(places.length, name).toBeGreaterThan(0);
  const [foundName, foundOffset] = places[0]!;
  if (name !== "") expect(foundName).toBe(name);
  const size = offset < -1 ? section(object, name).size : 0;
  if (offset !== -1) expect(foundOffset).toBe(offset + size);
}

describe("lift refuses", () => {
  it.each(ERRORS)("$what: $code", ({ code, make, at }) => {
    const object = make();
    const { lifted, places } = told(object, code);
    expect(lifted).toBe(false);
    expectPlace(object, at, places);
  });

  it("a jump out of its function: object/jump-target", () => {
    const object = golden("10-subprograms");
    const code = object.sections.filter((s) => (s.flags & 4) !== 0);
    const isJump = (byte: number | undefined) =>
      byte === 0x55 || byte === 0x15 || byte === 0x56 || byte === 0x16;
    const found = code.flatMap((s) =>
      Array.from({ length: s.size / 8 }, (_, i) => ({ s, at: i * 8 })).filter(({ at }) =>
        isJump(s.bytes[at]),
      ),
    )[0];
    assert(found !== undefined, "there is a jump");
    poke(found.s, found.at + 2, 0xff, 0x7f);
    const { lifted, places } = told(object, "object/jump-target");
    expect(lifted).toBe(false);
    expect(places).toEqual([[found.s.name, found.at]]);
  });

  it("a jump table that leads out of its function: object/jump-table", () => {
    const object = golden("54-jump-table");
    const tables = section(object, ".jumptables");
    poke(tables, 8, 0xff, 0xff);
    const { lifted, places } = told(object, "object/jump-table");
    expect(lifted).toBe(false);
    expect(places).toEqual([[".jumptables", 8]]);
  });
});

describe("lift places", () => {
  it("common symbols in .bss, each at its alignment", () => {
    const object = golden("01-minimal");
    const loose = { binding: 1, type: 1, visibility: 0, section: undefined, reserved: "common" } as const;
    const symbols: ElfSymbol[] = [
      ...object.symbols,
      { ...loose, name: "odd", value: 1, size: 3 },
      { ...loose, name: "wide", value: 16, size: 8 },
    ];
    const log = new Log();
    const module = lift({ ...object, symbols }, "a.o", log);
    const again = module && assemble(module, { little: true, cpu: undefined }, log);
    const placed = again?.symbols.filter(({ section: s }) => s?.name === ".bss");
    expect(placed?.map(({ name, value, size }) => [name, value, size])).toEqual([
      ["odd", 0, 3],
      ["", 0, 0],
      ["wide", 16, 8],
    ]);
  });
});

describe("an object of clang before 8, whose symbols have neither types nor sizes", () => {
  it("means what it means with them", () => {
    const object = golden("12-sections");
    const stripped = without(object, ".BTF", ".BTF.ext");
    const global = ({ binding }: ElfSymbol): boolean => binding === 1;
    const bare = object.symbols.map((s) => (global(s) ? { ...s, type: 0, size: 0 } : s));
    const again = (symbols: readonly ElfSymbol[]): Uint8Array => {
      const log = new Log();
      const module = lift({ ...stripped, symbols }, "a.o", log);
      const object = module && assemble(module, { little: true, cpu: undefined }, log);
      assert(object !== undefined, "it is lifted");
      return writeElf(object);
    };
    expect(object.symbols.filter(global).length).toBeGreaterThan(2);
    expect(again(bare)).toEqual(again(object.symbols));
  });
});

describe("lift warns of", () => {
  it.each(WARNINGS)("$what: $code", ({ code, make, at }) => {
    const object = make();
    const { lifted, places, all } = told(object, code);
    expect({ lifted, all: lifted ? [] : all }).toEqual({ lifted: true, all: [] });
    expectPlace(object, at, places);
  });
});

describe("an object that IR text does not give back", () => {
  const codesOf = (object: ElfObject): string[] =>
    liftFile({ name: "a.o", bytes: writeElf(object) }).diagnostics.map(({ code }) => code);

  it("has a warning where it means the same: ir/not-identical", () => {
    // libbpf reads a struct alike with and without kind_flag, where no member is a bit-field.
    const object = golden("08-values");
    editTypes(object, (type) => (type.kind === "struct" ? { ...type, bitfields: true } : undefined));
    expect(codesOf(object)).toEqual(["ir/not-identical"]);
  });

  it("is refused where it would mean something else: ir/lossy", () => {
    // No program can call a global function of six parameters.
    const object = golden("10-subprograms");
    editTypes(object, (type) =>
      type.kind === "func_proto" && type.params.length === 1
        ? { ...type, params: Array.from({ length: 6 }, (_, i) => ({ ...type.params[0]!, name: `p${i}` })) }
        : undefined,
    );
    expect(codesOf(object)).toEqual(["ir/lossy"]);
  });
});

describe("bytes that no variable explains", () => {
  it("are refused by name where they are megabytes", () => {
    const object = golden("07-globals");
    const bss = section(object, ".bss");
    change(bss, { size: bss.size + 8 * 1024 * 1024 });
    const log = new Log();
    expect(lift(object, "a.o", log)).toBeUndefined();
    expect(log.diagnostics.map((d) => d.code)).toContain("object/untyped-bytes");
  });
});
