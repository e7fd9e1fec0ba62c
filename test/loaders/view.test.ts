// The kernel's view: for every program of the corpus and of the goldens that loads here, the kernel holds the same of the
// compiler's object and of the one that `tsbpf lift` and `tsbpf-ld` make of it: program tags, function and line info, map
// definitions, and the BTF types of keys and values as C.

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { liftFile, linkFiles } from "../../src/index.js";
import { judge } from "../judges.js";
import { describeInKernel } from "./kernel.js";
import { ROOT } from "./link.js";
import { tryRun } from "./run.js";
import { differencesOf, type Loaded, load } from "./view.js";

/** Objects are opened under this name, which libbpf puts into those of data maps. */
const OBJECT = "prog.o";
const FLAGS = ["-O2", "-g", "-fno-addrsig", "-fdebug-compilation-dir=.", "-w"];
const COMPILERS: readonly (readonly [clang: string, cpu: string])[] = [
  ["clang-22", "v1"],
  ["clang-22", "v2"],
  ["clang-22", "v3"],
  ["clang-22", "v4"],
  ["clang-14", "v2"],
  ["clang-14", "v3"],
];
/** A loaded machine takes long, and its slowness is no failure. */
const PATIENCE_MS = 300_000;

/** Programs that the verifier follows for a million instructions before it refuses them (E2BIG): that takes seconds. */
const ENDLESS: Readonly<Record<string, readonly string[]>> = {
  "code-loops.c": ["prog"],
  "golden/74-arena-globals": ["destroy"],
};

const SIGNED =
  "clang 14's BTF does not say that an enum is signed, and its instruction holds the signed value";

/** What lift refuses of clang 14, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  "core-info.c": SIGNED,
  "golden/65-core-enums": SIGNED,
  "golden/86-core-old-cpu": SIGNED,
};

type Source = Readonly<{ name: string; folder: string; file: string; flags: readonly string[] }>;

function sources(): readonly Source[] {
  const corpus = readdirSync(join(ROOT, "test/corpus"))
    .filter((file) => file.endsWith(".c"))
    .map((file) => ({ name: file, folder: join(ROOT, "test/corpus"), file, flags: [] }));
  const goldens = readdirSync(join(ROOT, "golden"), { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => {
      const folder = join(ROOT, "golden", name);
      const text = readFileSync(join(folder, "prog.c"), "utf8");
      const flags = /^\/\/ CFLAGS: (.*)$/m.exec(text)?.[1]?.split(" ") ?? [];
      return { name: `golden/${name}`, folder, file: "prog.c", flags };
    })
    .filter(({ flags }) => !flags.includes("bpfeb"));
  return [...corpus, ...goldens];
}

describeInKernel("the kernel's view", ["libbpf-newest"], () => {
  let home = "";
  /** Objects that were looked at: many are the same for several -mcpu. The value says whether they load. */
  const known = new Map<string, Loaded | undefined>();
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "tsbpf-view-"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each(COMPILERS)(
    "of objects of %s, -mcpu=%s, is that of ours",
    async (name, cpu) => {
      const clang = judge(name, `apt: ${name}`);
      if (clang === undefined) return;
      const counts = {
        compiled: 0,
        loaded: 0,
        withoutBtf: 0,
        programs: 0,
        functions: 0,
        lines: 0,
        maps: 0,
      };
      const differences: string[] = [];
      for (const source of sources()) {
        const object = compileInto(join(home, name, cpu, source.name), clang, cpu, source);
        if (object === undefined) continue;
        counts.compiled++;
        const bytes = readFileSync(object);
        const key = createHash("sha256").update(bytes).digest("hex");
        const seen = known.has(key);
        const original = seen ? known.get(key) : await load(object, ENDLESS[source.name] ?? []);
        known.set(key, original);
        if (original === undefined) continue;
        counts.loaded++;
        for (const { functions = [], lines = [], tag } of original.view.programs) {
          if (tag === undefined) continue;
          counts.programs++;
          counts.functions += functions.length;
          counts.lines += lines.length;
        }
        counts.maps += original.view.maps.length;
        if (original.withoutBtf) counts.withoutBtf++;
        const again = emitAgain(bytes);
        if (typeof again === "string") {
          if (name !== "clang-14" || REFUSED[source.name] === undefined)
            differences.push(`${source.name}: ${again}`);
          continue;
        }
        if (seen) continue;
        const ours = join(home, "ours", name, cpu, source.name, OBJECT);
        mkdirSync(join(ours, ".."), { recursive: true });
        writeFileSync(ours, again);
        const found = differencesOf(original, await load(ours, original.left));
        differences.push(...found.map((text) => `${source.name}: ${text}`));
      }
      console.log(name, cpu, JSON.stringify(counts));
      expect(differences).toEqual([]);
      expect(counts.loaded).toBeGreaterThan(60);
    },
    PATIENCE_MS,
  );
});

/** Compiles a source to `folder`/prog.o; a compiler that is too old for it gives `undefined`. */
function compileInto(folder: string, clang: string, cpu: string, source: Source): string | undefined {
  mkdirSync(folder, { recursive: true });
  const object = join(folder, OBJECT);
  // A golden's own flags win: its text needs them.
  const args = [...FLAGS, "-target", "bpf", `-mcpu=${cpu}`, ...source.flags, "-c", source.file, "-o", object];
  return tryRun(clang, args, { cwd: source.folder }).status === 0 ? object : undefined;
}

/** `tsbpf lift`, then `tsbpf-ld`; or why not. */
function emitAgain(bytes: Uint8Array): Uint8Array | string {
  const lifted = liftFile({ name: OBJECT, bytes });
  const text = lifted.result?.text;
  const linked =
    text === undefined
      ? undefined
      : linkFiles([{ name: "prog.json", bytes: new TextEncoder().encode(text) }]);
  const errors = [...lifted.diagnostics, ...(linked?.diagnostics ?? [])];
  return linked?.bytes ?? errors.map(({ message }) => message).join("; ");
}
