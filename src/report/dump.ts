// A Dump as text for people: what a loader sees, in the order in which one looks: the maps, the programs with their
// source lines, the data, the types. Tables are only as wide as what is in them.

import type { Dump, DumpFunction, DumpInsn } from "./dump-model.js";
import { type Paint, plain, table } from "./text.js";

/** How a dump is shown, and how much of it. */
export interface DumpOptions {
  /** Styles for terminals; none by default. */
  readonly paint?: Paint;
  /** The bytes of each instruction beside it. */
  readonly bytes?: boolean;
  /** Only what lies in this section. */
  readonly section?: string | undefined;
  /** Only this function. */
  readonly function?: string | undefined;
}

/** What is left of a dump when only one section or one function is wanted. */
export function filterDump(dump: Dump, { section, function: name }: DumpOptions): Dump {
  if (section === undefined && name === undefined) return dump;
  const inSection = (one: { readonly section: string }): boolean =>
    section === undefined || one.section === section;
  const functions = dump.functions.filter(
    (one) => inSection(one) && (name === undefined || one.name === name),
  );
  if (name !== undefined) {
    return {
      ...dump,
      sections: [],
      symbols: [],
      relocations: [],
      maps: [],
      variables: [],
      functions,
      types: [],
    };
  }
  return {
    ...dump,
    sections: dump.sections.filter((one) => one.name === section),
    symbols: dump.symbols.filter(inSection),
    relocations: dump.relocations.filter(inSection),
    maps: section === ".maps" ? dump.maps : [],
    variables: dump.variables.filter(inSection),
    functions,
    types: [],
  };
}

/**
 * The whole text, with a line end. What nobody loads, the sections of DWARF, is one line of it, as long as nobody asks for such a
 * section: there are more of them than of all others, and more relocations.
 */
export function printDump(whole: Dump, options: DumpOptions = {}): string {
  const paint = options.paint ?? plain;
  const { dump, note } = options.section === undefined ? withoutDwarf(whole) : { dump: whole, note: [] };
  const { file, byteOrder, license } = dump;
  const about = [`${byteOrder} endian`, ...(license === undefined ? [] : [`license "${license}"`])];
  const parts = [`${paint("title", file)}: eBPF object, ${about.join(", ")}`];
  // A part that would be empty has no title either.
  const part = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) parts.push([paint("title", title), ...lines.map((line) => `  ${line}`)].join("\n"));
  };
  part("sections", [
    ...table(
      ["name", "type", "flags", "size", "align", "relocations"],
      dump.sections.map((s) => [s.name, s.type, s.flags, s.size, s.align, s.relocations || ""]),
    ),
    ...note.map((line) => paint("dim", line)),
  ]);
  part(
    "symbols",
    table(
      ["name", "binding", "type", "visibility", "section", "value", "size"],
      dump.symbols.map((s) => [
        s.name,
        s.binding,
        s.type,
        s.visibility === "default" ? "" : s.visibility,
        s.section === "" ? "(undefined)" : s.section,
        s.value,
        s.size,
      ]),
    ),
  );
  part(
    "relocations",
    table(
      ["section", "offset", "type", "symbol"],
      dump.relocations.map((r) => [r.section, r.offset, r.type, r.symbol]),
    ),
  );
  part(
    "maps",
    dump.maps.flatMap(({ name, members, initial }) => {
      const text = members.map(([key, value]) => `${paint("dim", key)} ${value}`).join(", ");
      const slots = initial.map((one) => `  ${paint("dim", `[${one.slot}]`)} ${one.name}`);
      return [`${paint("name", name)}: ${text}`, ...slots];
    }),
  );
  part(
    "data",
    dump.variables.map(({ section, declaration, value }) => {
      const initial = value === undefined ? "" : ` = ${value}`;
      return `${paint("dim", section)}  ${declaration}${initial}`;
    }),
  );
  for (const func of dump.functions) parts.push(printFunction(func, paint, options.bytes ?? false));
  part(
    "types",
    dump.types.flatMap((type) => type.split("\n")),
  );
  return `${parts.join("\n\n")}\n`;
}

/** What is left of a dump without DWARF, and the line that stands for it. */
function withoutDwarf(whole: Dump): { readonly dump: Dump; readonly note: readonly string[] } {
  const isDwarf = (name: string): boolean => name.startsWith(".debug_");
  const dump: Dump = {
    ...whole,
    sections: whole.sections.filter(({ name }) => !isDwarf(name)),
    symbols: whole.symbols.filter(({ section }) => !isDwarf(section)),
    relocations: whole.relocations.filter(({ section }) => !isDwarf(section)),
  };
  const counts = (["section", "symbol", "relocation"] as const).map((what) => {
    const count = whole[`${what}s`].length - dump[`${what}s`].length;
    return `${count} ${what}${count === 1 ? "" : "s"}`;
  });
  if (dump.sections.length === whole.sections.length) return { dump, note: [] };
  return { dump, note: [`and DWARF, shown by --section and --json: ${counts.join(", ")}`] };
}

/** The prototype, then each instruction under its label and its source line, with a literal or a CO-RE access behind "#". */
function printFunction(func: DumpFunction, paint: Paint, showBytes: boolean): string {
  const { prototype, section, binding, instructions, size } = func;
  const linkage = binding === "global" || binding === "none" ? "" : `${binding}, `;
  const count = `${instructions.length} instruction${instructions.length === 1 ? "" : "s"}`;
  const lines = [
    `${paint("title", prototype)}  ${paint("dim", `${linkage}section ${section}, ${count}, ${size} bytes`)}`,
  ];
  const width = String(instructions.at(-1)?.slot ?? 0).length;
  let shown = "";
  for (const insn of instructions) {
    const source = sourceLine(insn);
    if (insn.label !== undefined) lines.push(paint("name", `${insn.label}:`));
    if (source !== "" && source !== shown) lines.push(paint("source", `  ; ${source}`));
    if (source !== "") shown = source;
    const note = insn.core ?? (insn.literal === undefined ? undefined : JSON.stringify(insn.literal));
    // A wide instruction has two slots: the second line holds the bytes of the other one.
    const [bytes = "", more] = showBytes ? byteColumns(insn.bytes) : [];
    const slot = paint("dim", String(insn.slot).padStart(width));
    const text = `${insn.text}${note === undefined ? "" : paint("dim", `  # ${note}`)}`;
    lines.push(`  ${slot}  ${paint("dim", bytes)}${text}`);
    if (more !== undefined) lines.push(`  ${" ".repeat(width)}  ${paint("dim", more.trimEnd())}`);
  }
  for (const { name, targets } of func.jumpTables)
    lines.push(`  ${paint("name", name)}: ${targets.join(" ")}`);
  return lines.join("\n");
}

/** The bytes of each slot, with a space behind each byte and one more at the end. */
function byteColumns(hex: string): readonly string[] {
  return hex.match(/.{1,16}/g)?.map((slot) => `${slot.replaceAll(/../g, "$& ")} `) ?? [];
}

/** `prog.c:12  return 0;`; "" where nothing is known. Neighbours of one line are shown once. */
function sourceLine({ source }: DumpInsn): string {
  if (source === undefined || (source.line === 0 && source.text === "")) return "";
  const file = source.file.slice(source.file.lastIndexOf("/") + 1);
  return `${file}:${source.line}  ${source.text.trim()}`.trimEnd();
}
