// What random programs are made of: structs, variables, functions and maps, each with the files that define it and those
// that use it. Texts are C with one mark: `name$2` is what only file 2 knows by that name. In the file it is `name`; where
// all are one file, `name___2`.

import type { Random } from "../../fuzz/random.js";

export interface Struct {
  readonly name: string;
  readonly text: string;
  /** Structs that lie in it. */
  readonly inside: readonly Struct[];
  /** Members that are numbers, as `.a` or `.b[1]`. */
  readonly numbers: readonly string[];
  /** A C initializer with other numbers each time. */
  readonly value: () => string;
}

/** How the copies of a name stand to each other; losers have other values, equals have the same. */
export type Pattern = "strong" | "weak" | "weak twice" | "strong and weak";

export interface Definition {
  readonly file: number;
  readonly weak: boolean;
  /** The text that counts where all files are one. */
  readonly wins: boolean;
}

export interface Variable {
  readonly name: string;
  readonly struct: Struct | undefined;
  readonly constant: boolean;
  readonly section: string;
  /** The declarator with its type. */
  readonly spelled: string;
  /** Numbers in it, from its name on. */
  readonly numbers: readonly string[];
  /** Definitions that are all weak have one value, so that it does not matter which counts. */
  readonly value: () => string;
  readonly definitions: readonly Definition[];
}

export interface Callee {
  readonly name: string;
  /** Calls go to higher levels only. */
  readonly level: number;
  readonly signature: (typeof SIGNATURES)[number];
  readonly struct: Struct;
  readonly definitions: readonly Definition[];
}

export interface SharedMap {
  readonly name: string;
  readonly value: "u64" | Struct;
  readonly members: readonly string[];
  readonly definitions: readonly Definition[];
}

export const SIGNATURES = ["number", "numbers", "struct", "nothing"] as const;

const NUMBERS = ["unsigned char", "unsigned short", "u32", "u64", "u32", "_Bool"] as const;
/** What bpftool links as we do. */
export const PLAIN: readonly Pattern[] = ["strong"];
/** Functions have other bodies each time. */
export const OF_FUNCTIONS: readonly Pattern[] = ["strong", "weak", "strong and weak", "strong and weak"];
const OF_DATA: readonly Pattern[] = [...OF_FUNCTIONS, "weak twice"];

export function makeStructs(random: Random): Struct[] {
  const structs: Struct[] = [];
  for (let i = 0; i < 2 + random.below(2); i++) structs.push(makeStruct(random, `s${i}`, structs));
  return structs;
}

function makeStruct(random: Random, name: string, others: readonly Struct[]): Struct {
  const members: string[] = [];
  const inside: Struct[] = [];
  const numbers: string[] = [];
  const values: (() => string)[] = [];
  const number = (): string => String(1 + random.below(100));
  for (let i = 0; i < 2 + random.below(3); i++) {
    const member = "abcd"[i]!;
    const form = i === 0 ? 0 : random.below(6);
    const inner = others.length > 0 ? random.pick(others) : undefined;
    if (form === 1) {
      members.push(`u32 ${member}[3];`);
      numbers.push(`.${member}[0]`, `.${member}[2]`);
      values.push(() => `.${member} = { ${number()}, 2, ${number()} }`);
    } else if (form === 2) {
      members.push(`u32 ${member} : ${3 + random.below(9)};`);
      numbers.push(`.${member}`);
      values.push(() => `.${member} = ${random.below(8)}`);
    } else if (form === 3) {
      // Pointers go anywhere, to structs that are not known yet, too.
      members.push(`struct s${random.below(3)} *${member};`);
    } else if (form === 4 && inner !== undefined) {
      members.push(`struct ${inner.name} ${member};`);
      inside.push(inner);
      numbers.push(...inner.numbers.map((path) => `.${member}${path}`));
      values.push(() => `.${member} = ${inner.value()}`);
    } else {
      members.push(`${random.pick(NUMBERS)} ${member};`);
      numbers.push(`.${member}`);
      values.push(() => `.${member} = ${number()}`);
    }
  }
  const text = `struct ${name} { ${members.join(" ")} };`;
  return { name, text, inside, numbers, value: () => `{ ${values.map((value) => value()).join(", ")} }` };
}

export function makeDefinitions(random: Random, files: number, patterns: readonly Pattern[]): Definition[] {
  const pattern = random.pick(patterns);
  const first = random.below(files);
  const second = (first + 1 + random.below(files - 1)) % files;
  switch (pattern) {
    case "strong":
      return [{ file: first, weak: false, wins: true }];
    case "weak":
      return [{ file: first, weak: true, wins: true }];
    case "weak twice":
      return [
        { file: first, weak: true, wins: true },
        { file: second, weak: true, wins: false },
      ];
    case "strong and weak":
      return [
        { file: first, weak: false, wins: true },
        { file: second, weak: true, wins: false },
      ];
  }
}

export function makeVariable(
  random: Random,
  name: string,
  structs: readonly Struct[],
  files: number,
  plain: boolean,
): Variable {
  const struct = random.once(3) ? random.pick(structs) : undefined;
  const length = struct === undefined && random.once(3) ? 2 + random.below(4) : 0;
  const type = struct === undefined ? random.pick(NUMBERS.slice(0, 5)) : `struct ${struct.name}`;
  const constant = random.once(4);
  const base = constant ? ".rodata" : random.once(3) ? ".bss" : ".data";
  const section = random.once(4) ? `${base}.${random.pick(["x", "y"])}` : base;
  const value = (): string => {
    if (base === ".bss") return "";
    if (struct !== undefined) return ` = ${struct.value()}`;
    return length > 0 ? ` = { ${1 + random.below(200)}, 7 }` : ` = ${1 + random.below(200)}`;
  };
  const fixed = value();
  const definitions = makeDefinitions(random, files, plain ? PLAIN : OF_DATA);
  const numbers = struct?.numbers ?? (length > 0 ? ["[0]", `[${length - 1}]`] : [""]);
  return {
    name,
    struct,
    constant,
    section,
    spelled: `${constant ? "const volatile " : ""}${type} ${name}${length > 0 ? `[${length}]` : ""}`,
    numbers: numbers.map((path) => `${name}${path}`),
    value: definitions.every(({ weak }) => weak) ? () => fixed : value,
    definitions,
  };
}

export function makeMap(
  random: Random,
  name: string,
  structs: readonly Struct[],
  files: number,
  plain: boolean,
): SharedMap {
  const value = random.once(2) ? random.pick(structs) : "u64";
  const members = [
    `__uint(type, ${random.pick([1, 2])});`, // BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY
    `__uint(max_entries, ${2 + random.below(4)});`,
    "__type(key, u32);",
    `__type(value, ${value === "u64" ? value : `struct ${value.name}`});`,
  ];
  return { name, value, members, definitions: makeDefinitions(random, files, plain ? PLAIN : OF_DATA) };
}

/** With a struct's name where a pointer to it is taken, or with the names of parameters. */
export function prototypeOf({ name, signature, struct }: Callee): string {
  switch (signature) {
    case "number":
      return `u32 ${name}(u32 a)`;
    case "numbers":
      return `u64 ${name}(u32 a, u64 b)`;
    case "struct":
      return `u32 ${name}(struct ${struct.name} *p)`;
    case "nothing":
      return `int ${name}(void)`;
  }
}
