// @ts-check
// A process of scripts/mutants.mjs: takes changes one by one as messages, tests them in a copy of its
// own and answers what became of each.
import { join } from "node:path";
import { ROOT } from "../../paths.mjs";
import { compile, importClosure } from "./sources.mjs";
import { QUICK, THOROUGH, Workspace } from "./workspace.mjs";

/**
 * @typedef {import("./targets.mjs").Target} Target
 * @typedef {import("./operators.mjs").Change} Change
 * @typedef {{ key: string, target: Target, file: string, change: Change }} Task
 * @typedef {"killed" | "survived" | "equal" | "uncompilable"} Status equal: to the same code
 * @typedef {{ key: string, status: Status, by: string }} Outcome
 */

const workspace = new Workspace(process.argv[2]);
/** @type {Map<string, string>} code without a change, by contract */
const originals = new Map();
/** @type {Set<string>} contracts whose changed code is in the copy */
const changed = new Set();

/** @param {Target} target @returns {[contract: string, entry: string][]} what its tests deploy */
function deployed({ contract, harness }) {
  /** @type {[string, string]} */
  const main = [contract, `contracts/src/${contract}.sol`];
  return harness === undefined
    ? [main]
    : [main, [harness, `contracts/test/support/${harness}.sol`]];
}

/** Compiles a target as it is and sees that its tests pass. @param {Target} target */
async function learn(target) {
  if (originals.has(target.contract)) return;
  for (const [contract, entry] of deployed(target)) {
    const { code, error } = compile(importClosure(ROOT, entry), entry, contract);
    if (code === null) throw new Error(error ?? "nothing compiled");
    originals.set(contract, code);
    workspace.install(contract, code);
  }
  const { passed, first } = await workspace.test(target.tests, QUICK);
  if (!passed) throw new Error(`${target.contract} fails without any change: ${first}`);
}

function restore() {
  for (const contract of changed) workspace.install(contract, originals.get(contract) ?? "");
  changed.clear();
}

/** @param {string} text @param {Change} change */
function apply(text, { start, end, text: replacement }) {
  const bytes = Buffer.from(text);
  const parts = [bytes.subarray(0, start), Buffer.from(replacement), bytes.subarray(end)];
  return Buffer.concat(parts).toString("utf8");
}

/** @param {Task} task @returns {Promise<Outcome>} */
async function run({ key, target, file, change }) {
  restore();
  await learn(target);
  for (const [contract, entry] of deployed(target)) {
    const sources = importClosure(ROOT, entry);
    if (sources[file] === undefined) continue;
    sources[file] = { content: apply(sources[file].content, change) };
    const { code, error } = compile(sources, entry, contract);
    if (code === null) return { key, status: "uncompilable", by: (error ?? "").split("\n")[0] };
    if (code === originals.get(contract)) continue;
    workspace.install(contract, code);
    changed.add(contract);
  }
  if (changed.size === 0) return { key, status: "equal", by: "" };
  const quick = await workspace.test(target.tests, QUICK);
  if (!quick.passed) return { key, status: "killed", by: quick.first };
  const { passed, first } = await workspace.test(target.wider, THOROUGH);
  return { key, status: passed ? "survived" : "killed", by: first };
}

process.on("message", (/** @type {Task} */ task) => {
  run(task).then(
    (outcome) => process.send?.(outcome),
    (error) => {
      console.error(`${join(task.file)}: ${error instanceof Error ? error.message : error}`);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => {
  workspace.remove();
  process.exit(0);
});
