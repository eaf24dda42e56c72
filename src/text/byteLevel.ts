/**
 * The printable stand-ins that byte-level BPE uses for bytes (GPT-2's bytes_to_unicode): visible
 * Latin-1 characters stand for themselves, the rest are moved to U+0100 and up.
 */
const CHAR_OF_BYTE: readonly string[] = (() => {
  const chars: string[] = [];
  let moved = 0;
  for (let byte = 0; byte < 256; byte++) {
    const visible = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    chars.push(String.fromCharCode(visible ? byte : 256 + moved++));
  }
  return chars;
})();

const BYTE_OF_CHAR: ReadonlyMap<string, number> = new Map(
  CHAR_OF_BYTE.map((char, byte) => [char, byte]),
);

/** Text as the stand-ins of its UTF-8 bytes. */
export function toByteChars(text: string): string {
  let chars = "";
  for (const byte of new TextEncoder().encode(text)) chars += CHAR_OF_BYTE[byte];
  return chars;
}

/** Bytes of a token: those its characters stand for, or its UTF-8 when one stands for none. */
export function tokenBytes(token: string): readonly number[] {
  const bytes: number[] = [];
  for (const char of token) {
    const byte = BYTE_OF_CHAR.get(char);
    if (byte === undefined) return [...new TextEncoder().encode(token)];
    bytes.push(byte);
  }
  return bytes;
}
