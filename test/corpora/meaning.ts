// Whether two object files mean the same, as other tools see them: llvm-objdump reads the code, llvm-readelf the symbols,
// bpftool the types. Nothing here uses the code under test. What follows from layout is no difference: addresses, the
// order of sections, symbols and types, which symbol a relocation goes by, and types that nothing needs.

import { readFileSync } from "node:fs";
import { type Section, sectionsOf } from "../golden-diff.js";
import { tryRun } from "../loaders/run.js";
import { describeTypes } from "./types.js";

export interface Tools {
  readonly objdump: string;
  readonly readelf: string;
  readonly bpftool: string;
}

/** What a maker's objects may have otherwise, each with a reason where it is set (makers.ts). */
export interface Leniency {
  /** FUNC and VAR records may say any linkage: see types.ts. */
  readonly anyLinkage?: boolean;
  /** FUNC records get the names of the symbols, which the kernel compares with nothing: rustc's are not those. */
  readonly mangled?: boolean;
  /** gcc's clones of functions (isra, constprop) have no FUNC, and get one: the kernel wants them of all or of none. */
  readonly clones?: boolean;
  /** Fields of references to functions and maps hold the place of their target: binutils 2.40. */
  readonly places?: boolean;
}

interface Symbol {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly type: string;
  readonly binding: string;
  readonly visibility: string;
  /** Index of the section header, "UND", "COM" or "ABS". */
  readonly section: string;
}

/** Facts about one object, as lines that may be compared. */
export type Facts = Readonly<Record<"symbols" | "code" | "data" | "types", readonly string[]>>;

/**
 * The facts of each file. In those of `legacy`, maps of the section `maps` become BTF-defined ones, which look otherwise
 * everywhere but in the code. Those of `bare` have no .BTF, or get some: no types are compared, and no static variables,
 * which are constants without a name then. llvm-objdump and llvm-readelf run once for all of them.
 */
export function factsOf(
  files: readonly string[],
  tools: Tools,
  leniency: Leniency,
  legacy: ReadonlySet<string>,
  bare: ReadonlySet<string>,
): Map<string, Facts> {
  const options = { timeout: 120_000 };
  // llvm-objdump reads all files of a run in the byte order of the first one.
  const orders = [true, false].map((little) =>
    files.filter((file) => (readFileSync(file)[5] === 1) === little),
  );
  const disassembled = new Map(
    orders
      .filter((order) => order.length > 0)
      .flatMap((order) => [
        ...byFile(
          tryRun(tools.objdump, ["-d", "-r", "-l", ...order], options).stdout,
          order,
          (file) => `${file}:\tfile format`,
        ),
      ]),
  );
  const listed = byFile(tryRun(tools.readelf, ["-sW", ...files], options).stdout, files, (file) =>
    files.length === 1 ? "" : `File: ${file}`,
  );
  return new Map(
    files.map((file) => {
      const symbols = symbolsOf(listed.get(file) ?? "").filter(
        ({ type, binding }) => !(bare.has(file) && type === "OBJECT" && binding === "LOCAL"),
      );
      const bytes = readFileSync(file);
      const sections = sectionsOf(bytes);
      const code = codeOf(disassembled.get(file) ?? "", symbols, sections, bytes[5] === 1, leniency);
      const asked = {
        names: new Set(symbols.map(({ name }) => name)),
        undefined: new Set(symbols.filter(({ section }) => section === "UND").map(({ name }) => name)),
        roots: code.flatMap((func) =>
          [...func.matchAll(/^CO-RE <\w+> ((?:struct|union|enum) \w+|\w+)/gm)].map((m) => m[1]!),
        ),
        mangled: leniency.mangled === true,
        anyLinkage: leniency.anyLinkage === true,
        without: legacy.has(file) ? "maps" : undefined,
      };
      const types = bare.has(file) ? [] : describeTypes(tools.bpftool, file, asked);
      return [
        file,
        {
          symbols: symbols.flatMap((symbol) => symbolLine(symbol, sections, legacy.has(file))).sort(),
          code,
          data: symbols.flatMap((symbol) => dataLine(symbol, sections, leniency)).sort(),
          types,
        },
      ];
    }),
  );
}

/** The first few differences, in words; none where both mean the same. */
export function compareFacts(before: Facts, after: Facts): string[] {
  return (["symbols", "code", "data", "types"] as const).flatMap((what) => {
    const left = new Set(before[what]);
    const right = new Set(after[what]);
    const lost = before[what].filter((line) => !right.has(line));
    const made = (line: string): boolean => what === "types" && isMadeUp(line, before.types);
    const gained = after[what].filter((line) => !left.has(line) && !made(line));
    const counts =
      before[what].length !== after[what].length
        ? [`${before[what].length} lines, now ${after[what].length}`]
        : [];
    const lines = [
      ...counts,
      ...lost.slice(0, 3).map((line) => `- ${line}`),
      ...gained.slice(0, 3).map((line) => `+ ${line}`),
    ];
    return lost.length + gained.length > 0 ? [`${what}: ${lines.join(" | ").replaceAll("\n", " / ")}`] : [];
  });
}

/** A FUNC or VAR that an object lacks is made up: the loaders want them of all functions or of none. */
function isMadeUp(line: string, types: readonly string[]): boolean {
  const name = /^(?:func|var) \S+ /.exec(line)?.[0];
  return name !== undefined && types.length > 0 && !types.some((other) => other.startsWith(name));
}

/** Splits what a tool says of several files; it says them in the order of its arguments. */
function byFile(text: string, files: readonly string[], head: (file: string) => string): Map<string, string> {
  const parts = new Map<string, string>();
  let from = 0;
  for (const [i, file] of files.entries()) {
    const start = text.indexOf(head(file), from);
    if (start < 0) continue;
    const next = files[i + 1];
    const end = next === undefined ? -1 : text.indexOf(head(next), start + 1);
    parts.set(file, text.slice(start, end < 0 ? undefined : end));
    from = end < 0 ? start : end;
  }
  return parts;
}

function symbolsOf(text: string): Symbol[] {
  return text.split("\n").flatMap((line) => {
    const match = /^ *\d+: ([0-9a-f]+) +(\d+|0x[0-9a-f]+) (\w+) +(\w+) +(\w+) +(\w+) ?(.*)$/.exec(line);
    if (match === null) return [];
    const [, value, size, type, binding, visibility, section, name] = match as unknown as string[];
    return [
      {
        name: name!,
        value: Number.parseInt(value!, 16),
        size: Number(size),
        type: type!,
        binding: binding!,
        visibility: visibility!,
        section: section!,
      },
    ];
  });
}

/** The compiler's own names (.L.str, gcc's CSWTCH.1) have no meaning, and their bytes are told by who points at them. */
function isNamed({ type, name, binding }: Symbol): boolean {
  return (
    (type === "FUNC" || type === "OBJECT") && !(binding === "LOCAL" && /^(\.L|CSWTCH\.)|\.\d+$/.test(name))
  );
}

function symbolLine(symbol: Symbol, sections: readonly Section[], legacy: boolean): string[] {
  const { name, type, binding, visibility, section, size } = symbol;
  if (section === "UND") return name === "" ? [] : [`${name} undefined ${binding} ${visibility}`];
  if (section === "COM") return [`${name} OBJECT ${binding} ${visibility} .bss ${size}`];
  if (!isNamed(symbol)) return [];
  const own = sections[Number(section)]?.name ?? "";
  if (legacy && (own === "maps" || own === ".maps")) return [`${name} map`];
  return [`${name} ${type} ${binding} ${visibility} ${own} ${size}`];
}

/** The bytes of a variable. */
function dataLine(symbol: Symbol, sections: readonly Section[], leniency: Leniency): string[] {
  if (symbol.section === "COM") return [`${symbol.name} = `];
  const section = sections[Number(symbol.section)];
  if (section === undefined || symbol.type !== "OBJECT" || !isNamed(symbol) || /^\.?maps$/.test(section.name))
    return [];
  if (leniency.places === true && section.name.startsWith(".struct_ops")) return [];
  const bytes = section.bytes.subarray(symbol.value, symbol.value + symbol.size);
  return [`${symbol.name} = ${Buffer.from(bytes).toString("hex")}`];
}

/** One entry a function: its instructions, with names for what they refer to, and its source lines. */
function codeOf(
  text: string,
  symbols: readonly Symbol[],
  sections: readonly Section[],
  little: boolean,
  leniency: Leniency,
): string[] {
  const functions: string[] = [];
  let section = -1;
  let func: Line[] = [];
  let left = 0;
  const finish = (): void => {
    if (func.length > 0) functions.push(func.map((line) => spell(line, section)).join("\n"));
    func = [];
  };
  for (const line of text.split("\n")) {
    const opened = /^Disassembly of section (.*):$/.exec(line)?.[1];
    const label = /^[0-9a-f]{16} <(.*)>:$/.exec(line)?.[1];
    const insn = /^ +(\d+):\t((?:[0-9a-f]{2} ?)+)\t(.*)$/.exec(line);
    const relocation = /^\t\t[0-9a-f]+: {2}(R_BPF_\w+|CO-RE)\s+(.*)$/.exec(line);
    if (opened !== undefined) {
      finish();
      section = sections.findIndex(
        ({ name, header }) => name === opened && (header[1]! & SHF_EXECINSTR) !== 0n,
      );
      left = 0;
    } else if (label !== undefined) {
      const symbol = symbols.find(
        ({ type, name, section: index }) => type === "FUNC" && name === label && Number(index) === section,
      );
      if (symbol === undefined) continue; // a label inside a function
      finish();
      func = [{ words: `${symbol.name} in ${sections[section]!.name}:` }];
      left = symbol.size;
    } else if (insn !== null && left <= 0) {
      finish(); // dead code, which a static linker left
    } else if (insn !== null) {
      const bytes = Buffer.from(insn[2]!.replaceAll(" ", ""), "hex");
      left -= bytes.length;
      func.push({ words: insn[3]!.replace(/ <.*>$/, ""), bytes, slot: Number(insn[1]) });
    } else if (relocation?.[1] === "CO-RE") {
      // The id of the root type is a matter of layout; its name is told.
      const asksId = relocation[2]!.includes("type_id>");
      if (asksId && func.length > 0) func.push({ words: func.pop()!.words.replace(/= .* ll$/, "= id ll") });
      if (func.length > 0) func.push({ words: `CO-RE ${relocation[2]!.replace(/\[\d+\] /, "")}` });
    } else if (relocation !== null && func.length > 0) {
      func.push({ ...func.pop()!, by: relocation[2]!.trim() });
    } else if (/^; .*:\d+$/.test(line) && left > 0) {
      func.push({ words: line });
    }
  }
  finish();
  if (text.includes("Disassembly") && !functions.some((lines) => lines.includes("\n")))
    throw new Error(`no code in: ${text.slice(0, 500)}`);
  return functions.sort();

  function spell({ words, bytes, slot, by }: Line, own: number): string {
    if (bytes === undefined || slot === undefined) return words;
    const imm = little ? bytes.readInt32LE(4) : bytes.readInt32BE(4);
    const call = bytes[0] === CALL && (bytes[1] === 0x10 || bytes[1] === 0x01); // src 1, in either byte order
    if (by === undefined) return call ? `call ${nameAt(own, (slot + imm + 1) * SLOT)}` : words;
    const named = symbols.find(({ name, type }) => name === by && type !== "SECTION");
    const place = named?.value ?? 0;
    const misplaced =
      leniency.places === true &&
      place > 0 &&
      (named?.type === "FUNC" || sections[Number(named?.section)]?.name === ".maps") &&
      imm === (bytes[0] === CALL ? place - 1 : place);
    if (misplaced) return `${/^(r\d+ = |call )/.exec(words)?.[0]}${by}${bytes[0] === CALL ? "" : " ll"}`;
    const index = named === undefined ? sections.findIndex(({ name }) => name === by) : Number(named.section);
    if (bytes[0] === CALL) return `call ${index >= 0 ? nameAt(index, place + (imm + 1) * SLOT) : by}`;
    const register = /^(r\d+) = /.exec(words)?.[1] ?? words;
    return `${register} = ${index >= 0 ? nameAt(index, place + imm) : by} ll`;
  }

  function nameAt(where: number, offset: number): string {
    const covers = ({ section: index, value, size }: Symbol): boolean =>
      Number(index) === where && value <= offset && (offset < value + size || offset === value);
    const found = symbols.find((symbol) => isNamed(symbol) && covers(symbol));
    if (found !== undefined)
      return offset === found.value ? found.name : `${found.name}+${offset - found.value}`;
    const bytes = sections[where]?.bytes.subarray(offset, offset + 8) ?? new Uint8Array(0);
    return `constant ${Buffer.from(bytes).toString("hex")}`;
  }
}

/** An instruction, or a remark of llvm-objdump's between two. */
interface Line {
  readonly words: string;
  readonly bytes?: Buffer;
  /** From the start of the section. */
  readonly slot?: number;
  /** The symbol or section that a relocation names. */
  readonly by?: string;
}

const CALL = 0x85;
const SLOT = 8;
const SHF_EXECINSTR = 4n;
