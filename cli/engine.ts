// What Node's engine is told before a large link. V8 11 (Node 20) compiles whatever has run for a millisecond or two once more, with
// all optimizations, on other threads. A link is over in a second or two, and runs most of its code for a few milliseconds: half of
// its seconds went to code that hardly ran any more. Newer engines wait longer by themselves.

/** Bytes of input below which loading the module that sets this costs more than it saves. */
const LARGE = 0x4_0000;
/** Bytes of bytecode that a function runs before it is looked at: 66 KiB by default (V8 11, flag-definitions.h). */
const PATIENCE = 500_000;

/** Lets the engine wait longer where `size` bytes are to be linked. */
export function prepareEngine(size: number): void {
  if (size < LARGE || !process.versions.v8.startsWith("11.")) return;
  process.getBuiltinModule("node:v8").setFlagsFromString(`--interrupt-budget=${PATIENCE}`);
}
