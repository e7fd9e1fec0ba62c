// The command line of tsbpf-ld: what it takes, what --help says. Values are checked here; files are not touched.

import { Command, InvalidArgumentError, Option } from "commander";

export interface LinkArgs {
  readonly input: string;
  /** `undefined` where nothing is written (--emit none). */
  readonly output: string | undefined;
  readonly target: "bpfel" | "bpfeb";
  readonly cpu: 1 | 2 | 3 | 4 | undefined;
  readonly emit: "object" | "none";
  readonly errorFormat: "text" | "json";
  readonly lineInfo: boolean;
}

/** What to do: link, or print a text and end with an exit code. */
export type Parsed =
  | { readonly kind: "link"; readonly args: LinkArgs }
  | { readonly kind: "print"; readonly text: string; readonly toStderr: boolean; readonly exitCode: number };

interface Options {
  readonly output?: string;
  readonly target: "bpf" | "bpfel" | "bpfeb";
  readonly mcpu?: 1 | 2 | 3 | 4;
  readonly emit: "object" | "none";
  readonly errorFormat: "text" | "json";
  readonly lineInfo: boolean;
}

const EXAMPLES = `
Examples:
  tsbpf-ld prog.json -o prog.o              an object for libbpf, bpftool, cilium/ebpf and aya
  generate | tsbpf-ld - -o prog.o           read the IR from standard input
  tsbpf-ld prog.json -o - > prog.o          write the object to standard output
  tsbpf-ld prog.json --emit none            check only
  tsbpf-ld prog.json -o prog.o --mcpu v2    refuse instructions that older kernels lack

Exit codes: 0 linked, 1 the input has errors, 2 wrong usage, 70 a bug of tsbpf-ld.`;

const USAGE_ERROR = 2;

export function parseArgs(argv: readonly string[], version: string): Parsed {
  let out = "";
  let err = "";
  const command = new Command("tsbpf-ld")
    .description("Writes an eBPF object file from an IR file, without LLVM.")
    .argument("<input>", 'IR file (JSON, docs/ir.md); "-" is standard input')
    .option("-o, --output <file>", 'object file to write; "-" is standard output')
    .addOption(
      new Option("--target <target>", "byte order of the object: bpfel (bpf) or bpfeb")
        .choices(["bpf", "bpfel", "bpfeb"])
        .default("bpfel"),
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
    .addOption(
      new Option("--error-format <format>", "how errors look: text, or one JSON object a line")
        .choices(["text", "json"])
        .default("text"),
    )
    .option("--no-line-info", "leave out source lines")
    .version(version, "-V, --version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        out += text;
      },
      writeErr: (text) => {
        err += text;
      },
    });

  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    const exitCode = (error as { exitCode?: unknown }).exitCode;
    if (typeof exitCode !== "number") throw error;
    if (exitCode === 0) return { kind: "print", text: out, toStderr: false, exitCode: 0 };
    return usageError(err.trimEnd());
  }
  const options = command.opts<Options>();
  const input = command.args[0]!;
  if (options.emit === "object" && options.output === undefined) {
    return usageError("error: nothing says where to write; give -o FILE, or --emit none to check only");
  }
  return {
    kind: "link",
    args: {
      input,
      output: options.emit === "object" ? options.output : undefined,
      target: options.target === "bpfeb" ? "bpfeb" : "bpfel",
      cpu: options.mcpu,
      emit: options.emit,
      errorFormat: options.errorFormat,
      lineInfo: options.lineInfo,
    },
  };
}

function usageError(message: string): Parsed {
  const text = `tsbpf-ld: ${message}\nTry "tsbpf-ld --help".\n`;
  return { kind: "print", text, toStderr: true, exitCode: USAGE_ERROR };
}

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
