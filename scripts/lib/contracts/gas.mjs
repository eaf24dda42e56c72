// @ts-check
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../paths.mjs";

/** @typedef {Record<string, Record<string, number>>} Figures group to name to gas */

export const SNAPSHOTS = join(ROOT, "contracts/snapshots");
export const TARGETS = join(ROOT, "contracts/gas-targets.json");

/** How far a figure may be from the committed one before it has to be committed anew. */
export const TOLERANCE = 0.01;

/**
 * @param {string} folder with forge's snapshots, one JSON file a group
 * @returns {Figures}
 */
export function readSnapshots(folder = SNAPSHOTS) {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  return Object.fromEntries(
    files.map((file) => {
      /** @type {Record<string, string>} */
      const group = JSON.parse(readFileSync(join(folder, file), "utf8"));
      const figures = Object.entries(group).map(([name, gas]) => [name, Number(gas)]);
      return [basename(file, ".json"), Object.fromEntries(figures)];
    }),
  );
}

/**
 * Writes what forge itself would.
 *
 * @param {Figures} figures
 * @param {string} folder
 */
export function writeSnapshots(figures, folder = SNAPSHOTS) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [group, names] of Object.entries(figures)) {
    const texts = Object.entries(names).map(([name, gas]) => [name, String(gas)]);
    const json = JSON.stringify(Object.fromEntries(texts), null, 2);
    writeFileSync(join(folder, `${group}.json`), `${json}\n`);
  }
}

/** @param {string} [path] @returns {Figures} */
export function readTargets(path = TARGETS) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** @param {Figures} figures @returns {[key: string, gas: number][]} */
const flat = (figures) =>
  Object.entries(figures).flatMap(([group, names]) =>
    Object.entries(names).map(
      ([name, gas]) => /** @type {[string, number]} */ ([`${group}: ${name}`, gas]),
    ),
  );

/**
 * @param {Figures} committed
 * @param {Figures} measured
 * @returns {string[]} a line for each figure that differs by more than the tolerance
 */
export function snapshotProblems(committed, measured) {
  const found = new Map(flat(measured));
  const problems = flat(committed).flatMap(([key, gas]) => {
    const now = found.get(key);
    found.delete(key);
    if (now === undefined) return [`${key} was not measured`];
    if (Math.abs(now - gas) <= gas * TOLERANCE) return [];
    const percent = ((now / gas - 1) * 100).toFixed(1);
    return [`${key} was ${gas} and is ${now} (${percent} %)`];
  });
  return [...problems, ...[...found.keys()].map((key) => `${key} has no committed figure`)];
}

/**
 * @param {Figures} targets
 * @param {Figures} measured
 * @returns {string[]} a line for each figure above its limit, and for each limit without a figure
 */
export function targetProblems(targets, measured) {
  const found = new Map(flat(measured));
  return flat(targets).flatMap(([key, limit]) => {
    const now = found.get(key);
    if (now === undefined) return [`${key} was not measured`];
    return now > limit ? [`${key} takes ${now}, which is above ${limit}`] : [];
  });
}

/**
 * @param {Figures} targets
 * @param {Figures} measured
 * @returns {string} Markdown table
 */
export function gasTable(targets, measured) {
  const limits = new Map(flat(targets));
  const format = (/** @type {number} */ gas) => gas.toLocaleString("en");
  const rows = flat(measured).map(([key, gas]) => {
    const limit = limits.get(key);
    return `| ${key} | ${format(gas)} | ${limit === undefined ? "" : format(limit)} |`;
  });
  return ["| operation | gas | limit |", "| --- | ---: | ---: |", ...rows].join("\n");
}
