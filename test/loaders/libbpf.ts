// Talks to the libbpf harness (libbpf/judge.c): a command goes in as a line, a reply comes back as a line of JSON.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type HarnessName, harness } from "./harness.js";

/** The two libbpf that users meet: the one of their distribution, and the newest. */
export const LIBBPFS = ["libbpf-debian", "libbpf-newest"] as const satisfies readonly HarnessName[];
export type LibbpfName = (typeof LIBBPFS)[number];

/** `log` is what libbpf said meanwhile in warnings and infos: it tells of dropped BTF in an info only. */
export type Reply = Readonly<{ ok: boolean; error?: string; log: string }>;

export type ProgramInfo = Readonly<{
  name: string;
  section: string;
  /** The rest is zero before load. */
  type: number;
  id: number;
  btfId: number;
  funcInfos: number;
  lineInfos: number;
}>;

export type MapInfo = Readonly<{
  name: string;
  type: number;
  id: number;
  keySize: number;
  valueSize: number;
  maxEntries: number;
  flags: number;
  btfId: number;
  keyType: number;
  valueType: number;
  pin: string;
}>;

export type Libbpf = Readonly<{
  /** Of the process that loads and runs. */
  pid: number;
  /** Sends a command of judge.c and gives its reply, which may be a refusal. */
  tryAsk: <Fields = unknown>(command: string) => Promise<Reply & Fields>;
  /** Sends a command that must succeed. */
  ask: <Fields = unknown>(command: string) => Promise<Reply & Fields>;
}>;

/** A command that takes longer has hung. Loading builds no harness: it is done when the test file starts. */
const PATIENCE_MS = 45_000;

/** Runs the harness around `body`; when it ends, all that was loaded is gone. */
export async function withLibbpf(name: LibbpfName, body: (libbpf: Libbpf) => Promise<void>): Promise<void> {
  const { path, obstacle } = harness(name);
  if (path === undefined) throw new Error(obstacle);
  const child = spawn(path, [], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  child.stdin.on("error", () => {}); // EPIPE of a dead harness: the missing reply tells it
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const tryAsk = async <Fields>(command: string): Promise<Reply & Fields> => {
    child.stdin.write(`${command}\n`);
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const line = await lines.next();
    clearTimeout(timer);
    if (line.done === true) throw new Error(`${name} gave no reply to "${command}"`);
    return JSON.parse(line.value) as Reply & Fields; // judge.c says which fields a command has
  };
  const ask = async <Fields>(command: string): Promise<Reply & Fields> => {
    const reply = await tryAsk<Fields>(command);
    if (!reply.ok) throw new Error(`${name}: "${command}": ${reply.error}\n${reply.log}`);
    return reply;
  };

  try {
    await body({ pid: child.pid ?? 0, tryAsk, ask });
  } finally {
    child.stdin.end();
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    await exited;
    clearTimeout(timer);
  }
}

/** `value` as the hex bytes of a little-endian integer, as judge.c takes keys and values. */
export function hex(value: number, size: 1 | 2 | 4 | 8): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, size).toString("hex");
}

/** The inverse of `hex`. */
export function unhex(text: string): number {
  return Number(Buffer.from(text.padEnd(16, "0"), "hex").readBigUInt64LE());
}

/** The bytes of a data section's map, in hex. */
export async function dataOf(libbpf: Libbpf, section: string): Promise<string> {
  return (await libbpf.ask<{ value: string }>(`lookup ${section} ${hex(0, 4)}`)).value;
}

/** The unsigned 64-bit numbers that `text`, the hex bytes of a variable, begins with: by the names given to them. */
export function numbersOf<Name extends string>(text: string, names: readonly Name[]): Record<Name, bigint> {
  const bytes = Buffer.from(text, "hex");
  return Object.fromEntries(names.map((name, i) => [name, bytes.readBigUInt64LE(8 * i)])) as Record<
    Name,
    bigint
  >;
}
