// Bytes as hexadecimal digits.

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Two lower-case digits a byte, with `between` between the bytes. */
export function hexDigits(bytes: Uint8Array, between = ""): string {
  // Joined, not added: a text that grows by its pieces keeps each of them alive.
  const pairs: string[] = [];
  for (let i = 0; i < bytes.length; i++) pairs.push(PAIRS[bytes[i]!]!);
  return pairs.join(between);
}
