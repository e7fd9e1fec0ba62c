// All programs of several files.

import { BASIC } from "./basic.js";
import { BETWEEN } from "./between.js";
import { KERNEL } from "./kernel.js";
import { MAPS } from "./maps.js";
import { NAMES } from "./names.js";
import type { Program } from "./program.js";

export type { Program, Source } from "./program.js";
export const PROGRAMS: readonly Program[] = [...BASIC, ...NAMES, ...MAPS, ...KERNEL, ...BETWEEN];
