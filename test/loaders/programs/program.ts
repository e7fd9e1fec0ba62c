// What a program of several files is: for the test that links each in every order, as objects, as IR and mixed.

import type { LinkFilesOptions } from "../../../src/index.js";
import type { Document } from "../../link/inputs.js";

/** C text for clang 22, or what else becomes an input. */
export type Source =
  | string
  | { readonly c: string; readonly flags?: readonly string[]; readonly clang?: "clang-14" }
  | { readonly ir: Document };

export interface Program {
  readonly name: string;
  readonly files: readonly Source[];
  /** What `prog` returns, in the kernel; or why it cannot run here, so that llvm-objdump is asked instead. */
  readonly returns: number | { readonly notHere: string };
  /** Its orders give other names, or another license text, for the same. */
  readonly ordered?: true;
  /** Why it is linked as objects only. */
  readonly notAsIr?: string;
  /** Why cilium/ebpf does not load it. */
  readonly notCilium?: string;
  /** These files, by index, stand in an archive, which is one input. */
  readonly archived?: readonly number[];
  readonly options?: LinkFilesOptions;
  /**
   * How `bpftool gen object` differs from ours, and why: it refuses, or keeps what ours does not. "broken" is an object whose
   * parts contradict each other. Nothing by default.
   */
  readonly theirs?: readonly string[] | "no link" | "broken";
  /** The same of the newest libbpf's linker, where it is another. */
  readonly newest?: readonly string[] | "no link" | "broken";
}

export const L = 'char _license[] SEC("license") = "GPL";\n';
export const XDP = 'SEC("xdp") int prog(void *ctx)';
export const SYSCALL = 'SEC("syscall") int prog(void *ctx)';
export const KSYM = '__attribute__((section(".ksyms")))';
export const KCONFIG = '__attribute__((section(".kconfig")))';
export const HIDDEN = '__attribute__((visibility("hidden")))';

/** A hash map by default, of one of these texts' `u32` to `value`. */
export const map = (name: string, type = 2, entries = 4, value = "u64"): string =>
  `struct { __uint(type, ${type}); __uint(max_entries, ${entries}); __type(key, u32); __type(value, ${value}); } ${name} SEC(".maps");\n`;
