/**
 * The first key that occurs twice in one object of a JSON text, or null. `JSON.parse` keeps the
 * last of them silently, so two readers could see different tensors under one name.
 * @param text JSON that has been parsed without error.
 */
export function firstDuplicateKey(text: string): string | null {
  const seen: (Set<string> | null)[] = [];
  const length = text.length;
  for (let at = 0; at < length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
        seen.push(new Set());
        break;
      case 0x5b: // [
        seen.push(null);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        seen.pop();
        break;
      case 0x22: {
        const end = stringEnd(text, at);
        const keys = seen.at(-1);
        if (keys && isKey(text, end)) {
          const key: unknown = JSON.parse(text.slice(at, end));
          if (typeof key !== "string") return null;
          if (keys.has(key)) return key;
          keys.add(key);
        }
        at = end - 1;
        break;
      }
      default:
    }
  }
  return null;
}

/** Index after the closing quote of the string that opens at `at`. */
function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i + 1;
  }
  return text.length;
}

function isKey(text: string, after: number): boolean {
  for (let i = after; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue;
    return code === 0x3a;
  }
  return false;
}
