#!/usr/bin/env node
// The program tsbpf: the process that Node gives us, around `runInspect`.

import { runInspect } from "./inspect.js";

const colors = !process.env.NO_COLOR;
process.exitCode = runInspect(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  color: process.stderr.isTTY === true && colors,
  outputColor: process.stdout.isTTY === true && colors,
});
