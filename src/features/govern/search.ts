/**
 * What a link to a model's page of governance may fill in: `propose` names a form, everything else its
 * fields, as in `?propose=improver&account=0x…&shares=20000`.
 */
export type GovernSearch = Readonly<Record<string, string>>;

const MOST = 12;

/** Anybody can make such a link, so that everything in it is text that its reader sees in the form. */
export function readSearch(search: Readonly<Record<string, unknown>>): GovernSearch {
  const entries = Object.entries(search)
    .slice(0, MOST)
    .flatMap(([key, value]): [string, string][] =>
      typeof value === "string" || typeof value === "number"
        ? [[key, String(value).slice(0, 600)]]
        : [],
    );
  return Object.fromEntries(entries);
}
