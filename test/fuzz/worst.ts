// Small inputs that once cost a hundred times what their bytes are worth. What they have in common: something is said
// once and asked for by thousands, or claimed and not stored. A few lines make each, as large as it must be to hurt.

import { SHF_ALLOC, SHF_MERGE, SHF_STRINGS, SHT_NOBITS, writeElf } from "../../src/elf/index.js";
import { buildObject, type InputFile } from "../../src/index.js";

export interface WorstInput {
  readonly name: string;
  make(): InputFile;
}

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

const ir = (document: unknown): InputFile => ({
  name: "worst.json",
  bytes: new TextEncoder().encode(JSON.stringify(document)),
});

function object(document: unknown): InputFile {
  const { bytes, diagnostics } = buildObject({ name: "worst.json", text: JSON.stringify(document) });
  if (bytes === undefined) throw new Error(diagnostics[0]?.message);
  return { name: "worst.o", bytes };
}

const program = (code: readonly unknown[], more: object = {}): unknown => ({
  license: "GPL",
  programs: [{ name: "prog", section: "xdp", code: [...code, "r0 = 0", "exit"] }],
  ...more,
});

const core = (type: string, access: string, more: object = {}): unknown => ({
  insn: "r0 = 0",
  core: { kind: "field_byte_offset", type, access, ...more },
});

const members = (count: number): string => times(count, (i) => `int member${i};`).join(" ");

export const WORST: readonly WorstInput[] = [
  {
    name: "strings of a section that stores nothing",
    make: () => ({
      name: "worst.o",
      bytes: writeElf({
        little: true,
        sections: [
          {
            name: ".rodata.str1.1",
            type: SHT_NOBITS,
            flags: SHF_ALLOC | SHF_MERGE | SHF_STRINGS,
            align: 1,
            entsize: 1,
            size: 4_000_000,
            bytes: new Uint8Array(0),
            relocations: [],
          },
        ],
        symbols: [],
      }),
    }),
  },
  {
    name: "one CO-RE access of thousands of members, a thousand times",
    make: () => {
      const depth = 2000;
      const types = times(depth, (i) => `struct s${i} { ${i === 0 ? "int" : `struct s${i - 1}`} m; };`);
      const access = times(depth, () => "0").join(":");
      return object(
        program(
          times(1000, () => core(`struct s${depth - 1}`, access, { as_given: true })),
          { types },
        ),
      );
    },
  },
  {
    name: "a wide struct, and an access to each of its members",
    make: () =>
      object(
        program(
          times(1500, (i) => core("struct wide", `member${i}`)),
          { types: [`struct wide { ${members(3000)} };`] },
        ),
      ),
  },
  {
    name: "accesses to members that a wide struct nearly has",
    make: () =>
      ir(
        program(
          times(1000, (i) => core("struct wide", `membre${i}`)),
          { types: [`struct wide { ${members(10_000)} };`] },
        ),
      ),
  },
];
