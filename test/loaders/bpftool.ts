// Asks bpftool, for what it reads from an object file and what it reads back from the kernel.

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { judge } from "../judges.js";
import { BPFFS } from "./kernel.js";
import { run, tryRun } from "./run.js";

/** By its path: an administrator's PATH may leave out the folder that it is in. */
const BPFTOOL = judge("bpftool", "apt: bpftool") ?? "bpftool";

/**
 * `bpftool prog loadall`: pins each program as `folder`/progs/NAME and each map as `folder`/maps/NAME. A map pinned by name
 * goes to the root of the bpffs, since bpftool has no option for another place, and then it can pin no other map:
 * `pinnedByName` names such maps, and `body` runs while they are there.
 */
export async function withBpftoolLoaded(
  object: string,
  folder: string,
  pinnedByName: readonly string[],
  body: () => void | Promise<void>,
): Promise<void> {
  const pins = pinnedByName.map((name) => join(BPFFS, name));
  const taken = pins.filter((pin) => existsSync(pin));
  if (taken.length > 0) throw new Error(`${taken.join(", ")} is there already: not ours to replace`);
  const pinMaps = pins.length === 0 ? ["pinmaps", join(folder, "maps")] : [];
  try {
    const args = ["prog", "loadall", object, join(folder, "progs"), ...pinMaps];
    const { status, stdout, stderr } = tryRun(BPFTOOL, args);
    if (status !== 0 || stderr !== "")
      throw new Error(`bpftool ${args.join(" ")}: exit ${status}\n${stderr}${stdout}`);
    await body();
  } finally {
    for (const pin of pins) rmSync(pin, { force: true });
  }
}

export type ProgShow = Readonly<{
  id: number;
  type: string;
  name: string;
  tag: string;
  gpl_compatible: boolean;
  map_ids?: readonly number[];
  btf_id?: number;
}>;

export function showProgram(pin: string): ProgShow {
  return JSON.parse(run(BPFTOOL, ["-j", "prog", "show", "pinned", pin])) as ProgShow;
}

export type MapShow = Readonly<{ id: number; type: string; name: string; btf_id?: number; frozen?: number }>;

export function showPinnedMap(pin: string): MapShow {
  return JSON.parse(run(BPFTOOL, ["-j", "map", "show", "pinned", pin])) as MapShow;
}

export function showMap(id: number): MapShow {
  return JSON.parse(run(BPFTOOL, ["-j", "map", "show", "id", String(id)])) as MapShow;
}

/** One slot of a loaded program; those that begin a line of the source have that line's record. */
export type Xlated = Readonly<{
  disasm: string;
  src?: string;
  file?: string;
  line_num?: number;
  line_col?: number;
}>;

export function dumpXlated(programId: number): readonly Xlated[] {
  return JSON.parse(
    run(BPFTOOL, ["-j", "prog", "dump", "xlated", "id", String(programId), "linum"]),
  ) as Xlated[];
}

/** A type as `bpftool btf dump` tells it; which fields there are follows from the kind. */
export type BtfDumped = Readonly<{
  id: number;
  kind: string;
  name: string;
  size?: number;
  type_id?: number;
  members?: readonly Readonly<{
    name: string;
    type_id: number;
    bits_offset: number;
    bitfield_size?: number;
  }>[];
  values?: readonly Readonly<{ name: string; val: number }>[];
}>;

/** The types of an object file, or of the running kernel; a type's place is its id - 1. */
export function dumpBtf(file = "/sys/kernel/btf/vmlinux"): readonly BtfDumped[] {
  return (JSON.parse(run(BPFTOOL, ["-j", "btf", "dump", "file", file])) as { types: BtfDumped[] }).types;
}

/** Unregisters the struct_ops map `name`, if there is one that is registered. */
export function unregisterOperations(name: string): void {
  tryRun(BPFTOOL, ["struct_ops", "unregister", "name", name]);
}
