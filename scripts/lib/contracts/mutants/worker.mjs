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
/** @type {string | null} */
let installed = null;

/** @param {Target} target */
async function original(target) {
  const known = originals.get(target.contract);
  if (known !== undefined) return known;
  const file = `contracts/src/${target.contract}.sol`;
  const { code, error } = compile(importClosure(ROOT, file), file, target.contract);
  if (code === null) throw new Error(error ?? "nothing compiled");
  originals.set(target.contract, code);
  workspace.install(target.contract, code);
  const { passed, first } = await workspace.test(target.tests, QUICK);
  if (!passed) throw new Error(`${target.contract} fails without any change: ${first}`);
  return code;
}

/** @param {Target} target The others are put back to what they were. */
async function prepare(target) {
  if (installed !== null && installed !== target.contract) {
    workspace.install(installed, originals.get(installed) ?? "");
  }
  installed = target.contract;
  return original(target);
}

/** @param {Task} task @returns {Promise<Outcome>} */
async function run({ key, target, file, change }) {
  const code = await prepare(target);
  const entry = `contracts/src/${target.contract}.sol`;
  const sources = importClosure(ROOT, entry);
  const bytes = Buffer.from(sources[file].content);
  const changed = Buffer.concat([
    bytes.subarray(0, change.start),
    Buffer.from(change.text),
    bytes.subarray(change.end),
  ]);
  sources[file] = { content: changed.toString("utf8") };
  const compiled = compile(sources, entry, target.contract);
  if (compiled.code === null) {
    return { key, status: "uncompilable", by: (compiled.error ?? "").split("\n")[0] };
  }
  if (compiled.code === code) return { key, status: "equal", by: "" };
  workspace.install(target.contract, compiled.code);
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
