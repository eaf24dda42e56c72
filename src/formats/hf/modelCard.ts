const BEGIN = "<!-- signet:begin -->";
const END = "<!-- signet:end -->";

/**
 * A README.md with a section on the fingerprint: everything else stays as it is, the front matter
 * included. A section from an earlier export is replaced where it stands.
 * @param existing the README.md of the input, or null when it has none.
 * @param section Markdown of the section; it must hold nothing secret.
 */
export function amendModelCard(existing: string | null, section: string): string {
  const block = `${BEGIN}\n${section.trim()}\n${END}`;
  if (existing === null || existing.trim() === "") return `${block}\n`;
  const begin = existing.indexOf(BEGIN);
  const end = existing.indexOf(END, begin);
  if (begin >= 0 && end >= 0) {
    return `${existing.slice(0, begin)}${block}${existing.slice(end + END.length)}`;
  }
  return `${existing.trimEnd()}\n\n${block}\n`;
}
