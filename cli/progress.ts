// One line on a terminal that says what is done, for whoever waits, and leaves no trace.

import { terminalSafe } from "../src/index.js";

/** After this long somebody may wonder. */
const PATIENCE_MS = 1000;
/** What fits the narrowest terminal: a line that wraps cannot be taken back. */
const MAX_WIDTH = 79;
/** ECMA-48: to the start of the line, and EL, which erases to its end. */
const CLEAR = "\r\x1b[K";

export interface Progress {
  show(phase: string): void;
  clear(): void;
}

/** `now` is a clock in milliseconds. Nothing is written in the first second, and nothing where `terminal` says that none is. */
export function progressOn(
  write: (text: string) => void,
  terminal: () => boolean,
  now: () => number,
): Progress {
  const start = now();
  let shown = false;
  return {
    show: (phase) => {
      if (now() - start < PATIENCE_MS || !terminal()) return;
      shown = true;
      write(`${CLEAR}${terminalSafe(phase).slice(0, MAX_WIDTH)}`);
    },
    clear: () => {
      if (shown) write(CLEAR);
    },
  };
}
