// Whether somebody is looking. Node takes as long to load what knows it as a small link takes, so it is loaded when it is
// asked for: to print a message in colour, or in a link that takes a second.

/** Whether a file descriptor is a terminal. */
export function isTerminal(fd: number): boolean {
  return process.getBuiltinModule("node:tty").isatty(fd);
}
