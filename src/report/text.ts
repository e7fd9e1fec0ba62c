// What all reports look like: styles by what they mean, and tables. Which escape sequences a style has, and whether the
// terminal wants any, is the CLI's.

/** What a piece of text is; how that looks is the terminal's. */
export type Style = "title" | "name" | "dim" | "source" | "added" | "removed";

/** Gives a text a style. It must not change what is shown, only how. */
export type Paint = (style: Style, text: string) => string;

/** No styles. */
export const plain: Paint = (_, text) => text;

/** A name can have a megabyte: padding every row to it would take a thousand. */
const MAX_WIDTH = 80;

/** Columns as wide as their widest cell, up to MAX_WIDTH; numbers to the right. Nothing where there is no row. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  if (rows.length === 0) return [];
  const right = head.map((_, column) =>
    rows.every((row) => row[column] === "" || typeof row[column] === "number"),
  );
  const widths = head.map((title, column) => {
    let width = title.length;
    for (const row of rows) width = Math.max(width, String(row[column]).length);
    return Math.min(width, MAX_WIDTH);
  });
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => {
        const text = String(cell);
        return right[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
      })
      .join("  ")
      .trimEnd(),
  );
}
