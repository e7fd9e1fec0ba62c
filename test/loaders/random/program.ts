// Random programs of two to four C files, each also as the one file that they mean: types that some files only declare,
// names that are strong here and weak or extern there, statics of one name, shared maps, literals, names of the kernel,
// CO-RE. What a program returns depends on all that it touches, so that a wrong link shows in the kernel. All numbers are
// unsigned, calls make no circle, and every access is one that the verifier takes.

import { Random } from "../../fuzz/random.js";
import { FileNeeds, makeBody, type World } from "./body.js";
import {
  type Callee,
  type Definition,
  makeDefinitions,
  makeMap,
  makeStructs,
  makeVariable,
  OF_FUNCTIONS,
  PLAIN,
  prototypeOf,
  type SharedMap,
  SIGNATURES,
  type Struct,
} from "./model.js";

export interface RandomFile {
  readonly c: string;
  readonly clang: "clang-22" | "clang-14";
  readonly flags: readonly string[];
}

export interface RandomProgram {
  readonly files: readonly RandomFile[];
  /** The same in one file. */
  readonly whole: string;
  /** One definition of each name, no two statics of one name: bpftool has nothing to do otherwise than we do. */
  readonly plain: boolean;
  /** The names of its programs, in the order in which they run. */
  readonly programs: readonly string[];
}

/** What a file is made of, and what of it stands in the one file. */
interface Parts {
  readonly text: string;
  /** Names of the kernel. */
  readonly outside: readonly string[];
  readonly statics: readonly string[];
  readonly definitions: readonly string[];
}

const HELPERS = `static long (*compare)(const char *a, u32 size, const char *b) = (void *)182;
static long (*loop)(u32 count, void *body, void *context, u64 flags) = (void *)181;`;
/** Weak names that nobody defines are 0; no loader takes them, so that the one file has none. */
const NOBODY = { files: "#define NOBODY(name, use) (name ? use : 4)", whole: "#define NOBODY(name, use) 4" };
const LICENSE = 'char _license[] SEC("license") = "GPL";';
const HIDDEN = '__attribute__((visibility("hidden")))';

export function makeProgram(seed: number, number: number): RandomProgram {
  const random = new Random(seed, number);
  const plain = random.once(3);
  const count = 2 + random.below(3);
  const structs = makeStructs(random);
  const variables = many(4 + random.below(3), (i) => makeVariable(random, `v${i}`, structs, count, plain));
  const callees = many(2 + random.below(4), (i): Callee => {
    const level = 1 + random.below(3);
    const signature = random.pick(SIGNATURES);
    const definitions = makeDefinitions(random, count, plain ? PLAIN : OF_FUNCTIONS);
    return { name: `f${i}`, level, signature, struct: random.pick(structs), definitions };
  });
  const maps = many(1 + random.below(2), (i) => makeMap(random, `m${i}`, structs, count, plain));
  const world: World = { random, plain, structs, variables, callees, maps };
  const programs: string[] = [];
  const parts = many(count, (file) => makeFile(world, file, programs));
  return {
    files: parts.map(({ text }) => ({
      c: text.replace(MARK, "$1"),
      clang: !plain && random.once(4) ? "clang-14" : "clang-22",
      flags: !plain && random.once(4) ? ["-ffunction-sections"] : [],
    })),
    whole: wholeOf(world, parts).replace(MARK, "$1___$2"),
    plain,
    programs: programs.sort(),
  };
}

/** What only one file knows by this name, and the file. */
const MARK = /(\w+)\$(\d)/g;

function wholeOf({ structs, variables, callees }: World, parts: readonly Parts[]): string {
  const outside = new Set(parts.flatMap((part) => part.outside));
  const statics = parts.flatMap((part) => part.statics);
  const lines = [
    HELPERS,
    NOBODY.whole,
    ...structs.map(({ text }) => text),
    ...outside,
    ...variables.map(({ spelled }) => `extern ${spelled};`),
    ...callees.map((callee) => `${prototypeOf(callee)};`),
    ...statics.filter((text) => !isFunction(text)),
    ...statics.filter(isFunction).map(headOf),
    ...parts.flatMap(({ definitions }) => definitions.filter((text) => !isFunction(text))),
    ...statics.filter(isFunction),
    ...parts.flatMap(({ definitions }) => definitions.filter(isFunction)),
  ];
  return lines.join("\n");
}

function isFunction(text: string): boolean {
  return text.includes("return ");
}

/** The prototype of a function of which this is the text. */
function headOf(text: string): string {
  return `${text.slice(0, text.indexOf(" {"))};`;
}

function many<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function makeFile(world: World, file: number, programs: string[]): Parts {
  const { random } = world;
  const needs = new FileNeeds(file);
  const all: string[] = [];
  const winning: string[] = [];
  const isHere = (definition: Definition): boolean => definition.file === file;
  const hidden = (): string => (!world.plain && random.once(8) ? `${HIDDEN} ` : "");
  const define = ({ weak, wins }: Definition, text: string): void => {
    all.push(`${hidden()}${weak ? "weak " : ""}${text}`);
    if (wins) winning.push(text);
  };
  for (const callee of world.callees) {
    for (const definition of callee.definitions.filter(isHere)) {
      needs.callees.add(callee);
      define(definition, `noinline ${prototypeOf(callee)} ${bodyOf(world, needs, callee)}`);
    }
  }
  for (let i = 0; i < (file === 0 ? 1 : random.below(3)); i++) {
    const name = `prog_${"abcd"[file]}${i}`;
    programs.push(name);
    const body = makeBody(world, needs, 0, String(random.below(100)));
    const text = `SEC("syscall") int ${name}(void *ctx) ${body}`;
    all.push(text);
    winning.push(text);
  }
  for (const variable of world.variables) {
    for (const definition of variable.definitions.filter(isHere)) {
      if (variable.struct !== undefined) needs.addStruct(variable.struct);
      define(definition, `${variable.spelled} SEC("${variable.section}")${variable.value()};`);
    }
  }
  for (const map of world.maps) {
    for (const definition of map.definitions.filter(isHere)) {
      if (map.value !== "u64") needs.addStruct(map.value);
      define(definition, mapText(map, map.members));
    }
  }
  if (file === 0) winning.push(LICENSE);
  if (file === 0 || random.once(2)) all.push(LICENSE);
  const statics = [...needs.statics.values()];
  const text = [
    HELPERS,
    NOBODY.files,
    ...typesOf(world, needs),
    ...shuffled(random, [...declarations(world, needs, hidden), ...needs.nobodys]),
    ...shuffled(
      random,
      statics.filter((text) => !isFunction(text)),
    ),
    ...statics.filter(isFunction).map(headOf),
    ...shuffled(
      random,
      all.filter((text) => !isFunction(text)),
    ),
    ...shuffled(random, [...statics.filter(isFunction), ...all.filter(isFunction)]),
  ].join("\n");
  return { text, outside: [...needs.outside], statics, definitions: winning };
}

function bodyOf(world: World, needs: FileNeeds, callee: Callee): string {
  switch (callee.signature) {
    case "nothing":
      return makeBody(world, needs, callee.level, "1");
    case "number":
      return makeBody(world, needs, callee.level, "a");
    case "numbers":
      return makeBody(world, needs, callee.level, "a + (u32)b");
    case "struct":
      needs.addStruct(callee.struct);
      return makeBody(world, needs, callee.level, `p ? (u32)p->${callee.struct.numbers[0]!.slice(1)} : 5`);
  }
}

function mapText({ name }: SharedMap, members: readonly string[]): string {
  return `struct { ${members.join(" ")} } ${name} SEC(".maps");`;
}

/** Structs that the file looks into, in any order that C allows; of the others, a declaration. */
function typesOf({ random, structs }: World, needs: FileNeeds): string[] {
  const lines = structs.map(({ name }) => `struct ${name};`);
  const done = new Set<Struct>();
  const add = (struct: Struct): void => {
    if (done.has(struct)) return;
    done.add(struct);
    for (const inner of struct.inside) add(inner);
    lines.push(struct.text);
  };
  for (const struct of shuffled(random, [...needs.structs])) add(struct);
  return lines;
}

function declarations({ random, plain }: World, needs: FileNeeds, hidden: () => string): string[] {
  const isElsewhere = ({ definitions }: { readonly definitions: readonly Definition[] }): boolean =>
    definitions.every(({ file }) => file !== needs.file);
  const lines = [...needs.callees].map(
    (callee) => `${isElsewhere(callee) ? hidden() : ""}${prototypeOf(callee)};`,
  );
  for (const { spelled, section, definitions } of [...needs.variables].filter(isElsewhere)) {
    const named = !plain && definitions.length === 1 && random.once(3) ? ` SEC("${section}")` : "";
    const open = random.once(2) ? spelled.replace(/\[\d+\]$/, "[]") : spelled;
    lines.push(`${hidden()}extern ${open}${named}${!plain && random.once(5) ? " weak" : ""};`);
  }
  for (const variable of [...needs.variables].filter((variable) => !isElsewhere(variable)))
    lines.push(`extern ${variable.spelled};`);
  for (const map of needs.maps) {
    const some = plain
      ? map.members
      : map.members.filter((member) => member.includes("type") || random.once(2));
    if (isElsewhere(map)) lines.push(`extern ${mapText(map, some)}`);
  }
  return [...lines, ...needs.outside];
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
