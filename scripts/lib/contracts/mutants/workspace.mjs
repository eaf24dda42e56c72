// @ts-check
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../../paths.mjs";
import { forge } from "../forge.mjs";
import { forgeFailures, parseForgeReport } from "../testReport.mjs";

/** A change can make a loop endless. */
const TIMEOUT_MS = 240_000;

/** @typedef {{ fuzzRuns: number, invariants: boolean }} Depth */

/** What almost every change dies of. @type {Depth} */
export const QUICK = { fuzzRuns: 6, invariants: false };

/** What is left is asked again. @type {Depth} */
export const THOROUGH = { fuzzRuns: 48, invariants: true };

/**
 * A copy of the contracts with their build. Tests deploy what the build holds, so putting other code
 * there is enough to test it: nothing is compiled again.
 */
export class Workspace {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "scripts"), { recursive: true });
    for (const name of ["contracts", "foundry.toml", "package.json"]) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true, preserveTimestamps: true });
    }
    // forge asks for the compiler's version each time; nothing here is to be compiled.
    const version = createRequire(import.meta.url)("solc").version();
    const stub = `#!/usr/bin/env node\nconsole.log("solc\\nVersion: ${version}");\n`;
    writeFileSync(join(folder, "scripts/solc.mjs"), stub, { mode: 0o755 });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
    for (const name of ["out", "cache"]) {
      const built = join(".cache/forge", name);
      cpSync(join(ROOT, built), join(folder, built), { recursive: true, preserveTimestamps: true });
    }
  }

  /** @param {string} contract */
  artifactPath(contract) {
    return join(this.folder, `.cache/forge/out/${contract}.sol/${contract}.json`);
  }

  /**
   * @param {string} contract
   * @param {string} code creation code
   */
  install(contract, code) {
    const path = this.artifactPath(contract);
    const artifact = JSON.parse(readFileSync(path, "utf8"));
    artifact.bytecode.object = code;
    writeFileSync(path, JSON.stringify(artifact));
  }

  /**
   * @param {string} tests glob
   * @param {Depth} depth
   * @returns {Promise<{ passed: boolean, first: string }>} the first failure
   */
  async test(tests, { fuzzRuns, invariants }) {
    const env = {
      FOUNDRY_GAS_LIMIT: "4000000000",
      FOUNDRY_FUZZ_RUNS: String(fuzzRuns),
      FOUNDRY_FUZZ_SEED: "0x5369676e6574",
      FOUNDRY_INVARIANT_RUNS: "8",
      FOUNDRY_INVARIANT_DEPTH: "40",
    };
    const some = invariants ? [] : ["--no-match-test", "invariant_"];
    const args = ["test", "--match-path", tests, "--fail-fast", "--json", ...some];
    const options = { cwd: this.folder, env, quiet: true, timeoutMs: TIMEOUT_MS };
    const startedAt = performance.now();
    const { code, stdout, stderr } = await forge(args, options);
    if (performance.now() - startedAt >= TIMEOUT_MS) return { passed: false, first: "no end" };
    const report = parseForgeReport(stdout);
    const first = forgeFailures(report)[0]?.split("\n")[0] ?? "";
    if (code === 0 && report !== null && first === "") return { passed: true, first };
    if (report === null || first === "")
      throw new Error(`forge test broke: ${stderr.slice(-1_000)}`);
    return { passed: false, first };
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
