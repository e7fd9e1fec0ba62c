// ElfObject -> Dump. Nothing here needs an object to be good: it shows what is there, also where no loader would take
// it, and what BTF does not explain is shown without BTF.

import { decodeUtf8, type Log } from "../base/index.js";
import {
  type BtfExt,
  type BtfType,
  type CPrinter,
  cPrinter,
  declarationOrder,
  decodeBtf,
  decodeBtfExt,
  resolveType,
  type TypeId,
  TypeTable,
} from "../btf/index.js";
import type { ElfObject, ElfSection, ElfSymbol } from "../elf/index.js";
import { SHT_NOBITS } from "../elf/index.js";
import { decodeValue, flatText, printUint } from "../ir/index.js";
import { type CodeInfo, dumpFunctions, type ThingsBySection, thingsBySection } from "./dump-code.js";
import type { Dump, DumpMap, DumpVariable } from "./dump-model.js";
import {
  bindingName,
  flagLetters,
  relocationName,
  sectionTypeName,
  symbolTypeName,
  visibilityName,
} from "./elf-names.js";

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
  const variables = dumpVariables(object, debug);
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
      section: symbol.section?.name ?? "",
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
    maps: dumpMaps(object, things, debug),
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

type Datasec = Extract<BtfType, { kind: "datasec" }>;

function* datasecs(types: TypeTable): Generator<Datasec> {
  for (const id of types.ids()) {
    const type = types.at(id);
    if (type.kind === "datasec") yield type;
  }
}

function dumpMaps(object: ElfObject, things: ThingsBySection, { types }: DebugInfo): DumpMap[] {
  const maps: DumpMap[] = [];
  const c = cPrinter(types);
  for (const { name, entries } of datasecs(types)) {
    if (name !== ".maps") continue;
    for (const { type: id } of entries) {
      const variable = types.at(id);
      if (variable.kind !== "var") continue;
      maps.push({ name: variable.name, members: mapMembers(types, c, variable.type) });
    }
  }
  if (maps.length > 0) return maps;
  // Without BTF a map is only a symbol; "maps" is the section of libbpf before 1.0.
  const sections = object.sections.filter(({ name }) => name === ".maps" || name === "maps");
  return sections.flatMap((section) =>
    (things.get(section) ?? []).map(({ name }) => ({ name, members: [] })),
  );
}

/** The members of a definition: libbpf's __uint, __ulong, __type and __array (src/bpf_helpers.h). */
function mapMembers(types: TypeTable, c: CPrinter, id: TypeId): [string, string][] {
  const resolved = resolveType(types, id);
  const struct = resolved === 0 ? undefined : types.at(resolved);
  if (struct?.kind !== "struct") return [];
  return struct.members.map(({ name, type }) => [name, mapMember(types, c, name, type)]);
}

function mapMember(types: TypeTable, c: CPrinter, name: string, id: TypeId): string {
  const type = id === 0 ? undefined : types.at(id);
  if (type?.kind === "enum" || type?.kind === "enum64") return String(type.values[0]?.value ?? "");
  if (type?.kind === "array") {
    const element = type.element === 0 ? undefined : types.at(type.element);
    return element?.kind === "ptr" ? c.typeName(element.type) : c.typeName(id);
  }
  if (type?.kind !== "ptr") return c.typeName(id);
  const target = type.type === 0 ? undefined : types.at(type.type);
  if (target?.kind !== "array") return c.typeName(type.type);
  const word = printUint(name, target.length);
  return Array.isArray(word) ? word.join(" | ") : String(word);
}

function dumpVariables(object: ElfObject, { types }: DebugInfo): DumpVariable[] {
  const symbols = new Map<string, ElfSymbol>(object.symbols.map((symbol) => [symbol.name, symbol]));
  const c = cPrinter(types);
  const variables: DumpVariable[] = [];
  for (const { name: sectionName, entries } of datasecs(types)) {
    if (sectionName === ".maps") continue;
    for (const { type: id, size, offset } of entries) {
      const variable = types.at(id);
      if (variable.kind !== "var" && variable.kind !== "func") continue;
      const symbol = symbols.get(variable.name);
      const section = symbol?.section;
      const at = section === undefined ? undefined : (symbol?.value ?? offset);
      const bytes =
        section === undefined || at === undefined || section.type === SHT_NOBITS
          ? undefined
          : section.bytes.subarray(at, at + size);
      const source = { types, little: object.little, addresses: new Map<number, string>() };
      const value =
        bytes === undefined || bytes.length < size ? undefined : decodeValue(source, variable.type, bytes);
      variables.push({
        name: variable.name,
        section: sectionName,
        offset: at,
        size,
        declaration: c.declarator(variable.type, variable.name),
        value: value === undefined ? undefined : flatText(value),
      });
    }
  }
  return variables;
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
