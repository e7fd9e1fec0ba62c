// Runs the worst inputs in a process of its own, whose heap is small: who makes megabytes of nothing has no room for it.

import { readFileSync } from "node:fs";
import type { Case, Verb } from "./cases.js";
import { runCase } from "./target.js";
import { WORST } from "./worst.js";

export interface WorstCost {
  readonly name: string;
  readonly verb: Verb;
  /** Processor time. */
  readonly ms: number;
}

const whole = { name: "whole.o", bytes: new Uint8Array(readFileSync(process.argv[2]!)) };
const costs: WorstCost[] = [];
for (const { name, make } of WORST) {
  const file = make();
  const gc = { gcSections: true, foldIdentical: true, allowUndefined: true };
  const cases: Case[] = [
    { verb: "dump", from: name, files: [file], options: {} },
    { verb: "link", from: name, files: [file], options: {} },
    { verb: "link", from: name, files: [file, whole], options: gc },
    { verb: "diff", from: name, files: [file, file], options: {} },
  ];
  if (file.name.endsWith(".o")) cases.push({ verb: "lift", from: name, files: [file], options: {} });
  for (const one of cases) {
    const start = process.cpuUsage();
    runCase(one);
    const { user, system } = process.cpuUsage(start);
    costs.push({ name, verb: one.verb, ms: Math.round((user + system) / 1000) });
  }
}
console.log(JSON.stringify(costs));
