// A machine with a stock kernel, Debian's, under emulation: there programs of every kind load, whatever the kernel of the
// real machine refuses. It has one file system, in memory, with the object files and one process (guest.c), and is gone
// after some 20 seconds. KVM would be faster, but in a sandbox it is often there and fails. The kernel comes from Debian's
// archive into the cache, and is not installed.

import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { judge } from "../judges.js";
import { build } from "../loaders/harness.js";
import { run, tryRun } from "../loaders/run.js";
import { writeCpio } from "./cpio.js";

const KERNELS = fileURLToPath(new URL("../../node_modules/.cache/tsbpf-judges/kernels", import.meta.url));
const PACKAGE = "linux-image-cloud-amd64";
const QEMU = "qemu-system-x86_64";

/** Long enough for a busy machine; the guest itself needs a few seconds. */
const PATIENCE_MS = 240_000;

/** Programs to load (and, on wish, attach and run) together, the ones that others extend before those. */
export type Case = Readonly<{ name: string; verb: "load" | "run"; objects: readonly string[] }>;

/** What guest.c prints of a case; an errno is a name, or "" for none. */
export type CaseReport = Readonly<{
  name: string;
  load: string;
  programs: readonly Readonly<{
    name: string;
    type: number;
    btfId: number;
    funcInfos: number;
    lineInfos: number;
    attach: string;
    /** What test runs returned before and after all was attached, or a negative errno. */
    before: number;
    after: number;
  }>[];
  /** The bytes of data sections in hex, at the end. */
  data: Readonly<Record<string, string>>;
  /** The guest made a folder: the errno of that. */
  mkdir: string;
  log: string;
}>;

type Parts = Readonly<{ qemu: string; kernel: string; guest: string }>;
type Machine = Readonly<{ parts: Parts; obstacle?: undefined } | { parts?: undefined; obstacle: string }>;

/** Gathers what the machine is made of; takes a minute and the network the first time. */
export function machine(): Machine {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { obstacle: "the emulated machine is x86-64, and its guest program is built here" };
  }
  const qemu = judge(QEMU, "apt: qemu-system-x86");
  if (qemu === undefined) return { obstacle: `missing ${QEMU} (apt: qemu-system-x86)` };
  const guest = buildGuest();
  if (guest.path === undefined) return { obstacle: guest.obstacle };
  const kernel = findKernel() ?? fetchKernel();
  if (kernel === undefined) return { obstacle: `cannot download ${PACKAGE} (apt-get update?)` };
  return { parts: { qemu, kernel, guest: guest.path } };
}

function buildGuest(): ReturnType<typeof build> {
  const gcc = judge("gcc", "apt: gcc");
  if (gcc === undefined || !existsSync("/usr/include/bpf/libbpf.h") || !existsSync("/usr/include/libelf.h")) {
    return { obstacle: "missing gcc, libbpf or libelf (apt: gcc libbpf-dev libelf-dev zlib1g-dev)" };
  }
  const source = fileURLToPath(new URL("guest.c", import.meta.url));
  return build("guest", ["../emulated/guest.c"], (folder) => {
    const flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-static"];
    run(gcc, [...flags, "-o", join(folder, "judge"), source, "-lbpf", "-lelf", "-lz"]);
    return undefined;
  });
}

/** The newest of those that were fetched before. */
function findKernel(): string | undefined {
  if (!existsSync(KERNELS)) return undefined;
  const kernels = readdirSync(KERNELS).filter((name) => name.startsWith("vmlinuz-"));
  const newest = kernels.sort(new Intl.Collator("en", { numeric: true }).compare).at(-1);
  return newest === undefined ? undefined : join(KERNELS, newest);
}

function fetchKernel(): string | undefined {
  if (judge("apt-get", "Debian") === undefined || judge("dpkg-deb", "Debian") === undefined) return undefined;
  // The package is empty and depends on the one of the day: linux-image-6.1.0-56-cloud-amd64.
  const depends = tryRun("apt-cache", ["depends", PACKAGE]).stdout;
  const name = /Depends: (linux-image-\S+-cloud-amd64)/.exec(depends)?.[1];
  if (name === undefined) return undefined;
  mkdirSync(KERNELS, { recursive: true });
  const folder = mkdtempSync(join(KERNELS, ".fetch-"));
  try {
    if (tryRun("apt-get", ["download", name], { cwd: folder, timeout: 180_000 }).status !== 0)
      return undefined;
    const archive = readdirSync(folder).find((file) => file.endsWith(".deb"));
    if (archive === undefined) return undefined;
    run("dpkg-deb", ["-x", archive, "."], { cwd: folder, timeout: 60_000 });
    const image = readdirSync(join(folder, "boot")).find((file) => file.startsWith("vmlinuz-"));
    if (image === undefined) throw new Error(`no vmlinuz in ${name}`);
    renameSync(join(folder, "boot", image), join(KERNELS, image));
    return join(KERNELS, image);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Boots the machine, and gives the report on each case by its name. */
export async function runInMachine(
  parts: Parts,
  cases: readonly Case[],
): Promise<ReadonlyMap<string, CaseReport>> {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-test-"));
  try {
    const initrd = join(folder, "initrd");
    const kernelLog = join(folder, "console");
    writeFileSync(initrd, fileSystem(parts.guest, cases));
    const args = [
      ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
      ...["-machine", "q35", "-accel", "tcg", "-cpu", "max", "-smp", "2", "-m", "512"],
      // ttyS0 is the kernel's console, ttyS1 the guest's reports.
      ...["-serial", `file:${kernelLog}`, "-serial", "stdio"],
      ...["-kernel", parts.kernel, "-initrd", initrd],
      // A panic ends the machine; the LSM named bpf is not on by default.
      ...["-append", "console=ttyS0 quiet panic=-1 lsm=bpf"],
    ];
    const { stdout, stderr } = await collect(parts.qemu, args);
    const lines = stdout.split("\n").map((line) => line.trim());
    if (!lines.includes("end")) {
      const console = existsSync(kernelLog) ? readFileSync(kernelLog, "latin1").slice(-4000) : "";
      throw new Error(`the emulated machine ended early\n${stdout}${stderr}${console}`);
    }
    const reports = lines
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as CaseReport);
    return new Map(reports.map((report) => [report.name, report]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs `tool` to its end, without keeping this process from its own work meanwhile. */
function collect(
  tool: string,
  args: readonly string[],
): Promise<Readonly<{ stdout: string; stderr: string }>> {
  const options = { timeout: PATIENCE_MS, killSignal: "SIGKILL", maxBuffer: 64 << 20 } as const;
  return new Promise((done) => {
    // How it ended does not matter: the guest's last line tells whether all was said.
    execFile(tool, args, options, (_, stdout, stderr) => done({ stdout, stderr }));
  });
}

function fileSystem(guest: string, cases: readonly Case[]): Buffer {
  const objects = [...new Set(cases.flatMap((each) => each.objects))];
  // libbpf puts an object's file name into the names of its data maps, and needs no other.
  const pathOf = (object: string) => `objects/${objects.indexOf(object)}.o`;
  const list = cases.map(({ verb, name, objects }) =>
    [verb, name, ...objects.map((object) => `/${pathOf(object)}`)].join(" "),
  );
  return writeCpio(
    ["dev", "proc", "sys", "objects"],
    [
      { path: "init", bytes: readFileSync(guest), mode: 0o755 },
      { path: "cases", bytes: Buffer.from(`${list.join("\n")}\n`), mode: 0o644 },
      ...objects.map((object) => ({ path: pathOf(object), bytes: readFileSync(object), mode: 0o644 })),
    ],
  );
}
