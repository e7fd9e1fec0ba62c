// Which layout of .BTF an object has: that of clang 22, or another one that a Module can name (btf-layout.ts). Nothing in
// an object says who made it, so each layout is tried, the newest first, until one gives back the bytes that were read.
//
// Where none does, another program than clang made the list of types. What matters then is that no struct is lost: clang
// leaves out what is only pointed to, gcc and pahole do not. Such a Module is written with all structs complete.

import { Log } from "../base/index.js";
import { decodeBtf, type TypeTable } from "../btf/index.js";
import type { ElfObject } from "../elf/index.js";
import { BTF_LAYOUTS, type BtfLayout } from "../ir/index.js";
import { placeModule } from "./assemble.js";
import { type DebugSections, emitDebug } from "./debug.js";
import { type LiftedModule, lift } from "./lift.js";

/** As `lift`; the result is laid out as the object was, as far as a Module can say it. */
export function liftWithLayout(object: ElfObject, file: string, log: Log): LiftedModule | undefined {
  const module = lift(object, file, log);
  const wanted = object.sections.find(({ name }) => name === ".BTF")?.bytes;
  const placed = module && wanted && placeModule(module, new Log());
  if (module === undefined || wanted === undefined || placed === undefined) return module;
  const write = (btf: BtfLayout | undefined, types?: TypeTable): DebugSections =>
    emitDebug({ ...placed, module: { ...module, btf } }, object.little, false, new Log(), types);
  const isWanted = ({ sections }: DebugSections): boolean => {
    const written = sections.find(({ name }) => name === ".BTF")?.bytes;
    return written !== undefined && equal(written, wanted);
  };
  const usual = write(undefined);
  if (usual.types === undefined || isWanted(usual)) return module;
  const types = decodeBtf(wanted, { file: "", section: "", base: 0 }, new Log())?.types;
  if (types === undefined) return module;
  for (const btf of BTF_LAYOUTS) if (isWanted(write(btf, types))) return { ...module, btf };
  return losesStructs(types, usual.types) ? lift(object, file, new Log(), { complete: true }) : module;
}

/** Whether `after` declares what `before` defines. */
function losesStructs(before: TypeTable, after: TypeTable): boolean {
  const defined = new Set<string>();
  for (const id of before.ids()) {
    const type = before.at(id);
    if (type.kind === "struct" || type.kind === "union") defined.add(type.name);
  }
  for (const id of after.ids()) {
    const type = after.at(id);
    if (type.kind === "fwd" && defined.has(type.name)) return true;
  }
  return false;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
