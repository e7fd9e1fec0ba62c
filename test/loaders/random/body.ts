// Bodies of random functions: statements that change `acc` by what they find in variables, maps, literals, other functions
// and the kernel. What a statement needs its file to declare is noted on the way.

import type { Random } from "../../fuzz/random.js";
import type { Callee, SharedMap, Struct, Variable } from "./model.js";

/** All that files share. */
export interface World {
  readonly random: Random;
  /** Of what bpftool links as we do. */
  readonly plain: boolean;
  readonly structs: readonly Struct[];
  readonly variables: readonly Variable[];
  readonly callees: readonly Callee[];
  readonly maps: readonly SharedMap[];
}

/** What a file must declare or define for its bodies. */
export class FileNeeds {
  readonly file: number;
  /** Structs of which members are used, by name. */
  readonly structs = new Set<Struct>();
  readonly variables = new Set<Variable>();
  readonly callees = new Set<Callee>();
  /** Their names belong to static functions here. */
  readonly hiddenCallees = new Set<Callee>();
  readonly maps = new Set<SharedMap>();
  /** Declarations of names of the kernel. */
  readonly outside = new Set<string>();
  /** Declarations of weak names that nobody defines. */
  readonly nobodys = new Set<string>();
  /** Static functions and variables that were used, with their texts. */
  readonly statics = new Map<string, string>();

  constructor(file: number) {
    this.file = file;
  }

  addStruct(struct: Struct): void {
    this.structs.add(struct);
    for (const inner of struct.inside) this.addStruct(inner);
  }
}

const WORDS = ["alpha", "beta", "an alpha", "wide alpha", "a", "gamma"] as const;
/** Members that struct task_struct has in every kernel. */
const MEMBERS = ["int pid", "int tgid", "unsigned int flags", "int prio", "char comm[16]"] as const;

/** `level`: that of the function; only higher ones are called. */
export function makeBody(world: World, needs: FileNeeds, level: number, start: string): string {
  const { random } = world;
  const lines = [`u32 acc = ${start};`];
  const leaf = level >= LEAF;
  for (let i = 0; i < 2 + random.below(leaf ? 2 : 4); i++) {
    const make = random.pick(leaf ? LEAF_STATEMENTS : STATEMENTS);
    lines.push(make(world, needs, level) ?? `acc = acc * 31 + ${random.below(1000)};`);
  }
  return `{ ${lines.join(" ")} return acc & 0xffff; }`;
}

/** Functions of this level call none. */
export const LEAF = 3;

type Statement = (world: World, needs: FileNeeds, level: number) => string | undefined;

const readVariable: Statement = ({ random, variables }, needs) => {
  const variable = random.pick(variables);
  needs.variables.add(variable);
  if (variable.struct !== undefined) needs.addStruct(variable.struct);
  return `acc = acc * 7 + (u32)${random.pick(variable.numbers)};`;
};

const writeVariable: Statement = ({ random, variables }, needs) => {
  const variable = random.pick(variables);
  if (variable.constant) return undefined;
  needs.variables.add(variable);
  if (variable.struct !== undefined) needs.addStruct(variable.struct);
  return `${random.pick(variable.numbers)} += acc & 3;`;
};

/** A static variable; files may have one of the same name. */
const useStatic: Statement = (world, needs) => {
  const { random } = world;
  const name = staticName(world, needs, "own");
  if (!needs.statics.has(name)) {
    const section = random.once(4) ? ` SEC("${random.pick([".data.x", ".bss.x"])}")` : "";
    const value = section.includes("bss") || random.once(3) ? "" : ` = ${1 + random.below(50)}`;
    needs.statics.set(name, `static u32 ${name}${section}${value};`);
  }
  return `${name} += 3; acc += ${name};`;
};

const constantTable: Statement = (world, needs) => {
  const { random } = world;
  const name = staticName(world, needs, "table");
  const values = [0, 0, 0, 0].map(() => random.below(500)).join(", ");
  const fixed = random.once(2) ? "const volatile" : "const";
  if (!needs.statics.has(name)) needs.statics.set(name, `static ${fixed} u32 ${name}[4] = { ${values} };`);
  return `acc += ${name}[acc & 3];`;
};

const callStatic: Statement = (world, needs, level) => {
  const { random } = world;
  if (level >= LEAF) return undefined;
  const name = staticName(world, needs, "help");
  if (!needs.statics.has(name)) {
    needs.statics.set(name, ""); // while its body is made
    const body = makeBody(world, needs, LEAF, "x");
    needs.statics.set(name, `static ${random.once(4) ? "" : "noinline "}u32 ${name}(u32 x) ${body}`);
  }
  return `acc += ${name}(acc & 255);`;
};

const callBack: Statement = (world, needs, level) => {
  const { random } = world;
  if (level >= LEAF) return undefined;
  const name = staticName(world, needs, "each");
  if (!needs.statics.has(name)) {
    const text = `static long ${name}(u32 i, u32 *sum) { *sum += i * ${1 + random.below(50)}; return 0; }`;
    needs.statics.set(name, text);
  }
  return `{ u32 sum = 1; loop(3, ${name}, &sum, 0); acc += sum; }`;
};

const callShared: Statement = (world, needs, level) => {
  const { random, variables } = world;
  const callees = world.callees.filter((callee) => callee.level > level && !needs.hiddenCallees.has(callee));
  if (callees.length === 0) return undefined;
  const callee = random.pick(callees);
  const { name, signature, struct } = callee;
  needs.callees.add(callee);
  switch (signature) {
    case "number":
      return `acc += ${name}(acc & 1023);`;
    case "numbers":
      return `acc += ${name}(acc & 7, ${random.below(100)});`;
    case "nothing":
      return `acc += ${name}();`;
    case "struct": {
      // The type of the variable need not be known here.
      const variable = variables.find((each) => each.struct === struct && !each.constant);
      if (variable !== undefined && random.once(2)) {
        needs.variables.add(variable);
        return `acc += ${name}(&${variable.name});`;
      }
      needs.addStruct(struct);
      return `{ struct ${struct.name} local = {}; local${struct.numbers[0]} = acc & 1; acc += ${name}(&local); }`;
    }
  }
};

const useMap: Statement = ({ random, maps }, needs) => {
  const map = random.pick(maps);
  needs.maps.add(map);
  const key = random.below(2);
  if (map.value === "u64")
    return `{ u32 k = ${key}; u64 n = acc & 63; update(&${map.name}, &k, &n, 0); u64 *v = lookup(&${map.name}, &k); if (v) acc += ++*v; }`;
  needs.addStruct(map.value);
  const member = map.value.numbers[0]!;
  return `{ u32 k = ${key}; struct ${map.value.name} n; __builtin_memset(&n, 0, sizeof(n)); n${member} = acc & 1; update(&${map.name}, &k, &n, 0); struct ${map.value.name} *v = lookup(&${map.name}, &k); if (v) acc += v->${member.slice(1)} + 5; }`;
};

const compareLiteral: Statement = ({ random, plain }) => {
  // We store equal ones once, and ends of others not at all.
  const text = plain ? `text ${random.below(1_000_000)}` : random.pick(WORDS);
  return `{ char b[8] = {}; b[0] = 'a' + (acc & 3); acc += compare(b, 8, "${text}") + 100; }`;
};

const chooseByTable: Statement = ({ random }) => {
  const cases = [0, 1, 2, 3, 4].map((n) => `case ${n}: acc += ${random.below(400)}; break;`);
  return `switch (acc & 7) { ${cases.join(" ")} default: acc += 9; }`;
};

/** Files declare other parts of the same struct of the kernel. */
const relocate: Statement = ({ random }, needs) => {
  const name = `task_struct$${needs.file}`;
  const key = `struct ${name}`;
  if (!needs.statics.has(key)) {
    const members = MEMBERS.filter((member) => member === "int pid" || random.once(2));
    needs.statics.set(
      key,
      `struct ${name} { ${members.join("; ")}; } __attribute__((preserve_access_index));`,
    );
  }
  const info = random.below(3); // BPF_CORE_FIELD_BYTE_OFFSET, _SIZE, _EXISTS
  return `acc += __builtin_preserve_field_info(((struct ${name} *)0)->pid, ${info});`;
};

const askKernel: Statement = ({ random }, needs) => {
  const [declaration, statement] = random.pick(OF_KERNEL);
  needs.outside.add(declaration);
  return statement;
};

const OF_KERNEL: readonly (readonly [string, string])[] = [
  ['extern int LINUX_KERNEL_VERSION SEC(".kconfig");', "acc += LINUX_KERNEL_VERSION;"],
  ['extern _Bool CONFIG_BPF_SYSCALL SEC(".kconfig");', "acc += CONFIG_BPF_SYSCALL;"],
  ['extern u32 CONFIG_NO_SUCH SEC(".kconfig") weak;', "acc += CONFIG_NO_SUCH + 1;"],
  ['extern const void _printk SEC(".ksyms");', "acc += (u64)&_printk >> 60;"],
  ['extern const void no_such_symbol SEC(".ksyms") weak;', "acc += &no_such_symbol ? 5 : 6;"],
  [
    'void bpf_rcu_read_lock(void) SEC(".ksyms"); void bpf_rcu_read_unlock(void) SEC(".ksyms");',
    "bpf_rcu_read_lock(); acc++; bpf_rcu_read_unlock();",
  ],
  ['void no_such_kfunc(int) SEC(".ksyms") weak;', "if (no_such_kfunc) no_such_kfunc(1);"],
];

/** Weak names that no file defines: loaders refuse them, so that they are 0 where all files are one. */
const askNobody: Statement = ({ random, plain }, needs) => {
  if (plain) return undefined;
  if (random.once(2)) {
    needs.nobodys.add("extern u32 gone weak;");
    return "acc += NOBODY(&gone, gone);";
  }
  needs.nobodys.add("extern u32 absent(u32) weak;");
  return "acc += NOBODY(absent, absent(1));";
};

const LEAF_STATEMENTS: readonly Statement[] = [
  readVariable,
  writeVariable,
  useStatic,
  constantTable,
  chooseByTable,
  compareLiteral,
  askKernel,
];

const STATEMENTS: readonly Statement[] = [
  ...LEAF_STATEMENTS,
  readVariable,
  callStatic,
  callBack,
  callShared,
  callShared,
  callShared,
  useMap,
  useMap,
  relocate,
  askNobody,
];

/** One of two names, the same ones in every file; or that of a function that this file has no other use for. */
function staticName({ random, plain, callees }: World, needs: FileNeeds, kind: string): string {
  const { file } = needs;
  if (plain) return `${kind}_${file}`;
  const free = callees.find(
    (callee) => !needs.callees.has(callee) && !callee.definitions.some((each) => each.file === file),
  );
  if (kind !== "help" || free === undefined || !random.once(6)) return `${kind}${random.below(2)}$${file}`;
  needs.hiddenCallees.add(free);
  return `${free.name}$${file}`;
}
