// What a reference to an extern turns out to be, once its definition is known: rules that the author of one input could not
// see. They are those of ir/bind.ts, which holds them inside one module.

import { OPCODE } from "../asm/index.js";
import type { Log } from "../base/index.js";
import type { Func, MapVariable, Statement } from "../ir/index.js";
import type { Draft } from "./copy.js";
import { isExtern } from "./things.js";

/** Reports addresses beside a map or a function and slots of maps that hold neither, and warns of calls and addresses of programs. */
export function checkRefs({ functions, variables }: Draft, log: Log): void {
  for (const func of functions) {
    for (const statement of func.body) checkRef(func, statement, log);
  }
  for (const variable of variables) if (variable.kind === "map") checkSlots(variable, log);
}

/** An initial value that was only declared has turned out to be a program, or a map, or what no slot can hold. */
function checkSlots({ definition, init }: Pick<MapVariable, "definition" | "init">, log: Log): void {
  const values = definition.members.find((member) => member.kind === "values");
  if (values?.kind !== "values") return;
  const ofMaps = typeof values.of !== "number";
  for (const ref of init) {
    if (ref === undefined || !("section" in ref.to) || isExtern(ref.to)) continue;
    const { to, at } = ref;
    const fits = ofMaps ? to.kind === "map" : to.kind === "func" && to.section !== TEXT;
    if (fits) continue;
    const actual = to.kind === "func" ? "a subprogram" : to.kind === "map" ? "a map" : "a variable";
    log.error("ir/wrong-thing", at, { name: to.name, actual, expected: ofMaps ? "a map" : "a program" });
  }
}

/** Subprograms: libbpf loads none by itself, so that no slot can hold one. */
const TEXT = ".text";

function checkRef(caller: Func, { insn, ref }: Statement, log: Log): void {
  if (ref === undefined) return;
  const { to, addend, at } = ref;
  if (to.kind !== "map" && to.kind !== "func") return;
  const { name, section } = to;
  if (addend !== 0) log.error("ir/no-addend", at, { name, what: to.kind === "map" ? "a map" : "a function" });
  if (to.kind === "map" || section === TEXT) return;
  if (insn.opcode !== OPCODE.call) log.warn("ir/address-of-program", at, { name });
  else if (to.binding !== "local" || section !== caller.section)
    log.warn("ir/call-of-program", at, { name, section });
}
