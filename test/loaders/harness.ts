// The harnesses: small programs around a loader's own library, built on demand from the sources beside this file into
// node_modules/.cache/tsbpf-judges, one folder for each state of their sources.
//
//   libbpf-debian   libbpf/*.c with the libbpf of the distribution: an old one, as users have
//   libbpf-newest   the same with the newest libbpf: its C sources are in the crate libbpf-sys, which newest/Cargo.lock pins
//   cilium          cilium/main.go with the cilium/ebpf that cilium/go.mod pins
//   cilium-tests    that module's own tests of its root, btf and asm, with the files that they read (peer.ts)

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { judge } from "../judges.js";
import { run, tryRun } from "./run.js";

const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE = join(HERE, "../../node_modules/.cache/tsbpf-judges");

/** A built harness, or why there is none. Only what a machine lacks is an obstacle; our own C that fails is an error. */
export type Harness = Readonly<
  { path: string; obstacle?: undefined } | { path?: undefined; obstacle: string }
>;

export const HARNESSES = ["libbpf-debian", "libbpf-newest", "cilium", "cilium-tests"] as const;
export type HarnessName = (typeof HARNESSES)[number];

const CFLAGS = ["-O1", "-g", "-Wall", "-Wextra", "-Werror"];
const LIBS = ["-lelf", "-lz"];
const LIBBPF_SOURCES = ["libbpf/judge.c", "libbpf/view.c", "libbpf/judge.h"];
const LIBBPF_UNITS = LIBBPF_SOURCES.filter((name) => name.endsWith(".c")).map((name) => join(HERE, name));
const CILIUM = "github.com/cilium/ebpf";

/** Builds the harness unless it was built before. Takes up to a minute the first time, and the network for its sources. */
export function harness(name: HarnessName): Harness {
  switch (name) {
    case "libbpf-debian":
      return debianLibbpf();
    case "libbpf-newest":
      return newestLibbpf();
    case "cilium":
      return cilium();
    case "cilium-tests":
      return ciliumTests();
  }
}

function debianLibbpf(): Harness {
  const gcc = judge("gcc", "apt: gcc");
  if (gcc === undefined) return { obstacle: "missing gcc (apt: gcc)" };
  if (!existsSync("/usr/include/bpf/libbpf.h")) return { obstacle: "missing bpf/libbpf.h (apt: libbpf-dev)" };
  return build("libbpf-debian", LIBBPF_SOURCES, (folder) => {
    run(gcc, [...CFLAGS, "-o", join(folder, "judge"), ...LIBBPF_UNITS, "-lbpf", ...LIBS]);
    return undefined;
  });
}

function newestLibbpf(): Harness {
  const gcc = judge("gcc", "apt: gcc");
  const make = judge("make", "apt: make");
  const cargo = judge("cargo", "rustup");
  if (gcc === undefined || make === undefined || cargo === undefined) {
    return { obstacle: "missing gcc, make (apt: gcc make) or cargo (rustup)" };
  }
  if (!existsSync("/usr/include/libelf.h") || !existsSync("/usr/include/zlib.h")) {
    return { obstacle: "missing libelf.h or zlib.h (apt: libelf-dev zlib1g-dev)" };
  }
  const sources = [...LIBBPF_SOURCES, "newest/Cargo.lock"];
  return build("libbpf-newest", sources, (folder) => {
    const pin = join(HERE, "newest/Cargo.toml");
    const fetched = tryRun(cargo, ["metadata", "--locked", "--format-version", "1", "--manifest-path", pin], {
      timeout: 180_000,
    });
    if (fetched.status !== 0) return `cannot fetch libbpf-sys: ${lastLine(fetched.stderr)}`;
    const packages = (JSON.parse(fetched.stdout) as CargoMetadata).packages;
    const crate = packages.find((each) => each.name === "libbpf-sys");
    if (crate === undefined) throw new Error("libbpf-sys is not among cargo's packages");
    const libbpf = join(dirname(crate.manifest_path), "libbpf");
    const objects = join(folder, "objects");
    const headers = join(folder, "include");
    const settings = ["BUILD_STATIC_ONLY=1", `OBJDIR=${objects}`, `INCLUDEDIR=${headers}`, "DESTDIR="];
    run(make, ["-s", "-j2", "-C", join(libbpf, "src"), ...settings, "all", "install_headers"], {
      timeout: 240_000,
    });
    const include = [`-I${headers}`, `-I${join(libbpf, "include/uapi")}`];
    const library = join(objects, "libbpf.a");
    run(gcc, [...CFLAGS, ...include, "-o", join(folder, "judge"), ...LIBBPF_UNITS, library, ...LIBS]);
    rmSync(objects, { recursive: true });
    return undefined;
  });
}

type CargoMetadata = Readonly<{ packages: readonly Readonly<{ name: string; manifest_path: string }>[] }>;

function cilium(): Harness {
  return buildGo("cilium", ["cilium/main.go"], (go, cwd, folder) => {
    run(go, ["build", "-mod=readonly", "-o", join(folder, "judge"), "."], { cwd, timeout: 240_000 });
  });
}

/** The tests of each package become a program: `judge` is that of the root, btf/judge and asm/judge are the others. */
function ciliumTests(): Harness {
  return buildGo("cilium-tests", [], (go, cwd, folder) => {
    for (const name of ["", "btf", "asm"]) {
      const args = ["test", "-c", "-mod=readonly", "-o", join(folder, name, "judge"), join(CILIUM, name)];
      run(go, args, { cwd, timeout: 240_000 });
    }
    const home = run(go, ["list", "-m", "-f", "{{.Dir}}", CILIUM], { cwd }).trim();
    for (const name of ["testdata", "btf/testdata"]) {
      cpSync(join(home, name), join(folder, name), { recursive: true });
    }
  });
}

/** `make` gets Go, the folder of our module, and the folder to build in. */
function buildGo(
  name: HarnessName,
  sources: readonly string[],
  make: (go: string, cwd: string, folder: string) => void,
): Harness {
  const go = judge("go", "go.dev");
  if (go === undefined) return { obstacle: "missing go (go.dev)" };
  return build(name, [...sources, "cilium/go.mod", "cilium/go.sum"], (folder) => {
    const cwd = join(HERE, "cilium");
    const fetched = tryRun(go, ["mod", "download"], { cwd, timeout: 180_000 });
    if (fetched.status !== 0) return `cannot fetch cilium/ebpf: ${lastLine(fetched.stderr)}`;
    make(go, cwd, folder);
    return undefined;
  });
}

/**
 * Runs `make` in a fresh folder that becomes the cached one only when all went well, so that a build that was cut off
 * is never taken for a harness. `sources` (from this folder) decide which state is wanted. `make` puts an executable
 * `judge` into the folder; what it returns is the obstacle it met.
 */
export function build(
  name: string,
  sources: readonly string[],
  make: (folder: string) => string | undefined,
): Harness {
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(join(HERE, source)));
  hash.update(readFileSync(fileURLToPath(import.meta.url))); // how it is built counts, too
  const home = join(CACHE, `${name}-${hash.digest("hex").slice(0, 16)}`);
  const path = join(home, "judge");
  if (existsSync(path)) return { path };
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, `.${name}-`));
  try {
    const obstacle = make(folder);
    if (obstacle !== undefined) return { obstacle };
    if (!existsSync(path)) renameSync(folder, home);
    return { path };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
