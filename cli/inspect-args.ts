// The command line of tsbpf: lift, dump, diff. Values are checked here; files are not touched.

import { type Command, Option } from "commander";
import { errorFormatOption, newProgram, type PrintAndEnd } from "./command-line.js";

/** Options that every command has. */
interface Common {
  readonly color: "auto" | "always" | "never";
  readonly errorFormat: "text" | "json";
}

/** A command, with everything that it was given. */
export type InspectArgs = Common &
  (
    | { readonly kind: "lift"; readonly input: string; readonly output: string; readonly verbose: boolean }
    | {
        readonly kind: "dump";
        readonly input: string;
        readonly json: boolean;
        readonly bytes: boolean;
        readonly section: string | undefined;
        readonly function: string | undefined;
      }
    | {
        readonly kind: "diff";
        readonly a: string;
        readonly b: string;
        readonly json: boolean;
        readonly lineInfo: boolean;
      }
  );

const EXAMPLES = `
Examples:
  tsbpf dump prog.o                    sections, symbols, maps, programs with their source lines, types
  tsbpf dump prog.o --function main    one function
  tsbpf dump prog.o --json | jq .maps  the same for tools
  tsbpf lift prog.o -o prog.json       the object as IR, which tsbpf-ld makes the object of again
  tsbpf diff old.o new.json            what has changed, in objects or IR files

Exit codes: 0 done, and for diff no difference; 1 the input has errors, or for diff there is a difference;
2 wrong usage, and for diff an input that has errors; 70 a bug of tsbpf.`;

/** What the words behind the program's name ask for. */
export function parseInspectArgs(argv: readonly string[], version: string): InspectArgs | PrintAndEnd {
  const program = newProgram("tsbpf", EXAMPLES);
  program.command
    .description("Looks into eBPF object files, without LLVM.")
    .version(version, "-V, --version")
    .helpCommand(false);
  let args: InspectArgs | undefined;
  addCommands(program.command, (asked) => {
    args = asked;
  });
  const end = program.parse(argv);
  if (end !== undefined) return end;
  if (args === undefined) return program.usageError("no command is given");
  const wrong = whatIsWrong(args);
  return wrong === undefined ? args : program.usageError(wrong);
}

/** `ask` gets the command that the words name. */
function addCommands(program: Command, ask: (args: InspectArgs) => void): void {
  const verb = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .addOption(
        new Option("--color <when>", "colours on standard output")
          .choices(["auto", "always", "never"])
          .default("auto"),
      )
      .addOption(errorFormatOption());

  verb("lift", "Writes an object as IR.")
    .argument("<input>", 'object file; "-" is standard input')
    .requiredOption("-o, --output <file>", 'IR file to write; "-" is standard output')
    .option("-v, --verbose", "say what is left out")
    .action((input: string, options: Common & { output: string; verbose?: true }) => {
      ask({ kind: "lift", input, ...options, verbose: options.verbose ?? false });
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
        ask({ kind: "dump", input, ...options, json, bytes, section, function: func });
      },
    );

  verb("diff", "Compares two objects or IR files by what they mean.")
    .argument("<a>", "object or IR file")
    .argument("<b>", "object or IR file")
    .option("--json", "as JSON, for tools")
    .option("--no-line-info", "leave source positions out")
    .action((a: string, b: string, options: Common & { json?: true; lineInfo: boolean }) => {
      ask({ kind: "diff", a, b, ...options, json: options.json ?? false });
    });
}

/** Files that no command can read or write. */
function whatIsWrong(args: InspectArgs): string | undefined {
  const inputs = args.kind === "diff" ? [args.a, args.b] : [args.input];
  if (inputs.includes("") || (args.kind === "lift" && args.output === "")) {
    return "the name of a file is empty";
  }
  if (inputs.length === 2 && inputs.every((input) => input === "-")) {
    return "standard input can be read only once";
  }
  return undefined;
}
