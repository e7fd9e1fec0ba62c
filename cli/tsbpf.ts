#!/usr/bin/env node
// The program tsbpf: the process that Node gives us, around `runInspect`.

import { printError, printOut } from "./files.js";
import { runInspect } from "./inspect.js";
import { isTerminal } from "./terminal.js";

const colors = !process.env.NO_COLOR;
process.exitCode = runInspect(process.argv.slice(2), {
  stdout: printOut,
  stderr: printError,
  get color() {
    return colors && isTerminal(2);
  },
  get outputColor() {
    return colors && isTerminal(1);
  },
});
