// Running an outside tool: bounded in time, and loud about what it said when it fails.

import { spawnSync } from "node:child_process";

export type Run = Readonly<{ status: number | undefined; stdout: string; stderr: string }>;

/** Runs `tool` to its end, whatever its exit status; after `timeout` milliseconds it is killed, which is an error. */
export function tryRun(tool: string, args: readonly string[], options: RunOptions = {}): Run {
  const { timeout = 30_000, cwd, input = "", env } = options;
  const result = spawnSync(tool, args, {
    timeout,
    input,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    killSignal: "SIGKILL",
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
  });
  if (result.error !== undefined) throw new Error(`${tool} ${args.join(" ")}: ${result.error.message}`);
  return { status: result.status ?? undefined, stdout: result.stdout, stderr: result.stderr };
}

/** Runs `tool`, which must exit with 0, and gives what it printed on stdout. */
export function run(tool: string, args: readonly string[], options: RunOptions = {}): string {
  const { status, stdout, stderr } = tryRun(tool, args, options);
  if (status !== 0) throw new Error(`${tool} ${args.join(" ")}: exit ${status}\n${stderr}${stdout}`);
  return stdout;
}

export type RunOptions = Readonly<{
  timeout?: number;
  cwd?: string;
  input?: string;
  env?: Readonly<Record<string, string>>;
}>;

/** Asks `probe` again every `every` milliseconds until it gives something, for at most `limit` milliseconds. */
export async function eventually<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  limit = 5_000,
  every = 50,
): Promise<T | undefined> {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined || Date.now() >= end) return answer;
    await new Promise((done) => setTimeout(done, every));
  }
}
