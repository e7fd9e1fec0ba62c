// Bytes as hexadecimal digits.

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Two lower-case digits a byte, with `between` between the bytes. */
export function hexDigits(bytes: Uint8Array, between = ""): string {
  let text = "";
  for (const [i, byte] of bytes.entries()) text += i === 0 ? PAIRS[byte] : between + PAIRS[byte];
  return text;
}
