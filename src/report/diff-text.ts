// Changes as text: one line that names each, and below it the lines that differ.

import type { Change } from "./diff.js";
import type { DiffLine } from "./diff-lines.js";
import { type Paint, plain } from "./text.js";

/** The whole text, with a line end; "" where nothing has changed. */
export function printChanges(changes: readonly Change[], paint: Paint = plain): string {
  return changes
    .map(({ thing, name, change, details }) =>
      [
        paint("title", `${thing} ${name} ${change}`),
        ...details.map((line) => `  ${printLine(line, paint)}`.trimEnd()),
        "",
      ].join("\n"),
    )
    .join("\n");
}

/** The signs of a unified diff (diff(1)), but for "@", which has no numbers of lines: code has none. */
function printLine({ sign, text }: DiffLine, paint: Paint): string {
  switch (sign) {
    case "-":
      return paint("removed", `- ${text}`);
    case "+":
      return paint("added", `+ ${text}`);
    case "@":
      return paint("dim", `@ ${text}`);
    default:
      return `  ${text}`;
  }
}
