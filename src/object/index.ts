// The door of object/: Module to ElfObject and back. What libbpf and clang do lives here.

export { assemble } from "./assemble.js";
export { type LiftedModule, lift } from "./lift.js";
export { liftWithLayout } from "./lift-layout.js";
