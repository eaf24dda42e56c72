// @ts-check
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../paths.mjs";
import { forge } from "../forge.mjs";
import { forgeFailures, parseForgeReport } from "../testReport.mjs";

/** A change can make a loop endless. */
const TIMEOUT_MS = 240_000;

const QUICK = {
  FOUNDRY_GAS_LIMIT: "4000000000",
  FOUNDRY_FUZZ_RUNS: "12",
  FOUNDRY_INVARIANT_RUNS: "2",
  FOUNDRY_INVARIANT_DEPTH: "40",
  FOUNDRY_FUZZ_SEED: "0x5369676e6574",
};

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
    for (const name of ["contracts", "foundry.toml", "package.json", "scripts/solc.mjs"]) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true, preserveTimestamps: true });
    }
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
   * @returns {Promise<{ passed: boolean, first: string }>} the first failure
   */
  async test(tests) {
    const args = ["test", "--match-path", tests, "--fail-fast", "--json"];
    const options = { cwd: this.folder, env: QUICK, quiet: true, timeoutMs: TIMEOUT_MS };
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
