// The variables of an object: those that BTF lists in a DATASEC (kernel, btf.rst, BTF_KIND_DATASEC), with their types
// and values, and those that only the symbol table knows, as bytes.

import { countLeading, type Room } from "../base/index.js";
import type { BtfType, CPrinter, TypeTable } from "../btf/index.js";
import {
  type ElfObject,
  type ElfSection,
  type ElfSymbol,
  SHF_ALLOC,
  SHT_NOBITS,
  STT_OBJECT,
} from "../elf/index.js";
import { decodeValue, flatText, hexValue, textSize, valueSteps } from "../ir/index.js";
import type { DumpVariable } from "./dump-model.js";

type Datasec = Extract<BtfType, { kind: "datasec" }>;

/** The DATASEC records, in the order of their ids. */
export function* datasecs(types: TypeTable): Generator<Datasec> {
  for (const id of types.ids()) {
    const type = types.at(id);
    if (type.kind === "datasec") yield type;
  }
}

/** What the values of variables are decoded with. */
export interface DataSource {
  readonly object: ElfObject;
  readonly types: TypeTable;
  readonly c: CPrinter;
  /** For text; where it runs out, variables are missing. */
  readonly room: Room;
}

/** In the order of the DATASECs, then of the symbol table. An extern has neither an offset nor a value. */
export function dumpVariables({ object, types, c, room }: DataSource): DumpVariable[] {
  const symbols = new Map<string, ElfSymbol>(object.symbols.map((symbol) => [symbol.name, symbol]));
  const addresses = new Map(object.sections.map((section) => [section, addressesIn(section)]));
  const steps = valueSteps(object.sections.reduce((sum, { bytes }) => sum + bytes.length, 0));
  const variables: DumpVariable[] = [];
  const listed = new Set<string>();
  for (const { name: sectionName, entries } of datasecs(types)) {
    for (const { type: id, size, offset } of entries) {
      const variable = types.at(id);
      if ((variable.kind !== "var" && variable.kind !== "func") || room.left < 0) continue;
      listed.add(variable.name);
      // Maps are shown by what they define; their bytes are zeros that nobody reads.
      if (sectionName === ".maps") continue;
      const symbol = symbols.get(variable.name);
      const section = symbol?.section;
      // The offset that BTF gives is 0 until a loader fills it in (libbpf, btf_fixup_datasec); the symbol's is true.
      const at = section === undefined ? undefined : (symbol?.value ?? offset);
      const bytes =
        section === undefined || at === undefined ? undefined : initialBytes(section, at, at + size);
      const relocated = within(section && addresses.get(section), at ?? 0, size);
      const source = { types, little: object.little, addresses: relocated, steps };
      const value =
        bytes === undefined || bytes.length < size ? undefined : decodeValue(source, variable.type, bytes);
      const declaration = c.declarator(variable.type, variable.name);
      room.left -= sectionName.length + declaration.length + (value === undefined ? 0 : textSize(value));
      variables.push({
        name: variable.name,
        section: sectionName,
        offset: at,
        size,
        declaration,
        value: value === undefined || room.left < 0 ? undefined : flatText(value),
      });
    }
  }
  for (const symbol of object.symbols) {
    if (!listed.has(symbol.name)) variables.push(...untypedVariable(symbol, room));
  }
  return variables;
}

/** Sections whose OBJECT symbols are shown elsewhere: as maps, and with the function that jumps through them. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set([".maps", "maps", ".jumptables"]);

/** A variable without BTF: its name, and its bytes. */
function untypedVariable(
  { name, type, section, value: offset, size }: ElfSymbol,
  room: Room,
): DumpVariable[] {
  if (type !== STT_OBJECT || section === undefined || (section.flags & SHF_ALLOC) === 0) return [];
  if (SHOWN_ELSEWHERE.has(section.name)) return [];
  const bytes = initialBytes(section, offset, offset + size);
  // Symbols may overlap: bytes that two of them name are shown twice, in two digits and a blank each.
  room.left -= name.length + 3 * (bytes?.length ?? 0);
  if (room.left < 0) return [];
  const value = bytes?.some((byte) => byte !== 0) ? flatText(hexValue(bytes)) : undefined;
  return [{ name, section: section.name, offset, size, declaration: name, value }];
}

/** `undefined` where nothing is stored: .bss is zeros by definition. */
function initialBytes(section: ElfSection, start: number, end: number): Uint8Array | undefined {
  return section.type === SHT_NOBITS ? undefined : section.bytes.subarray(start, end);
}

/** What relocations put into a data section: names by offset, ascending. */
function addressesIn(section: ElfSection): readonly (readonly [offset: number, name: string])[] {
  return section.relocations
    .filter(({ symbol }) => symbol.name !== "")
    .map(({ offset, symbol }) => [offset, symbol.name] as const)
    .sort(([a], [b]) => a - b);
}

/** Those between `start` and `start + size`, counted from `start`. */
function within(
  addresses: readonly (readonly [number, string])[] | undefined,
  start: number,
  size: number,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  if (addresses === undefined) return found;
  for (
    let i = countLeading(addresses, ([offset]) => offset < start);
    i < addresses.length && addresses[i]![0] < start + size;
    i++
  ) {
    found.set(addresses[i]![0] - start, addresses[i]![1]);
  }
  return found;
}
