// ElfObject -> Dump. Nothing here needs an object to be good: it shows what is there, also where no loader would take
// it, and what BTF does not explain is shown without BTF.

import { decodeUtf8, endlessRoom, type Log, type Room } from "../base/index.js";
import {
  type BtfExt,
  type CPrinter,
  cPrinter,
  declarationOrder,
  decodeBtf,
  decodeBtfExt,
  type TypeId,
  TypeTable,
} from "../btf/index.js";
import type { ElfObject, ElfSection } from "../elf/index.js";
import { type CodeInfo, type CodeRecords, dumpFunctions, thingsBySection } from "./dump-code.js";
import { dumpVariables } from "./dump-data.js";
import { dumpMaps } from "./dump-maps.js";
import type { Dump } from "./dump-model.js";
import {
  bindingName,
  flagLetters,
  relocationName,
  sectionTypeName,
  symbolTypeName,
  visibilityName,
} from "./elf-names.js";

/** As nm and objdump call them. */
const RESERVED = { absolute: "*ABS*", common: "*COM*" } as const;

/** What .BTF and .BTF.ext say; no types at all where they are missing or broken. */
interface DebugInfo {
  readonly types: TypeTable;
  /** One line for each part of a type, and one for a whole type. */
  readonly tall: CPrinter;
  readonly c: CPrinter;
  readonly ext: BtfExt | undefined;
}

/**
 * Everything that can be shown of an object. What is broken in its BTF goes to the log, as warnings would. `room` is for
 * the object of a stranger: where it runs out, the dump is not whole.
 */
export function dumpObject(object: ElfObject, file: string, log: Log, room: Room = endlessRoom()): Dump {
  const things = thingsBySection(object);
  const debug = readDebug(object, file, log);
  const license = object.sections.find(({ name }) => name === "license");
  // A name of a megabyte costs a stranger one record for each symbol that repeats it.
  for (const { name, section } of object.symbols) room.left -= name.length + (section?.name.length ?? 0);
  for (const { name, relocations } of object.sections) {
    room.left -= name.length * (1 + relocations.length);
    for (const { symbol } of relocations) room.left -= symbol.name.length;
  }
  const { types, c } = debug;
  const maps = dumpMaps({ object, things, types, c, room });
  const variables = dumpVariables({ object, types, c, room });
  const functions = dumpFunctions(object, things, codeInfo(debug), room);
  return {
    file,
    byteOrder: object.little ? "little" : "big",
    license: license && decodeUtf8(license.bytes).split("\0")[0],
    sections: object.sections.map((section) => ({
      name: section.name,
      type: sectionTypeName(section.type),
      flags: flagLetters(section.flags),
      size: section.size,
      align: section.align,
      relocations: section.relocations.length,
    })),
    symbols: object.symbols.map((symbol) => ({
      name: symbol.name === "" ? (symbol.section?.name ?? "") : symbol.name,
      binding: bindingName(symbol.binding),
      type: symbolTypeName(symbol.type),
      visibility: visibilityName(symbol.visibility),
      section: symbol.section?.name ?? (symbol.reserved === undefined ? "" : RESERVED[symbol.reserved]),
      value: symbol.value,
      size: symbol.size,
    })),
    relocations: object.sections
      .filter(({ name }) => !name.startsWith(".BTF"))
      .flatMap((section) =>
        section.relocations.map(({ offset, type, symbol }) => ({
          section: section.name,
          offset,
          type: relocationName(type),
          symbol: symbol.name === "" ? (symbol.section?.name ?? "") : symbol.name,
        })),
      ),
    maps,
    variables,
    functions,
    types: dumpTypes(debug, room),
  };
}

/** .BTF.ext refers to the strings of .BTF, and says nothing without them. */
function readDebug(object: ElfObject, file: string, log: Log): DebugInfo {
  const section = (name: string): ElfSection | undefined => object.sections.find((s) => s.name === name);
  const btf = section(".BTF");
  const decoded = btf && decodeBtf(btf.bytes, { file, section: btf.name, base: 0 }, log);
  const extSection = section(".BTF.ext");
  const ext =
    decoded &&
    extSection &&
    decodeBtfExt(extSection.bytes, decoded.strings, { file, section: extSection.name, base: 0 }, log);
  const types = decoded?.types ?? new TypeTable();
  return { types, tall: cPrinter(types, { multiline: true }), c: cPrinter(types), ext };
}

/** FUNCs by name and records by offset: what is asked for each function and each instruction. */
function codeInfo({ types, c, ext }: DebugInfo): CodeInfo {
  const protos = new Map<string, TypeId>();
  for (const id of types.ids()) {
    const type = types.at(id);
    if (type.kind === "func") protos.set(type.name, type.type);
  }
  const records = new Map<string, CodeRecords>();
  for (const { name, lines, relos } of ext?.sections ?? []) {
    let found = records.get(name);
    if (found === undefined) {
      found = { lines: new Map(), relos: new Map() };
      records.set(name, found);
    }
    for (const line of lines) found.lines.set(line.insnOffset, line);
    for (const relo of relos) found.relos.set(relo.insnOffset, relo);
  }
  return { layout: { types, alignments: new Map(), found: new Map() }, c, protos, records };
}

/** What functions and data mention: map definitions and BTF's own records would only repeat what is shown already. */
function dumpTypes({ types, tall }: DebugInfo, room: Room): string[] {
  const roots: TypeId[] = [];
  for (const id of types.ids()) {
    const { kind } = types.at(id);
    if (kind !== "datasec" && kind !== "var" && kind !== "func" && kind !== "decl_tag") roots.push(id);
  }
  const texts: string[] = [];
  for (const id of declarationOrder(types, roots)) {
    if (room.left < 0) break;
    const text = tall.declaration(id);
    room.left -= text.length;
    texts.push(text);
  }
  return texts;
}
