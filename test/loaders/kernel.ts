// The running kernel as a judge: whether it can be asked at all, and what tests must leave as they found it. Programs,
// maps, links and BTF go with the last descriptor or pin that holds them; pins and trace instances are files, and the
// helpers here remove those even when the test fails. bpffs: man 2 bpf; instances: kernel Documentation/trace/ftrace.rst.

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { describeUnless, judge } from "../judges.js";
import { type HarnessName, harness } from "./harness.js";
import { eventually, run, tryRun } from "./run.js";

export const BPFFS = "/sys/fs/bpf";
const TRACEFS = "/sys/kernel/tracing";

/** bpftool could list ids as well, but it opens each object on the way, which a dying program array does not survive. */
const WATCHER: HarnessName = "libbpf-debian";

/** What every name in a place that the whole machine shares begins with. */
const PREFIX = `tsbpf-test-${process.pid}-`;

// include/uapi/linux/magic.h
const BPF_FS_MAGIC = 0xcafe4a11;
const TRACEFS_MAGIC = 0x74726163;

/** A harness, or the first release of Linux that has what is tested. */
export type Need = HarnessName | `linux ${number}.${number}`;

/**
 * A `describe` that needs a kernel which loads BPF programs, root, bpftool and what `needs` names; it also watches over what
 * is left behind.
 */
export function describeInKernel(title: string, needs: readonly Need[], body: () => void): void {
  const obstacle = kernelObstacle() ?? [WATCHER, ...needs].map(obstacleTo).find((each) => each !== undefined);
  describeUnless(obstacle, title, () => {
    watchForLeftovers();
    body();
  });
}

/** Why this process cannot load BPF programs, or undefined. */
export function kernelObstacle(): string | undefined {
  if (process.platform !== "linux") return "BPF programs load on Linux only";
  if (process.getuid?.() !== 0) return "loading BPF programs needs root";
  if (!isMounted(BPFFS, BPF_FS_MAGIC)) return `no bpffs (mount -t bpf bpf ${BPFFS})`;
  if (!isMounted(TRACEFS, TRACEFS_MAGIC)) return `no tracefs (mount -t tracefs tracefs ${TRACEFS})`;
  const bpftool = judge("bpftool", "apt: bpftool");
  if (bpftool === undefined) return "missing bpftool (apt: bpftool)";
  const { status, stderr } = tryRun(bpftool, ["prog", "show"]);
  return status === 0 ? undefined : `bpftool cannot ask the kernel: ${stderr.trim()}`;
}

function obstacleTo(need: Need): string | undefined {
  if (!need.startsWith("linux ")) return harness(need as HarnessName).obstacle; // the type says that there is no third
  const number = (text: string) => {
    const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
    return 1000 * Number(major) + Number(minor);
  };
  return number(release()) < number(need) ? `Linux ${release()}, where ${need} is needed` : undefined;
}

function isMounted(folder: string, magic: number): boolean {
  try {
    return statfsSync(folder).type === magic;
  } catch {
    return false;
  }
}

/** Gives `body` an empty folder for pins on the bpffs, and removes it with all pins in it. */
export async function withPinFolder(body: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(BPFFS, PREFIX));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Gives `body` a function that returns what bpf_trace_printk has printed since. It reads a trace instance of its own: the
 * lines of the main trace_pipe go to whoever reads first.
 */
export async function withPrintkTrace(body: (printed: () => string) => void | Promise<void>): Promise<void> {
  const instance = join(TRACEFS, "instances", `${PREFIX}printk`);
  mkdirSync(instance);
  try {
    writeFileSync(join(instance, "events/bpf_trace/bpf_trace_printk/enable"), "1");
    await body(() => readFileSync(join(instance, "trace"), "utf8"));
  } finally {
    // tracefs takes the whole instance with rmdir, though its files cannot be deleted one by one.
    rmdirSync(instance);
  }
}

/** Fails the file if programs, maps, links, BTF, pins or trace instances are there after its tests that were not before. */
function watchForLeftovers(): void {
  let before = new Set<string>();
  beforeAll(() => {
    before = kernelState();
  });
  afterAll(async () => {
    let left: string[] = [];
    // The kernel frees a link and what it held a moment after the last descriptor was closed.
    await eventually(() => {
      left = [...kernelState()].filter((each) => !before.has(each));
      return left.length === 0 ? true : undefined;
    });
    expect(left).toEqual([]);
  });
}

function kernelState(): Set<string> {
  const state = new Set<string>();
  const { path } = harness(WATCHER);
  const ids = JSON.parse(run(path ?? "", [], { input: "ids\n" })) as Readonly<
    Record<Kind, readonly number[]>
  >;
  for (const kind of KINDS) for (const id of ids[kind]) state.add(`${kind} ${id}`);
  for (const pin of readdirSync(BPFFS, { recursive: true })) state.add(`pin ${String(pin)}`);
  for (const name of readdirSync(join(TRACEFS, "instances"))) state.add(`instance ${name}`);
  return state;
}

const KINDS = ["prog", "map", "link", "btf"] as const;
type Kind = (typeof KINDS)[number];
