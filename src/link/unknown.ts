// A name that an option gives and that nothing has.

import { didYouMean, type Log } from "../base/index.js";
import type { Thing } from "./things.js";

/** `option` stands where a place would: no file has the mistake. */
export function reportUnknown(
  name: string,
  option: string,
  names: ReadonlyMap<string, Thing>,
  log: Log,
): void {
  const at = { kind: "file", file: option } as const;
  log.error("link/unknown-name", at, { name }, { hint: () => didYouMean(name, names.keys()) });
}
