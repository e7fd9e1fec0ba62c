#!/usr/bin/env node
// The program tsbpf: the process that Node gives us, around `runInspect`.

import { isatty } from "node:tty";
import { printError, printOut } from "./files.js";
import { runInspect } from "./inspect.js";

const colors = !process.env.NO_COLOR;
process.exitCode = runInspect(process.argv.slice(2), {
  stdout: printOut,
  stderr: printError,
  color: isatty(2) && colors,
  outputColor: isatty(1) && colors,
});
