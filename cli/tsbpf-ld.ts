#!/usr/bin/env node
// The program: the process that Node gives us, around `run`.

import { isatty } from "node:tty";
import { printError, printOut } from "./files.js";
import { run } from "./main.js";

process.exitCode = run(process.argv.slice(2), {
  stdout: printOut,
  stderr: printError,
  color: isatty(2) && !process.env.NO_COLOR,
  terminal: isatty(2),
});
