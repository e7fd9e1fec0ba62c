// The words of "linkage" -> how the linker sees the name. `static` is STB_LOCAL, `hidden` a global name with
// STV_HIDDEN (ELF gABI, symbol table); a private constant has no symbol, so its binding is nobody's business.

import type { Binding, Func } from "./module.js";

/** `hidden` is the key of that name, which goes with every linkage. */
export function bindingOf(
  linkage: string | undefined,
  hidden: boolean,
): { binding: Binding; hidden: boolean } {
  switch (linkage) {
    case "static":
    case "private":
      return { binding: "local", hidden };
    case "weak":
      return { binding: "weak", hidden };
    case "hidden":
      return { binding: "global", hidden: true };
    default:
      return { binding: "global", hidden };
  }
}

/** What clang 10 and later say in the FUNC of a function of this binding (BTFDebug.cpp, processFuncPrototypes). */
export function usualBtfLinkage(binding: Binding): NonNullable<Func["btfLinkage"]> {
  return binding === "local" ? "static" : "global";
}
