// Asks the cilium/ebpf harness (cilium/main.go) about an object file.

import { harness } from "./harness.js";
import { run } from "./run.js";

/** What the harness prints: the structs of main.go. */
export type CiliumReport = Readonly<{
  spec: Readonly<{
    programs: readonly Readonly<{
      name: string;
      section: string;
      type: string;
      attachTo: string;
      license: string;
      bigEndian: boolean;
      slots: number;
    }>[];
    maps: readonly Readonly<{
      name: string;
      type: string;
      keySize: number;
      valueSize: number;
      maxEntries: number;
      flags: number;
      pinning: string;
      /** Names of the BTF types, "" for none. */
      key: string;
      value: string;
      /** How many initial values. */
      contents: number;
    }>[];
  }>;
  kernel: Readonly<{
    programs: readonly Readonly<{
      name: string;
      id: number;
      type: string;
      tag: string;
      btfId: number;
      funcInfos: number;
      lineInfos: number;
    }>[];
    maps: readonly Readonly<{ name: string; id: number; type: string; btfId: number }>[];
    /** Hex bytes by name, of what has a map that user space may see. */
    variables: Readonly<Record<string, string>>;
    retval?: number;
  }>;
  /** Of the process that ran it. */
  pid: number;
}>;

export type CiliumOptions = Readonly<{
  /** Only reads the file. */
  open?: boolean;
  /** Where maps pinned by name go. */
  pins?: string;
  /** A variable and its new value in the kernel: "limit=5". */
  set?: string;
  /** A program to test-run, where it takes a packet on 14 zero bytes. */
  run?: string;
  /** In hex, instead of those. */
  packet?: string;
}>;

export function askCilium(object: string, options: CiliumOptions = {}): CiliumReport {
  const { path, obstacle } = harness("cilium");
  if (path === undefined) throw new Error(obstacle);
  const args = [
    ...(options.open === true ? ["-open"] : []),
    ...(options.pins === undefined ? [] : ["-pins", options.pins]),
    ...(options.set === undefined ? [] : ["-set", options.set]),
    ...(options.run === undefined ? [] : ["-run", options.run]),
    ...(options.packet === undefined ? [] : ["-packet", options.packet]),
    object,
  ];
  return JSON.parse(run(path, args)) as CiliumReport;
}
