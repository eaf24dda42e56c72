// @ts-check
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../../paths.mjs";
import { changesOf } from "./operators.mjs";
import { compile, importClosure } from "./sources.mjs";

/**
 * @typedef {import("./targets.mjs").Target} Target
 * @typedef {import("./worker.mjs").Task} Task
 * @typedef {Task & { line: number, hash: string }} Mutant hash of the source and of the change
 */

/**
 * All changes to a target's files. A key names the function and the change in words and, where one
 * function has several that read the same, their number; it survives changes elsewhere.
 *
 * @param {Target} target
 * @returns {Mutant[]}
 */
export function mutantsOf(target) {
  const entry = `contracts/src/${target.contract}.sol`;
  const { ast, error } = compile(importClosure(ROOT, entry), entry, target.contract, true);
  if (error !== null) throw new Error(error);
  return target.files.flatMap((file) => {
    const source = readFileSync(join(ROOT, file));
    const sourceHash = createHash("sha256").update(source).digest("hex");
    /** @type {Map<string, number>} */
    const seen = new Map();
    return changesOf(source, ast[file]).map((change) => {
      const name = `${basename(file, ".sol")}.${change.where}: ${change.what}`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      const key = count === 1 ? name : `${name} (${count})`;
      const line = source.subarray(0, change.start).toString("utf8").split("\n").length;
      const hash = createHash("sha256")
        .update(`${sourceHash} ${change.start} ${change.end} ${change.text}`)
        .digest("hex");
      return { key, target, file, change, line, hash };
    });
  });
}
