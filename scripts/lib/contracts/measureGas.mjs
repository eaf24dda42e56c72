// @ts-check
import { forge } from "./forge.mjs";
import { forgeFailures, gasSnapshots, parseForgeReport } from "./testReport.mjs";

/**
 * Runs the gas tests with every call as a transaction of its own, as on a chain.
 *
 * @returns {Promise<import("./gas.mjs").Figures>}
 */
export async function measureGas() {
  const args = ["test", "--isolate", "--match-path", "contracts/test/Gas*.t.sol", "--json"];
  const { code, stdout, stderr } = await forge(args, { quiet: true });
  const report = parseForgeReport(stdout);
  if (code !== 0 || report === null) {
    const failures = forgeFailures(report);
    const why = failures.length > 0 ? failures : [stderr.slice(-2_000)];
    throw new Error(["The gas tests failed.", ...why].join("\n"));
  }
  return gasSnapshots(report);
}
