// The command line of tsbpf: lift, dump, diff. Values are checked here; files are not touched.

import { Command, Option } from "commander";

interface Common {
  readonly color: "auto" | "always" | "never";
  readonly errorFormat: "text" | "json";
}

export type InspectArgs = Common &
  (
    | { readonly verb: "lift"; readonly input: string; readonly output: string; readonly verbose: boolean }
    | {
        readonly verb: "dump";
        readonly input: string;
        readonly json: boolean;
        readonly bytes: boolean;
        readonly section: string | undefined;
        readonly function: string | undefined;
      }
    | {
        readonly verb: "diff";
        readonly a: string;
        readonly b: string;
        readonly json: boolean;
        readonly lineInfo: boolean;
      }
  );

/** What to do: inspect, or print a text and end with an exit code. */
export type ParsedInspect =
  | { readonly kind: "inspect"; readonly args: InspectArgs }
  | { readonly kind: "print"; readonly text: string; readonly toStderr: boolean; readonly exitCode: number };

const EXAMPLES = `
Examples:
  tsbpf dump prog.o                    sections, symbols, maps, programs with their source lines, types
  tsbpf dump prog.o --function main    one function
  tsbpf dump prog.o --json | jq .maps  the same for tools
  tsbpf lift prog.o -o prog.json       the object as IR, which tsbpf-ld makes the object of again
  tsbpf diff old.o new.json            what has changed, in objects or IR files

Exit codes: 0 done, and for diff no difference; 1 the input has errors, or for diff there is a difference;
2 wrong usage, and for diff an input that has errors; 70 a bug of tsbpf.`;

const USAGE_ERROR = 2;

export function parseInspectArgs(argv: readonly string[], version: string): ParsedInspect {
  let out = "";
  let err = "";
  let args: InspectArgs | undefined;
  const outputs = {
    writeOut: (text: string): void => {
      out += text;
    },
    writeErr: (text: string): void => {
      err += text;
    },
  };
  const program = new Command("tsbpf")
    .description("Looks into eBPF object files, without LLVM.")
    .version(version, "-V, --version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput(outputs);
  const verb = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .helpOption("-h, --help", "print this help")
      .exitOverride()
      .configureOutput(outputs)
      .addOption(
        new Option("--color <when>", "colours on standard output")
          .choices(["auto", "always", "never"])
          .default("auto"),
      )
      .addOption(
        new Option("--error-format <format>", "how errors look: text, or one JSON object a line")
          .choices(["text", "json"])
          .default("text"),
      );
  verb("lift", "Writes an object as IR.")
    .argument("<input>", 'object file; "-" is standard input')
    .requiredOption("-o, --output <file>", 'IR file to write; "-" is standard output')
    .option("-v, --verbose", "say what is left out")
    .action((input: string, options: Common & { output: string; verbose?: true }) => {
      args = { verb: "lift", input, ...options, verbose: options.verbose ?? false };
    });
  verb("dump", "Shows what is in an object.")
    .argument("<input>", 'object or IR file; "-" is standard input')
    .option("--json", "as JSON, for tools")
    .option("--bytes", "the bytes of each instruction, too")
    .option("--section <name>", "only what lies in this section")
    .option("--function <name>", "only this function")
    .action(
      (
        input: string,
        options: Common & { json?: true; bytes?: true; section?: string; function?: string },
      ) => {
        const { json = false, bytes = false, section, function: func } = options;
        args = { verb: "dump", input, ...options, json, bytes, section, function: func };
      },
    );
  verb("diff", "Compares two objects or IR files by what they mean.")
    .argument("<a>", "object or IR file")
    .argument("<b>", "object or IR file")
    .option("--json", "as JSON, for tools")
    .option("--no-line-info", "leave source positions out")
    .action((a: string, b: string, options: Common & { json?: true; lineInfo: boolean }) => {
      args = { verb: "diff", a, b, ...options, json: options.json ?? false };
    });
  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    const exitCode = (error as { exitCode?: unknown }).exitCode;
    if (typeof exitCode !== "number") throw error;
    if (exitCode === 0) return { kind: "print", text: out, toStderr: false, exitCode: 0 };
    // Without a command commander shows the help.
    const message = err.startsWith("error:") ? err.trimEnd() : "error: no command is given";
    return usageError(message);
  }
  if (args === undefined) return usageError("error: no command is given");
  const inputs = args.verb === "diff" ? [args.a, args.b] : [args.input];
  if (inputs.includes("") || (args.verb === "lift" && args.output === "")) {
    return usageError("error: the name of a file is empty");
  }
  if (inputs.length === 2 && inputs.every((input) => input === "-")) {
    return usageError("error: standard input can be read only once");
  }
  return { kind: "inspect", args };
}

function usageError(message: string): ParsedInspect {
  const text = `tsbpf: ${message}\nTry "tsbpf --help".\n`;
  return { kind: "print", text, toStderr: true, exitCode: USAGE_ERROR };
}
