// The door of object/: Module to ElfObject. What libbpf and clang do lives here.

export { assemble } from "./assemble.js";
export type { CodeOptions } from "./code.js";
