// Which layout of .BTF an object has: that of clang 22, or another one that a Module can name (btf-layout.ts). Nothing in
// an object says who made it, so each layout is tried, the newest first, until one gives back the bytes that were read.
//
// Where none does, another program than clang made the list of types. What matters then is that no struct is lost: clang
// leaves out what is only pointed to, gcc and pahole do not. Such a Module is written with all structs complete.

import { Log } from "../base/index.js";
import { decodeBtf, type TypeTable } from "../btf/index.js";
import { type ElfObject, SHF_EXECINSTR, SHF_MERGE, STB_LOCAL, STT_SECTION } from "../elf/index.js";
import { BTF_LAYOUTS, type BtfLayout } from "../ir/index.js";
import { placeModule } from "./assemble.js";
import { rulesOf } from "./btf-layout.js";
import { type DebugSections, emitDebug } from "./debug.js";
import { type LiftedModule, lift } from "./lift.js";

/** As `lift`; the result is laid out as the object was, as far as a Module can say it. */
export function liftWithLayout(object: ElfObject, file: string, log: Log): LiftedModule | undefined {
  const module = lift(object, file, log);
  const wanted = object.sections.find(({ name }) => name === ".BTF")?.bytes;
  if (module === undefined || wanted === undefined) return module;
  const bySymbol = refersBySymbol(object);
  const layouts = [undefined, ...BTF_LAYOUTS].filter(
    (btf) => bySymbol === undefined || rulesOf(btf).mergeableSymbols === bySymbol,
  );
  const [first, ...others] = layouts;
  const placed = placeModule({ ...module, btf: first }, new Log());
  if (placed === undefined) return module;
  const write = (btf: BtfLayout | undefined, types?: TypeTable): DebugSections =>
    emitDebug({ ...placed, module: { ...module, btf } }, object.little, false, new Log(), types);
  const isWanted = ({ sections }: DebugSections): boolean => {
    const written = sections.find(({ name }) => name === ".BTF")?.bytes;
    return written !== undefined && equal(written, wanted);
  };
  const usual = write(first);
  if (usual.types === undefined) return module;
  if (isWanted(usual)) return { ...module, btf: first };
  const types = decodeBtf(wanted, { file: "", section: "", base: 0 }, new Log())?.types;
  if (types === undefined) return module;
  for (const btf of others) if (isWanted(write(btf, types))) return { ...module, btf };
  return changesStructs(types, usual.types) ? lift(object, file, new Log(), { complete: true }) : module;
}

/** Whether code refers to local things in mergeable sections by symbols of their own; `undefined` where to none. */
function refersBySymbol({ sections }: ElfObject): boolean | undefined {
  for (const { flags, relocations } of sections) {
    if ((flags & SHF_EXECINSTR) === 0) continue;
    for (const { symbol } of relocations) {
      const mergeable = symbol.section !== undefined && (symbol.section.flags & SHF_MERGE) !== 0;
      if (mergeable && symbol.binding === STB_LOCAL) return symbol.type !== STT_SECTION;
    }
  }
  return undefined;
}

/** Whether a struct is defined on one side and only declared on the other. */
function changesStructs(before: TypeTable, after: TypeTable): boolean {
  return declaresAny(after, definitions(before)) || declaresAny(before, definitions(after));
}

function definitions(types: TypeTable): ReadonlySet<string> {
  const names = new Set<string>();
  for (const id of types.ids()) {
    const type = types.at(id);
    if (type.kind === "struct" || type.kind === "union") names.add(type.name);
  }
  return names;
}

function declaresAny(types: TypeTable, names: ReadonlySet<string>): boolean {
  for (const id of types.ids()) {
    const type = types.at(id);
    if (type.kind === "fwd" && names.has(type.name)) return true;
  }
  return false;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
