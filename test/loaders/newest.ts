// Asks the crate newest/ what libbpf-sys (the newest libbpf) and aya-obj make of object files. The crate is built once,
// into the cache of harness.ts.

import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { judge } from "../judges.js";
import { build, type Harness } from "./harness.js";
import { run, tryRun } from "./run.js";

const CRATE = fileURLToPath(new URL("newest", import.meta.url));
const SOURCES = ["Cargo.toml", "Cargo.lock", "src/main.rs", "src/json.rs", "src/libbpf.rs", "src/aya.rs"];

/** Takes ten seconds the first time, and the network for the crates that Cargo.lock pins. */
export function newestHarness(): Harness {
  const cargo = judge("cargo", "rustup");
  if (cargo === undefined) return { obstacle: "missing cargo (rustup)" };
  if (judge("make", "apt: make") === undefined || judge("pkg-config", "apt: pkg-config") === undefined) {
    return { obstacle: "missing make or pkg-config (apt: make pkg-config)" };
  }
  return build(
    "newest",
    SOURCES.map((file) => `newest/${file}`),
    (folder) => {
      const target = join(folder, "target");
      const options = { cwd: CRATE, timeout: 240_000, env: { CARGO_TARGET_DIR: target } };
      const fetched = tryRun(cargo, ["fetch", "--locked"], options);
      if (fetched.status !== 0) return `cannot fetch the crates: ${fetched.stderr.trim()}`;
      run(cargo, ["build", "--locked", "--offline"], options);
      copyFileSync(join(target, "debug/newest"), join(folder, "judge"));
      rmSync(target, { recursive: true });
      return undefined;
    },
  );
}

type Outcome<Seen> = Readonly<{ log: string } & (({ ok: true } & Seen) | { ok: false; error: string })>;

/** A map's definition in numbers, as the kernel will be asked for it. */
export type MapSeen = Readonly<{
  name: string;
  type: number;
  keySize: number;
  valueSize: number;
  maxEntries: number;
  flags: number;
  extra: number;
  pinned: boolean;
}>;

export type NewestReport = Readonly<{
  file: string;
  libbpf: Outcome<{
    programs: readonly Readonly<{
      name: string;
      section: string;
      /** libbpf's name for it: "xdp". */
      type: string;
      attachType: string;
      slots: number;
    }>[];
    maps: readonly MapSeen[];
    /** Only where it was asked for. */
    loaded?: Readonly<{ ok: boolean; error?: string }>;
  }>;
  aya: Outcome<{
    programs: readonly Readonly<{
      name: string;
      /** aya's ProgramSection as Rust prints it. */
      section: string;
      slots: number;
    }>[];
    maps: readonly MapSeen[];
  }>;
}>;

/** One report for each file, in their order. `load` asks the running kernel as well, and needs root. */
export function askNewest(
  files: readonly string[],
  options: Readonly<{ load?: boolean }> = {},
): readonly NewestReport[] {
  const { path, obstacle } = newestHarness();
  if (path === undefined) throw new Error(obstacle);
  const lines = run(path, [...(options.load === true ? ["--load"] : []), ...files]);
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as NewestReport);
}
