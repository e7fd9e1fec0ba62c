// Choices that follow from a seed alone, the same ones everywhere: mulberry32, 32 bits at each draw.

/** Integers from 0 to below the limit that is asked with. */
export function randomFrom(seed: number): (limit: number) => number {
  const draw = drawsFrom(seed);
  return (limit) => draw() % limit;
}

/** Numbers from 0 to below 1. */
export function fractionsFrom(seed: number): () => number {
  const draw = drawsFrom(seed);
  return () => draw() / 2 ** 32;
}

function drawsFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
