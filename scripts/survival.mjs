// Measures what survives attacks: fingerprints the demo model several times, attacks each result with
// scripts/oracle/attack_model.py (needs Python with torch and transformers), verifies every copy.
//
//   node scripts/survival.mjs --text novels.txt --out DIR [--seeds 5] [--mix half] [--python python3]
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    text: { type: "string" },
    out: { type: "string" },
    seeds: { type: "string", default: "5" },
    mix: { type: "string", default: "half" },
    pairs: { type: "string", default: "32" },
    python: { type: "string", default: "python3" },
    model: { type: "string", default: "public/demo" },
    other: { type: "string" },
    first: { type: "string", default: "1" },
  },
});
if (!options.text || !options.out) {
  console.error("Usage: node scripts/survival.mjs --text FILE --out DIR [--seeds 5] [--mix half]");
  process.exit(2);
}
mkdirSync(options.out, { recursive: true });

function signet(...args) {
  const run = spawnSync(process.execPath, ["scripts/signet.mjs", ...args, "--json"], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (run.status !== 0) throw new Error(run.stderr.split("\n").slice(-4).join("\n"));
  return JSON.parse(run.stdout);
}

function measureSeed(seed) {
  const run = join(options.out, `${options.mix}-${seed}`);
  const record = join(run, "survival.json");
  if (existsSync(record)) return JSON.parse(readFileSync(record, "utf8"));
  rmSync(run, { recursive: true, force: true });
  const { model, pairs, mix } = options;
  const made = signet("fingerprint", model, "--out", run, "--pairs", pairs, "--mix", mix);
  const attacked = join(run, "attacked");
  const attack = ["scripts/oracle/attack_model.py", join(run, "model"), "--base", model];
  const how = ["--text", options.text, "--out", attacked, "--seed", String(seed)];
  execFileSync(options.python, [...attack, ...how]);
  const suspects = { embedded: join(run, "model") };
  for (const name of readdirSync(attacked).sort()) suspects[name] = join(attacked, name);
  suspects.base = options.model;
  if (options.other) suspects["other model"] = options.other;
  const bank = join(run, "bank.signet");
  const text = "public/demo/held-out.txt";
  const rows = {};
  for (const [name, folder] of Object.entries(suspects)) {
    const report = join(run, `${name}.report.json`);
    const { log10E, fsr, verdict } = signet("verify", folder, "--bank", bank, "--report", report);
    const { nllPerToken } = signet("perplexity", folder, "--text", text);
    const change = 100 * (Math.exp(nllPerToken) / made.perplexity.before - 1);
    rows[name] = { log10E, fsr, verdict, perplexityChange: change };
  }
  rmSync(attacked, { recursive: true, force: true });
  const result = { made, rows };
  writeFileSync(record, JSON.stringify(result, null, 2));
  return result;
}

const median = (list) => {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const results = [];
const first = Number(options.first);
for (let seed = first; seed < first + Number(options.seeds); seed++) {
  results.push(measureSeed(seed));
  console.error(`seed ${seed} done`);
}
const span = (list, digits) =>
  `${median(list).toFixed(digits)} (${Math.min(...list).toFixed(digits)} to ${Math.max(...list).toFixed(digits)})`;
console.log("| suspect | log10 E | FSR | perplexity |\n| --- | --- | --- | --- |");
for (const name of Object.keys(results[0].rows)) {
  const rows = results.map((result) => result.rows[name]);
  const fsr = rows.every((row) => row.fsr === null)
    ? "–"
    : span(
        rows.map((row) => row.fsr),
        2,
      );
  const change = span(
    rows.map((row) => row.perplexityChange),
    1,
  );
  console.log(
    `| ${name} | ${span(
      rows.map((row) => row.log10E),
      1,
    )} | ${fsr} | ${change} % |`,
  );
}
