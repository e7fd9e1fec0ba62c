// Lists by key: what many passes gather before they decide.

/** Puts `item` at the end of the list that `lists` has for `key`; a key without a list gets one. */
export function append<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
