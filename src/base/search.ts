// Binary search in lists that are sorted by what is asked.

/** How many items at the beginning of `list` pass `test`, where all that pass stand before all that do not. */
export function countLeading<Item>(list: readonly Item[], test: (item: Item) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(list[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
