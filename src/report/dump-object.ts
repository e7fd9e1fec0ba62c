// ElfObject -> Dump. Nothing here needs an object to be good: it shows what is there, also where no loader would take
// it, and what BTF does not explain is shown without BTF.

import { decodeUtf8, type Log } from "../base/index.js";
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
import { type CodeInfo, dumpFunctions, thingsBySection } from "./dump-code.js";
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

interface DebugInfo {
  readonly types: TypeTable;
  readonly c: CPrinter;
  readonly ext: BtfExt | undefined;
}

/** Everything that can be shown of an object. What is broken in its BTF goes to the log, as warnings would. */
export function dumpObject(object: ElfObject, file: string, log: Log): Dump {
  const things = thingsBySection(object);
  const debug = readDebug(object, file, log);
  const license = object.sections.find(({ name }) => name === "license");
  const variables = dumpVariables(object, debug.types);
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
    maps: dumpMaps(object, things, debug.types),
    variables,
    functions: dumpFunctions(object, things, codeInfo(debug)),
    types: dumpTypes(debug),
  };
}

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
  return { types, c: cPrinter(types, { multiline: true }), ext };
}

function codeInfo({ types, ext }: DebugInfo): CodeInfo {
  const protos = new Map<string, TypeId>();
  for (const id of types.ids()) {
    const type = types.at(id);
    if (type.kind === "func") protos.set(type.name, type.type);
  }
  const key = (section: string, offset: number): string => `${section}:${offset}`;
  const sections = ext?.sections ?? [];
  return {
    types,
    c: cPrinter(types),
    protos,
    lines: new Map(sections.flatMap(({ name, lines }) => lines.map((l) => [key(name, l.insnOffset), l]))),
    relos: new Map(sections.flatMap(({ name, relos }) => relos.map((r) => [key(name, r.insnOffset), r]))),
  };
}

/** What functions and data mention: map definitions and BTF's own records would only repeat what is shown already. */
function dumpTypes({ types, c }: DebugInfo): string[] {
  const roots: TypeId[] = [];
  for (const id of types.ids()) {
    const { kind } = types.at(id);
    if (kind !== "datasec" && kind !== "var" && kind !== "func" && kind !== "decl_tag") roots.push(id);
  }
  return declarationOrder(types, roots).map((id) => c.declaration(id));
}
