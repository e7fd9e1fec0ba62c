// docs/loaders.md: what each loader takes, written from what the loaders said just now.

import type { NewestReport } from "./newest.js";
import { findRefusal, REFUSALS } from "./refusals.js";
import { LOADERS, type Loader, type Verdict, type Verdicts } from "./verdicts.js";

/** The loaders' versions stand in the lock files, but for the distribution's. */
export type Versions = Readonly<Record<Loader, string>>;

export function loadersTable(
  objects: readonly Verdicts[],
  sections: readonly Verdicts[],
  versions: Versions,
): string {
  const heads = LOADERS.map((loader) => versions[loader]);
  const objectRows = objects.map(({ object: { entry }, by }) => [
    `\`${entry.name}\``,
    entry.about.replaceAll("|", "\\|"),
    ...LOADERS.map((loader) => objectCell(loader, by[loader])),
  ]);
  const sectionRows = sections.map(({ object: { entry }, by, newest }) => [
    `\`${entry.name.replace("SEC ", "")}\``,
    typeCell(newest),
    ...LOADERS.map((loader) => (by[loader] === undefined ? "yes" : "no")),
  ]);
  const notes = REFUSALS.map(({ name, reason }) => `- ${name}: ${reason}`);
  return `# What each loader takes

Written by \`npm run loaders\` from what the loaders said; \`npm test\` holds it to what they say. Each reads the objects that
\`tsbpf-ld\` writes, and stops before it would ask the kernel.

## Golden cases and examples

${markdownTable(["object", "what it holds", ...heads], objectRows)}

The reasons:

${notes.join("\n")}

## Section names

One program that returns 0 in each section; "no" where the loader refuses the object, or knows no program type for it. The
types are those that the newest libbpf gives it: of the program, and of what it attaches to.

${markdownTable(["section", "types", ...heads], sectionRows)}
`;
}

/** An attach type of 0 has a name like any other, and means none for all programs but those that it was made for. */
function typeCell({ libbpf }: NewestReport): string {
  const program = libbpf.ok ? libbpf.programs[0] : undefined;
  if (program === undefined || program.type === "unspec") return "";
  const none = program.attachType === "cgroup_inet_ingress" && program.type !== "cgroup_skb";
  return none ? program.type : `${program.type}, ${program.attachType}`;
}

function objectCell(loader: Loader, verdict: Verdict): string {
  if (verdict === undefined) return "yes";
  const refusal = findRefusal(loader, verdict);
  return refusal === undefined ? "no" : `no: ${refusal.name}`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
