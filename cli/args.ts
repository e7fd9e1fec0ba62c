// The command line of tsbpf-ld: what it takes, what --help says. Values are checked here; files are not touched.

import { InvalidArgumentError, Option } from "commander";
import type { LinkFilesOptions } from "../src/index.js";
import { errorFormatOption, newProgram, type PrintAndEnd } from "./command-line.js";
import type { InputPath } from "./inputs.js";
import { insteadOf } from "./ld-options.js";
import { expandArguments } from "./response.js";

/** A command line that asks for a link, and has passed all checks that need no file. */
export interface LinkArgs {
  readonly kind: "link";
  /** One or more. */
  readonly inputs: readonly InputPath[];
  /** `undefined` where nothing is written (--emit none). */
  readonly output: string | undefined;
  readonly errorFormat: "text" | "json";
  readonly map: string | undefined;
  readonly why: readonly string[];
  readonly trace: readonly string[];
  /** What the library is asked for. */
  readonly options: LinkFilesOptions;
}

/** What stands before and behind a "=". */
type Pair = readonly [string, string];

/** What commander makes of the options: its names and its values. */
interface Options {
  readonly output?: string;
  readonly target?: "bpf" | "bpfel" | "bpfeb";
  readonly mcpu?: 1 | 2 | 3 | 4;
  readonly emit: "object" | "none";
  readonly errorFormat: "text" | "json";
  readonly lineInfo: boolean;
  readonly stripDebug?: true;
  readonly allowUndefined?: true;
  readonly strictTypes?: true;
  readonly foldIdentical?: true;
  readonly gcSections?: true;
  readonly gcMaps?: true;
  readonly keep?: readonly string[];
  readonly export?: readonly string[];
  readonly rename?: readonly Pair[];
  readonly set?: readonly Pair[];
  readonly map?: string;
  readonly why?: readonly string[];
  readonly traceSymbol?: readonly string[];
}

const EXAMPLES = `
Examples:
  tsbpf-ld prog.json -o prog.o              an object for libbpf, bpftool, cilium/ebpf and aya
  tsbpf-ld a.json b.o lib.a -o prog.o       link IR, objects, and what they need of an archive
  generate | tsbpf-ld - -o prog.o           read the IR from standard input
  tsbpf-ld prog.json -o - > prog.o          write the object to standard output
  tsbpf-ld prog.json --emit none            check only
  tsbpf-ld prog.json -o prog.o --mcpu v2    refuse instructions that older kernels lack

Exit codes: 0 linked, 1 the input has errors, 2 wrong usage, 70 a bug of tsbpf-ld.`;

/** What the words behind the program's name ask for. */
export function parseArgs(argv: readonly string[], version: string): LinkArgs | PrintAndEnd {
  const program = newProgram("tsbpf-ld", EXAMPLES);
  const command = program.command
    .description("Links IR files, eBPF objects and archives into one eBPF object file, without LLVM.")
    .argument("<input...>", 'IR (JSON, docs/ir.md), objects, archives; "-" is standard input')
    .option("-o, --output <file>", 'object file to write; "-" is standard output', once)
    .addOption(
      new Option(
        "--target <target>",
        "byte order of the object: bpfel (bpf) or bpfeb; default: that of the first object or of the IR, else bpfel",
      ).choices(["bpf", "bpfel", "bpfeb"]),
    )
    .option(
      "--mcpu <version>",
      "newest instructions allowed: v1, v2, v3 or v4; at v4 a far goto becomes gotol",
      parseCpu,
    )
    .addOption(
      new Option("--emit <what>", "what to write: an object, or nothing")
        .choices(["object", "none"])
        .default("object"),
    )
    .addOption(errorFormatOption())
    .option("--no-line-info", "leave out source lines")
    .option("-S, --strip-debug", "leave out source lines and, unless CO-RE needs it, .BTF.ext")
    .option("-r, --allow-undefined", "keep names that no input defines, for a later link")
    .option("--strict-types", "errors, not warnings, where declared types only nearly agree")
    .option("--fold-identical", "keep one of several strong definitions that are the same")
    .option("--whole-archive", "link all members of the archives behind it, needed or not")
    .option(
      "--no-whole-archive",
      "link only needed members of the archives behind it, as without --whole-archive",
    )
    .option("--gc-sections", "drop functions, data and externs that no program needs")
    .option("--gc-maps", "with --gc-sections: drop maps that no program needs, too")
    .option("--keep <name>", "with --gc-sections: keep NAME and all that it needs", collect)
    .option("--export <name>", "keep only the names given so visible; programs and maps stay it", collect)
    .option("--rename <old=new>", "give a name of the result another one", collectPair)
    .option("--set <path=value>", "set a value in data: config.level=3", collectPair)
    .option("--map <file>", "write what came from where (-Map FILE); JSON for FILE.json")
    .option("--why <name>", "print why NAME is in the result", collect)
    .option("--trace-symbol <name>", "print who defines and who declares NAME", collect)
    .version(version, "-V, --version");

  const words = expandArguments(argv);
  if (typeof words === "string") return program.usageError(words);
  const end = program.parse(words.map(spell), insteadOf);
  if (end !== undefined) return end;
  const options = command.opts<Options>();
  const inputs = inputsOf(command.args);
  const wrong = whatIsWrong(
    inputs.map(({ path }) => path),
    options,
  );
  if (wrong !== undefined) return program.usageError(wrong);
  return {
    kind: "link",
    inputs,
    output: options.emit === "object" ? options.output : undefined,
    errorFormat: options.errorFormat,
    map: options.map,
    why: options.why ?? [],
    trace: options.traceSymbol ?? [],
    options: libraryOptions(options),
  };
}

/** Options that lack another, and files that cannot be what several arguments want of them. */
function whatIsWrong(inputs: readonly string[], options: Options): string | undefined {
  const { output, map, emit, gcSections, gcMaps, keep } = options;
  if (inputs[0] === "gen" && inputs[1] === "object") {
    return "these are the words of bpftool; here it is: tsbpf-ld INPUT... -o FILE";
  }
  if (emit === "object" && output === undefined) {
    return "nothing says where to write; give -o FILE, or --emit none to check only";
  }
  if (!gcSections && (gcMaps || keep !== undefined)) {
    return `${gcMaps ? "--gc-maps" : "--keep"} needs --gc-sections`;
  }
  if (inputs.length === 0) return "missing required argument 'input'";
  if ([...inputs, output, map].includes("")) return "the name of a file is empty";
  if (inputs.filter((input) => input === "-").length > 1) return "standard input can be read only once";
  if (emit === "object" && map !== undefined && map === output) return `-Map and -o both write to "${map}"`;
  return undefined;
}

/** In the words of the library, where everything has a value. */
function libraryOptions(options: Options): LinkFilesOptions {
  const { lineInfo, strictTypes, foldIdentical, stripDebug, gcSections, gcMaps } = options;
  return {
    target: options.target === "bpf" ? "bpfel" : options.target,
    cpu: options.mcpu,
    lineInfo,
    stripDebug: stripDebug ?? false,
    allowUndefined: options.allowUndefined ?? false,
    strictTypes: strictTypes ?? false,
    foldIdentical: foldIdentical ?? false,
    gcSections: gcSections ?? false,
    gcMaps: gcMaps ?? false,
    keep: options.keep ?? [],
    ...(options.export === undefined ? {} : { exports: options.export }),
    rename: options.rename ?? [],
    set: options.set ?? [],
  };
}

/**
 * What stands among the inputs for --whole-archive and --no-whole-archive, which say something of those behind them:
 * commander keeps the order of inputs, but not of options. No file has a NUL in its name.
 */
const MARKS: ReadonlyMap<string, string> = new Map([
  ["--whole-archive", "\0whole"],
  ["--no-whole-archive", "\0needed"],
]);

/** Linkers have always had `-Map FILE`; a word of several letters behind one dash is several options elsewhere. */
function spell(argument: string): string {
  return MARKS.get(argument) ?? argument.replace(/^-Map(?==|$)/, "--map");
}

function inputsOf(words: readonly string[]): InputPath[] {
  const inputs: InputPath[] = [];
  let wholeArchive = false;
  for (const path of words) {
    if (path.startsWith("\0")) wholeArchive = path === MARKS.get("--whole-archive");
    else inputs.push({ path, wholeArchive });
  }
  return inputs;
}

/** GNU ld takes the last of several, and so loses what somebody meant. */
function once(value: string, before: string | undefined): string {
  if (before === undefined) return value;
  throw new InvalidArgumentError(`It is given twice, first as "${before}".`);
}

/** An option that may be given several times. */
function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** OLD=NEW or PATH=VALUE: the first "=" separates, and a value may have more of them. */
function collectPair(value: string, before: readonly Pair[] | undefined): readonly Pair[] {
  const at = value.indexOf("=");
  if (at < 1) throw new InvalidArgumentError('A "=" must separate two parts.');
  return [...(before ?? []), [value.slice(0, at), value.slice(at + 1)]];
}

/** LLVM's names of BPF's versions, with or without the v. */
function parseCpu(value: string): 1 | 2 | 3 | 4 {
  switch (value.replace(/^v/, "")) {
    case "1":
      return 1;
    case "2":
      return 2;
    case "3":
      return 3;
    case "4":
      return 4;
    default:
      throw new InvalidArgumentError("Allowed are v1, v2, v3, v4.");
  }
}
