// A file that is no ELF, as IR: what it is instead, where it cannot be that, and else the Module that its text says.

import { decodeUtf8Strict, foreignBytes, foreignText, type Log } from "./base/index.js";
import { type Module, type ParseOptions, parseModule } from "./ir/index.js";

/** The module of an IR file; `undefined` after errors, which are in the log. */
export function readIr(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  log: Log,
  options: ParseOptions,
): Module | undefined {
  const at = { kind: "file", file: name } as const;
  const foreign = foreignBytes(bytes);
  const text = foreign === undefined ? decodeUtf8Strict(bytes) : undefined;
  const what = foreign ?? (text === undefined ? undefined : foreignText(name, text));
  if (what !== undefined) log.error("base/foreign", at, { file: name, what: what.what }, { hint: what.hint });
  else if (text === undefined) log.error("json/not-utf8", at, {});
  else return parseModule({ name, text }, log, options);
  return undefined;
}
