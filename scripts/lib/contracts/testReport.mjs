// @ts-check

/**
 * @typedef {{ status: "Success" | "Failure" | "Skipped", reason?: string | null, counterexample?: unknown, gas_snapshots?: Record<string, Record<string, string>> }} ForgeResult
 * @typedef {Record<string, { test_results: Record<string, ForgeResult> }>} ForgeReport
 * @typedef {import("../testCounts.mjs").Counts} Counts
 */

/**
 * Takes the report out of what `forge test --json` printed, which may have lines about compiling
 * before it.
 *
 * @param {string} stdout
 * @returns {ForgeReport | null} null when there is none
 */
export function parseForgeReport(stdout) {
  for (const line of stdout.split("\n").toReversed()) {
    if (!line.startsWith("{")) continue;
    try {
      return JSON.parse(line);
    } catch {
      return null;
    }
  }
  return null;
}

/**
 * A run that names no failure but ended badly counts as one, and so does one in which nothing ran.
 *
 * @param {ForgeReport | null} report
 * @param {number} exitCode
 * @returns {Counts}
 */
export function forgeCounts(report, exitCode) {
  const results = Object.values(report ?? {}).flatMap(({ test_results }) =>
    Object.values(test_results),
  );
  const count = (/** @type {string} */ wanted) =>
    results.filter(({ status }) => status === wanted).length;
  const failed = count("Failure");
  const broken = results.length === 0 || exitCode !== 0;
  return {
    passed: count("Success"),
    failed: failed === 0 && broken ? 1 : failed,
    skipped: count("Skipped"),
  };
}

/**
 * @param {ForgeReport | null} report
 * @returns {string[]} a line for each failed test
 */
export function forgeFailures(report) {
  return Object.entries(report ?? {}).flatMap(([suite, { test_results }]) =>
    Object.entries(test_results)
      .filter(([, { status }]) => status === "Failure")
      .map(([name, { reason, counterexample }]) => {
        const example = counterexample ? `\n  ${JSON.stringify(counterexample)}` : "";
        return `${suite} ${name}: ${reason ?? "failed"}${example}`;
      }),
  );
}

/**
 * @param {ForgeReport} report
 * @returns {import("./gas.mjs").Figures} what `vm.snapshotGasLastCall` noted, sorted by name
 */
export function gasSnapshots(report) {
  /** @type {import("./gas.mjs").Figures} */
  const figures = {};
  for (const { test_results } of Object.values(report)) {
    for (const { gas_snapshots } of Object.values(test_results)) {
      for (const [group, names] of Object.entries(gas_snapshots ?? {})) {
        figures[group] ??= {};
        for (const [name, gas] of Object.entries(names)) figures[group][name] = Number(gas);
      }
    }
  }
  return sorted(
    Object.fromEntries(Object.entries(figures).map(([group, names]) => [group, sorted(names)])),
  );
}

/**
 * @template T
 * @param {Record<string, T>} object
 * @returns {Record<string, T>}
 */
function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
