// String literals that are the end of another: "world" lies in "hello, world". The longer one stands for both, as ELF linkers
// do it in sections with SHF_MERGE and SHF_STRINGS (gABI, chapter 4): the address of a literal is nobody's.
//
// Cost: literals are sorted by their bytes from the end, so that one that ends another stands right before it.

import { append, compareTails, isTail } from "../base/index.js";
import type { DataVariable, Ref } from "../ir/index.js";
import type { Draft } from "./copy.js";
import type { ReportDraft } from "./report.js";
import type { Open } from "./things.js";

/** Drops literals that are the end of another one, and refers to that. */
export function shareTails(draft: Draft, report: ReportDraft): void {
  const literals = draft.variables.filter(isLiteral);
  const hosts = new Map<unknown, { readonly host: DataVariable; readonly addend: number }>();
  const bySection = new Map<string, Open<DataVariable>[]>();
  for (const literal of literals) {
    const key = `${literal.section}\0${literal.constant}\0${literal.align}`;
    append(bySection, key, literal);
  }
  for (const list of bySection.values()) {
    // From the longest: what ends something ends its predecessor, or what this one ends.
    list.sort((a, b) => compareTails(b.bytes, a.bytes));
    let host: DataVariable | undefined;
    for (const literal of list) {
      if (host === undefined || !isTail(literal.bytes, host.bytes)) host = literal;
      else hosts.set(literal, { host, addend: host.bytes.length - literal.bytes.length });
    }
  }
  if (hosts.size === 0) return;
  const moved = (ref: Ref): Ref => {
    const tail = hosts.get(ref.to);
    return tail === undefined ? ref : { ...ref, to: tail.host, addend: ref.addend + tail.addend };
  };
  for (const func of draft.functions) {
    if (!func.body.some(({ ref }) => ref !== undefined && hosts.has(ref.to))) continue;
    func.body = func.body.map((statement) =>
      statement.ref === undefined ? statement : { ...statement, ref: moved(statement.ref) },
    );
  }
  draft.variables = draft.variables.filter((variable) => {
    const tail = hosts.get(variable);
    if (tail !== undefined) report.removed(variable, `it is the end of "${tail.host.name}"`);
    return tail === undefined;
  });
}

/** Strings of one-byte characters: the section says so (LLVM's .rodata.str1.N), and the bytes end in their only NUL. */
function isLiteral(variable: Draft["variables"][number]): variable is Open<DataVariable> {
  if (variable.kind !== "data" || !variable.private || variable.align !== 1) return false;
  if (!/^\.rodata\.str1\.\d+$/.test(variable.section)) return false;
  return variable.bytes.length > 0 && variable.bytes.indexOf(0) === variable.bytes.length - 1;
}
