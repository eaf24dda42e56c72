// @ts-check

/**
 * @typedef {{ hit: number, found: number, missed: number[] }} Tally lines that were missed, in order
 * @typedef {{ file: string, lines: Tally, branches: Tally }} FileCoverage
 */

/** In per cent, of everything in contracts/src taken together. */
export const THRESHOLDS = { lines: 98, branches: 95 };

/**
 * Reads the DA and BRDA records of an LCOV report.
 *
 * @param {string} text
 * @param {(file: string) => boolean} wanted
 * @returns {FileCoverage[]} sorted by file
 */
export function parseLcov(text, wanted) {
  /** @type {FileCoverage[]} */
  const files = [];
  /** @type {FileCoverage | null} */
  let file = null;
  for (const record of text.split(/\r?\n/)) {
    const [tag, value = ""] = split(record, ":");
    if (tag === "SF") {
      const name = value.replaceAll("\\", "/");
      file = wanted(name) ? { file: name, lines: tally(), branches: tally() } : null;
      if (file !== null) files.push(file);
    } else if (file !== null && tag === "DA") {
      const [line, hits] = value.split(",");
      count(file.lines, Number(line), hits);
    } else if (file !== null && tag === "BRDA") {
      const [line, , , hits] = value.split(",");
      count(file.branches, Number(line), hits);
    }
  }
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** @param {string} text @param {string} at @returns {string[]} what is before and after the first */
function split(text, at) {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

/** @returns {Tally} */
const tally = () => ({ hit: 0, found: 0, missed: [] });

/** @param {Tally} into @param {number} line @param {string} hits "-" where the code was never reached */
function count(into, line, hits) {
  into.found += 1;
  if (Number(hits) > 0) into.hit += 1;
  else into.missed.push(line);
}

/** @param {Tally} counted @returns {number} per cent; 100 of nothing */
export function percent({ hit, found }) {
  return found === 0 ? 100 : (100 * hit) / found;
}

/** @param {readonly Tally[]} parts @returns {Tally} */
const sum = (parts) => ({
  hit: parts.reduce((total, { hit }) => total + hit, 0),
  found: parts.reduce((total, { found }) => total + found, 0),
  missed: [],
});

/**
 * @param {readonly FileCoverage[]} files
 * @returns {string[]} a line for each threshold that is not reached
 */
export function coverageProblems(files) {
  if (files.length === 0) return ["no file was covered"];
  const of = (/** @type {"lines" | "branches"} */ kind) => {
    const share = percent(sum(files.map((file) => file[kind])));
    const wanted = THRESHOLDS[kind];
    return share >= wanted ? [] : [`${share.toFixed(2)} % of ${kind}, not ${wanted} %`];
  };
  return [...of("lines"), ...of("branches")];
}

/**
 * @param {readonly FileCoverage[]} files
 * @returns {string} Markdown table with what was missed
 */
export function coverageTable(files) {
  const cell = (/** @type {Tally} */ counted) =>
    `${counted.hit}/${counted.found} (${percent(counted).toFixed(1)} %)`;
  const row = (
    /** @type {string} */ name,
    /** @type {Tally} */ lines,
    /** @type {Tally} */ branches,
  ) => `| ${name} | ${cell(lines)} | ${cell(branches)} | ${missed(lines, branches)} |`;
  return [
    "| file | lines | branches | lines missed, in part or whole |",
    "| --- | ---: | ---: | --- |",
    ...files.map(({ file, lines, branches }) => row(file, lines, branches)),
    row("all", sum(files.map((file) => file.lines)), sum(files.map((file) => file.branches))),
  ].join("\n");
}

/** @param {readonly Tally[]} tallies */
function missed(...tallies) {
  const lines = new Set(tallies.flatMap((counted) => counted.missed));
  return [...lines].sort((a, b) => a - b).join(", ");
}
