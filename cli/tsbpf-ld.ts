#!/usr/bin/env node
// The program: the process that Node gives us, around `run`.

import { printError, printOut } from "./files.js";
import { run } from "./main.js";
import { isTerminal } from "./terminal.js";

process.exitCode = run(process.argv.slice(2), {
  stdout: printOut,
  stderr: printError,
  get color() {
    return !process.env.NO_COLOR && isTerminal(2);
  },
  get terminal() {
    return isTerminal(2);
  },
});
