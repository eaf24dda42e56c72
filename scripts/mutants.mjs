// @ts-check
// Changes the contracts one spot at a time and asks whether a test notices. What is known stays in
// .cache/mutants, so a run that was ended goes on. --only CONTRACT, --jobs N; --retry asks survivors
// again and leaves the rest as it is.
import { fork } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";
import { parseOptions, wholeNumber } from "./lib/options.mjs";
import { ROOT } from "./lib/paths.mjs";

/**
 * @typedef {import("./lib/contracts/mutants/list.mjs").Mutant} Mutant
 * @typedef {import("./lib/contracts/mutants/worker.mjs").Outcome} Outcome
 */

requireNode();
await ensureDependencies();
const { forge } = await import("./lib/contracts/forge.mjs");
const { mutantsOf } = await import("./lib/contracts/mutants/list.mjs");
const { TARGETS } = await import("./lib/contracts/mutants/targets.mjs");
const { KILLED_SHARE, killedShare, mutantsReport, tally } =
  await import("./lib/contracts/mutants/report.mjs");

const { values } = parseOptions(process.argv.slice(2), {
  only: { type: "string" },
  jobs: { type: "string" },
  retry: { type: "boolean" },
});
const jobs = wholeNumber(values.jobs, "jobs", { min: 1, max: 64 }) ?? availableParallelism();

const FOLDER = join(ROOT, ".cache/mutants");
const KNOWN = join(FOLDER, "outcomes.jsonl");
const REASONS = join(ROOT, "contracts/mutant-reasons.json");
const REPORT = join(ROOT, "docs/mutants.md");

/** @returns {Map<string, Outcome>} by the hash of the change */
function readKnown() {
  try {
    const lines = readFileSync(KNOWN, "utf8").trim().split("\n");
    return new Map(
      lines.map((line) => {
        const { hash, ...outcome } = JSON.parse(line);
        return [hash, outcome];
      }),
    );
  } catch {
    return new Map();
  }
}

/** @returns {Record<string, string>} */
function readReasons() {
  try {
    return JSON.parse(readFileSync(REASONS, "utf8"));
  } catch {
    return {};
  }
}

/**
 * @param {Mutant[]} tasks emptied
 * @param {(mutant: Mutant, outcome: Outcome) => void} report
 * @param {number} number
 * @returns {Promise<void>}
 */
function work(tasks, report, number) {
  return new Promise((resolve, reject) => {
    const folder = join(tmpdir(), `signet-mutants-${process.pid}-${number}`);
    const worker = fork(join(ROOT, "scripts/lib/contracts/mutants/worker.mjs"), [folder]);
    /** @type {Mutant | undefined} */
    let current;
    const next = () => {
      current = tasks.shift();
      if (current === undefined) worker.disconnect();
      else worker.send(current);
    };
    worker.on("message", (/** @type {Outcome} */ outcome) => {
      if (current !== undefined) report(current, outcome);
      next();
    });
    worker.once("error", reject);
    worker.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error("A worker broke off; run the command again.")),
    );
    next();
  });
}

const build = await forge(["build"]);
if (build.code !== 0) process.exit(build.code);
mkdirSync(FOLDER, { recursive: true });
const targets = TARGETS.filter(
  ({ contract }) => values.only === undefined || contract === values.only,
);
const mutants = targets.flatMap(mutantsOf);
const known = readKnown();
/** @type {Map<string, Outcome>} */
const outcomes = new Map();
const queue = mutants.filter(({ key, hash }) => {
  const outcome = known.get(hash);
  if (values.retry === true && outcome?.status === "survived") return true;
  if (outcome === undefined) return values.retry !== true;
  outcomes.set(key, outcome);
  return false;
});
// In an order that has nothing to do with the files, so that a part stands for the whole.
queue.sort((a, b) => (a.hash < b.hash ? -1 : 1));
console.log(`${mutants.length} changes, ${queue.length} to be tested`);

const startedAt = performance.now();
let done = 0;
const total = queue.length;
/** @param {Mutant} mutant @param {Outcome} outcome */
function onOutcome({ key, hash, file, line }, outcome) {
  outcomes.set(key, outcome);
  appendFileSync(KNOWN, `${JSON.stringify({ hash, ...outcome })}\n`);
  done += 1;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  if (outcome.status === "survived") console.log(`survived ${file}:${line} ${key}`);
  if (done % 25 === 0) console.log(`${done} of ${total} in ${seconds} s`);
}
await Promise.all(
  Array.from({ length: Math.min(jobs, queue.length) }, (_, number) =>
    work(queue, onOutcome, number),
  ),
);

const counted = tally(mutants, outcomes);
console.log(counted, `${(100 * killedShare(counted)).toFixed(1)} % killed`);
if (values.only === undefined) {
  writeFileSync(REPORT, mutantsReport(mutants, outcomes, readReasons()));
  console.log(`Wrote ${REPORT}.`);
}
process.exitCode = killedShare(counted) < KILLED_SHARE ? 1 : 0;
