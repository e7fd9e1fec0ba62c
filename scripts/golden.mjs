// Rebuilds the clang.o of the golden cases: `npm run golden` for all, `npm run golden -- 01-minimal` for some,
// `-- --out DIR` to write DIR/01-minimal.o and so on instead.
//
// clang runs in the case's own folder with a fixed compilation directory, so that the file names in the line info
// are the same on every machine. `-fno-addrsig` leaves out the one section that cannot be known without DWARF, and
// strip takes the DWARF. A line `// CFLAGS: ...` in prog.c adds flags.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = fileURLToPath(new URL("../golden/", import.meta.url));
const FLAGS = ["-O2", "-g", "-target", "bpf", "-fno-addrsig", "-fdebug-compilation-dir=."];

const { values, positionals } = parseArgs({ options: { out: { type: "string" } }, allowPositionals: true });
const cases = readdirSync(ROOT).filter((name) => existsSync(join(ROOT, name, "prog.c")));

for (const name of positionals.length > 0 ? positionals : cases) {
  const folder = join(ROOT, name);
  const output = values.out === undefined ? "clang.o" : resolve(values.out, `${name}.o`);
  const extra = /^\/\/ CFLAGS: (.*)$/m.exec(readFileSync(join(folder, "prog.c"), "utf8"))?.[1] ?? "";
  const flags = [...FLAGS, ...extra.split(" ").filter((flag) => flag !== "")];
  execFileSync("clang-22", [...flags, "-c", "prog.c", "-o", output], { cwd: folder, stdio: "inherit" });
  execFileSync("llvm-strip-22", ["-g", output], { cwd: folder, stdio: "inherit" });
}
