// What the command lines of tsbpf-ld and tsbpf have in common: commander reports to the caller instead of printing and
// ending the process, and a wrong usage ends with one line and where to read on.

import { Command, Option } from "commander";

/** A text to print, and the exit code to end with, instead of a run. */
export interface PrintAndEnd {
  readonly kind: "print";
  readonly text: string;
  readonly toStderr: boolean;
  readonly exitCode: number;
}

/** A program of this package. */
export interface Program {
  /** What its author adds arguments, options and commands to. */
  readonly command: Command;
  /**
   * Runs commander; a text, where the words ask for one (--help) or are wrong. `insteadOf` says what may have been meant
   * by an option that is not known.
   */
  parse(
    words: readonly string[],
    insteadOf?: (option: string) => string | undefined,
  ): PrintAndEnd | undefined;
  /** A wrong usage: exit code 2, as other programs of Unix have it. */
  usageError(message: string): PrintAndEnd;
}

/** `examples` stand below the options in the help. Commands of the program inherit all of this. */
export function newProgram(name: string, examples: string): Program {
  let out = "";
  let err = "";
  const command = new Command(name)
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", examples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        out += text;
      },
      writeErr: (text) => {
        err += text;
      },
    });
  const usageError = (message: string): PrintAndEnd => {
    const text = `${name}: error: ${message}\nTry "${name} --help".\n`;
    return { kind: "print", text, toStderr: true, exitCode: 2 };
  };
  return {
    command,
    usageError,
    parse: (words, insteadOf) => {
      try {
        command.parse(words, { from: "user" });
        return undefined;
      } catch (error) {
        const exitCode = (error as { exitCode?: unknown }).exitCode;
        if (typeof exitCode !== "number") throw error;
        if (exitCode === 0) return { kind: "print", text: out, toStderr: false, exitCode };
        // Where a command is missing, commander writes the help and no error.
        if (!err.startsWith(ERROR)) return usageError("no command is given");
        const unknown = /^error: unknown option '([^']*)'/.exec(err);
        const instead = unknown === null ? undefined : insteadOf?.(unknown[1]!);
        return usageError(
          instead === undefined
            ? err.slice(ERROR.length).trimEnd()
            : `unknown option '${unknown![1]}': ${instead}`,
        );
      }
    },
  };
}

/** How commander begins what it writes of an error. */
const ERROR = "error: ";

/** --error-format, which every command takes. */
export function errorFormatOption(): Option {
  return new Option("--error-format <format>", "how errors look: text, or one JSON object a line")
    .choices(["text", "json"])
    .default("text");
}
