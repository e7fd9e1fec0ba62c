// What a reference to an extern turns out to be, once its definition is known: rules that the author of one input could not
// see. They are those of ir/bind.ts, which holds them inside one module.

import { OPCODE } from "../asm/index.js";
import type { Log } from "../base/index.js";
import type { Func, Statement } from "../ir/index.js";
import type { Draft } from "./copy.js";

/** Reports addresses beside a map or a function, and warns of calls and addresses of programs. */
export function checkRefs({ functions }: Draft, log: Log): void {
  for (const func of functions) {
    for (const statement of func.body) checkRef(func, statement, log);
  }
}

function checkRef(caller: Func, { insn, ref }: Statement, log: Log): void {
  if (ref === undefined) return;
  const { to, addend, at } = ref;
  if (to.kind !== "map" && to.kind !== "func") return;
  const { name, section } = to;
  if (addend !== 0) log.error("ir/no-addend", at, { name, what: to.kind === "map" ? "a map" : "a function" });
  if (to.kind === "map" || section === ".text") return;
  if (insn.opcode !== OPCODE.call) log.warn("ir/address-of-program", at, { name });
  else if (to.binding !== "local" || section !== caller.section)
    log.warn("ir/call-of-program", at, { name, section });
}
