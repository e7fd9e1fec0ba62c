// Which layout of .BTF an object has: that of clang 22, or another one that a Module can name (btf-layout.ts). Nothing in
// an object says who made it, so each layout is tried, the newest first, until one gives back the bytes that were read.
//
// Where none does, another program than clang made the list of types. What matters then is that no struct is lost: clang
// leaves out what is only pointed to, gcc and pahole do not. Such a Module is written with all structs complete.

import { Log } from "../base/index.js";
import { decodeBtf, type TypeTable } from "../btf/index.js";
import type { ElfObject } from "../elf/index.js";
import { BTF_LAYOUTS, type BtfLayout } from "../ir/index.js";
import { assemble } from "./assemble.js";
import { type LiftedModule, lift } from "./lift.js";

/** As `lift`; the result is laid out as the object was, as far as a Module can say it. */
export function liftWithLayout(object: ElfObject, file: string, log: Log): LiftedModule | undefined {
  const module = lift(object, file, log);
  const wanted = btfOf(object);
  if (module === undefined || wanted === undefined) return module;
  const write = (btf: BtfLayout | undefined): Uint8Array | undefined => {
    const options = { little: object.little, cpu: undefined };
    return btfOf(assemble({ ...module, btf }, options, new Log()));
  };
  const usual = write(undefined);
  if (usual === undefined || equal(usual, wanted)) return module;
  for (const btf of BTF_LAYOUTS) {
    const written = write(btf);
    if (written !== undefined && equal(written, wanted)) return { ...module, btf };
  }
  return losesStructs(wanted, usual) ? lift(object, file, new Log(), { complete: true }) : module;
}

/** Whether `after` declares what `before` defines. */
function losesStructs(before: Uint8Array, after: Uint8Array): boolean {
  const defined = new Set<string>();
  const [first, second] = [typesOf(before), typesOf(after)];
  if (first === undefined || second === undefined) return false;
  for (const id of first.ids()) {
    const type = first.at(id);
    if (type.kind === "struct" || type.kind === "union") defined.add(type.name);
  }
  return [...second.ids()].some((id) => {
    const type = second.at(id);
    return type.kind === "fwd" && defined.has(type.name);
  });
}

function typesOf(bytes: Uint8Array): TypeTable | undefined {
  return decodeBtf(bytes, { file: "", section: "", base: 0 }, new Log())?.types;
}

function btfOf(object: ElfObject | undefined): Uint8Array | undefined {
  return object?.sections.find(({ name }) => name === ".BTF")?.bytes;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
