// Our own mistakes. A user's mistake is a Diagnostic (diagnostic.ts); these are exceptions whose text starts
// with "bug:", so that the CLI can tell the two apart and ask for a report.

/** Throws when a condition that our own code must guarantee does not hold. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`bug: ${what}`);
}

/** The same for places that run a million times, where the text for `assert` would be made each time: `if (...) bug(...)`. */
export function bug(what: string): never {
  throw new Error(`bug: ${what}`);
}

/** The `default` of an exhaustive switch: the compiler refuses it while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`bug: unexpected value ${JSON.stringify(value)}`);
}
