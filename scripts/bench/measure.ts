// Runs commands and says what they took. Commands that are compared run in turn, so that whatever else the machine does
// falls on all of them; a figure is the median of the runs.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Cost {
  /** Seconds on the clock. */
  readonly wall: number;
  /** Seconds of all processors, user and system; `undefined` where /usr/bin/time is not installed. */
  readonly cpu: number | undefined;
  /** Peak resident memory in MiB; `undefined` where /usr/bin/time is not installed. */
  readonly peak: number | undefined;
}

/** What each of `commands` costs. `folder` takes a scratch file. Throws where a command fails. */
export function compare(commands: readonly (readonly string[])[], runs: number, folder: string): Cost[] {
  const costs: Cost[][] = commands.map(() => []);
  for (let i = 0; i < runs; i++) {
    for (const [at, command] of commands.entries()) costs[at]!.push(measure(command, folder));
  }
  return costs.map((list) => ({
    wall: median(list.map(({ wall }) => wall))!,
    cpu: median(list.flatMap(({ cpu }) => cpu ?? [])),
    peak: median(list.flatMap(({ peak }) => peak ?? [])),
  }));
}

const TIMER = "/usr/bin/time";

function measure(command: readonly string[], folder: string): Cost {
  const timed = existsSync(TIMER);
  const report = join(folder, "time.txt");
  const full = timed ? [TIMER, "-f", "%U %S %M", "-o", report, ...command] : command;
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(full[0]!, full.slice(1), {
    encoding: "utf8",
    timeout: 600_000,
  });
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command.join(" ").slice(0, 400)}: exit ${status}\n${stderr}`);
  if (!timed) return { wall, cpu: undefined, peak: undefined };
  const [user, system, kib] = readFileSync(report, "utf8").split(" ").map(Number);
  return { wall, cpu: user! + system!, peak: kib! / 1024 };
}

/** The middle one; of an even number, the upper. */
function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** A table with its columns aligned: the first to the left, numbers to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
    console.log(cells.join("  ").trimEnd());
  }
}

export function seconds(value: number | undefined): string {
  return value === undefined ? "?" : `${value.toFixed(2)} s`;
}

export function mebibytes(value: number | undefined): string {
  return value === undefined ? "?" : `${value.toFixed(0)} MiB`;
}

/** How many times `theirs` ours is; below 1 we are ahead. */
export function ratio(ours: number | undefined, theirs: number | undefined): string {
  return ours === undefined || theirs === undefined || theirs === 0 ? "?" : (ours / theirs).toFixed(2);
}
