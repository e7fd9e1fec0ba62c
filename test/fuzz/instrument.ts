// Counts which parts of src/ run: every branch of a bundled source file gets a counter, as afl's compiler gives one to
// every block. V8 could tell the same, but only as a list of all functions, which takes longer than a case.

import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import ts from "typescript";

/** The global array of counters, one byte each, which wrap. */
export const COUNTERS = "__branches";

interface Insertion {
  readonly at: number;
  /** Closing texts stand before opening ones, inner ones before outer ones. */
  readonly order: number;
  readonly text: string;
}

/** The text with a counter at the start of each branch. `next` gives their numbers. */
export function instrument(text: string, file: string, next: () => number): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const insertions: Insertion[] = [];
  let order = 0;
  const count = (): string => `${COUNTERS}[${next()}]++`;
  const around = (node: ts.Node, before: string, after: string): void => {
    order += 1;
    insertions.push(
      { at: node.getStart(), order, text: before },
      { at: node.getEnd(), order: -order, text: after },
    );
  };
  const expression = (node: ts.Node): void => around(node, `(${count()}, `, ")");
  const branch = (node: ts.Statement): void => {
    if (!ts.isBlock(node)) around(node, `{ ${count()}; `, " }");
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) {
      order += 1;
      insertions.push({ at: node.getStart() + 1, order, text: ` ${count()};` });
    } else if (ts.isIfStatement(node)) {
      branch(node.thenStatement);
      if (node.elseStatement !== undefined) branch(node.elseStatement);
    } else if (ts.isIterationStatement(node, false)) {
      branch(node.statement);
    } else if (ts.isCaseOrDefaultClause(node)) {
      const first = node.statements[0];
      if (first !== undefined && !ts.isBlock(first)) {
        order += 1;
        insertions.push({ at: first.getStart(), order, text: `${count()}; ` });
      }
    } else if (ts.isConditionalExpression(node)) {
      expression(node.whenTrue);
      expression(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (
        kind === ts.SyntaxKind.AmpersandAmpersandToken ||
        kind === ts.SyntaxKind.BarBarToken ||
        kind === ts.SyntaxKind.QuestionQuestionToken
      ) {
        expression(node.right);
      }
    } else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      expression(node.body);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  insertions.sort((a, b) => a.at - b.at || a.order - b.order);
  let result = "";
  let at = 0;
  for (const insertion of insertions) {
    result += text.slice(at, insertion.at) + insertion.text;
    at = insertion.at;
  }
  return result + text.slice(at);
}

/** Instruments src/ while esbuild bundles it; `counters` then is how many there are. */
export function instrumentation(): { readonly plugin: Plugin; readonly counters: () => number } {
  let used = 0;
  const plugin: Plugin = {
    name: "instrument",
    setup(build) {
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
        contents: instrument(readFileSync(path, "utf8"), path, () => used++),
        loader: "ts",
      }));
    },
  };
  return { plugin, counters: () => used };
}
