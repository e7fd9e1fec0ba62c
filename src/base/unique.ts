// Names that nothing else has.

/**
 * Gives each `base` a name that is not in `used`, and puts it there: `base` itself, or what `numbered` makes of it and a
 * count from `first` on.
 */
export function uniqueNames(
  used: Set<string>,
  numbered: (base: string, count: number) => string,
  first = 1,
): (base: string) => string {
  // Where the last search ended: each of a thousand things of one name must not count from the start.
  const counts = new Map<string, number>();
  return (base) => {
    let name = base;
    let count = counts.get(base) ?? first;
    for (; used.has(name); count++) name = numbered(base, count);
    counts.set(base, count);
    used.add(name);
    return name;
  };
}
