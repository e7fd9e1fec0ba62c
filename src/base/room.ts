// What a stranger's input may still cost. Whoever prints or searches takes from one Room as it goes, and ends early
// where nothing is left; who made the Room looks whether it ran out, and says so instead of showing half a result.

import { MAX_PRINTED_BESIDES, MAX_PRINTED_PER_BYTE } from "./limits.js";

export interface Room {
  /** Units that are left; below zero, the result is not whole. */
  left: number;
}

/** For what comes from a friend: it never runs out. */
export function endlessRoom(): Room {
  return { left: Number.POSITIVE_INFINITY };
}

/** UTF-16 units of text for an object of `bytes` bytes. */
export function printingRoom(bytes: number): Room {
  return { left: MAX_PRINTED_BESIDES + MAX_PRINTED_PER_BYTE * bytes };
}
