// @ts-check

/**
 * Reads a Range header for one range of bytes (RFC 9110 §14.2). Several ranges, other units and
 * malformed headers are ignored, as the RFC allows; the whole file is then sent.
 *
 * @param {string | undefined} header
 * @param {number} sizeBytes
 * @returns {{ start: number, end: number } | "unsatisfiable" | null} inclusive bounds
 */
export function parseRange(header, sizeBytes) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (match === null) return null;
  const [, first, last] = match;
  if (first === "" && last === "") return null;
  if (first === "") {
    const suffix = Number(last);
    if (suffix === 0 || sizeBytes === 0) return "unsatisfiable";
    return { start: Math.max(0, sizeBytes - suffix), end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return null;
  if (start >= sizeBytes) return "unsatisfiable";
  return { start, end: last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}
