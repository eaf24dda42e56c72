// @ts-check
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../paths.mjs";
import { forge } from "./forge.mjs";
import { parseLcov } from "./lcov.mjs";

/**
 * Builds without the optimizer and runs all tests but those of gas, which would measure something else.
 *
 * @param {boolean} [quiet]
 * @returns {Promise<import("./lcov.mjs").FileCoverage[]>} of contracts/src
 */
export async function measureCoverage(quiet = false) {
  const report = join(ROOT, ".cache/forge/coverage/lcov.info");
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const env = {
    FOUNDRY_PROFILE: "coverage",
    FOUNDRY_OUT: ".cache/forge/coverage/out",
    FOUNDRY_CACHE_PATH: ".cache/forge/coverage/cache",
  };
  const args = ["--report", "lcov", "--report-file", report];
  const tests = ["--no-match-path", "contracts/test/Gas*.t.sol"];
  const { code, stdout, stderr } = await forge(["coverage", ...args, ...tests], { env, quiet });
  if (code !== 0) throw new Error(`forge coverage failed.\n${(stdout + stderr).slice(-2_000)}`);
  return parseLcov(readFileSync(report, "utf8"), (file) => file.startsWith("contracts/src/"));
}
