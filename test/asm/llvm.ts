// LLVM's word on text and bytes, many instructions at a time. Files live in a temporary folder for the length of a call.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const LLVM = {
  "llvm-mc-22": "apt: llvm-22",
  "llvm-objcopy-22": "apt: llvm-22",
  "llvm-objdump-22": "apt: llvm-22",
} as const;
export type Llvm = Readonly<Record<keyof typeof LLVM, string>>;

function inFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-asm-"));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function triple(little: boolean): string {
  return little ? "bpfel" : "bpfeb";
}

/** The bytes that llvm-mc makes of these lines. */
export function assembleText(llvm: Llvm, lines: readonly string[], little: boolean): Uint8Array {
  return inFolder((folder) => {
    const source = join(folder, "a.s");
    writeFileSync(source, `${lines.join("\n")}\n`);
    const args = ["-triple", triple(little), "-mcpu=v4", "-filetype=obj", "-o", `${source}.o`, source];
    execFileSync(llvm["llvm-mc-22"], args, { stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
    return textSection(llvm, `${source}.o`);
  });
}

/** Which of these lines llvm-mc refuses, by index. */
export function refusedLines(llvm: Llvm, lines: readonly string[]): Set<number> {
  const args = ["-triple", "bpfel", "-mcpu=v4", "-filetype=null"];
  const run = spawnSync(llvm["llvm-mc-22"], args, { input: `${lines.join("\n")}\n`, maxBuffer: 1 << 28 });
  const errors = run.stderr.toString().matchAll(/^<stdin>:(\d+):\d+: error:/gm);
  return new Set([...errors].map((match) => Number(match[1]) - 1));
}

/** The bytes of `.text`. */
export function textSection(llvm: Llvm, object: string): Uint8Array {
  execFileSync(llvm["llvm-objcopy-22"], ["-O", "binary", "--only-section=.text", object, `${object}.bin`]);
  return new Uint8Array(readFileSync(`${object}.bin`));
}

/** What llvm-objdump prints for these bytes, by slot; unless `whole`, without the `<...>` that it adds to jumps. */
export function disassemble(
  llvm: Llvm,
  code: Uint8Array,
  little: boolean,
  options: readonly string[] = ["--no-print-imm-hex"],
  whole = false,
): Map<number, string> {
  return inFolder((folder) => {
    const bytes = join(folder, "a.bin");
    writeFileSync(bytes, code);
    const source = join(folder, "a.s");
    writeFileSync(source, `.incbin "${bytes}"\n`);
    execFileSync(llvm["llvm-mc-22"], [
      "-triple",
      triple(little),
      "-filetype=obj",
      "-o",
      `${source}.o`,
      source,
    ]);
    const args = ["-d", "-z", "--mcpu=v4", "--no-show-raw-insn", ...options, `${source}.o`];
    const dump = execFileSync(llvm["llvm-objdump-22"], args, { maxBuffer: 1 << 28 }).toString();
    const lines = dump.matchAll(/^ *(\d+):\t(.*?)( <\.text[^>]*>)?$/gm);
    return new Map([...lines].map((match) => [Number(match[1]), match[2]! + ((whole && match[3]) || "")]));
  });
}
