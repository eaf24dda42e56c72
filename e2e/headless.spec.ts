import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { copyOfDemo, editJson } from "./support/damage.ts";
import { signet } from "./support/runner.ts";
import { BEACON, DEMO } from "./support/steps.ts";

let folder: string;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signet-headless-"));
  await cp(DEMO, join(folder, "demo"), { recursive: true });
});

/** stdout must be one JSON object and nothing else. */
function onlyObject(stdout: string): Record<string, unknown> {
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  return JSON.parse(stdout);
}

test("fingerprint writes model, bank, manifest, metrics and passphrase", async () => {
  const args = ["fingerprint", "demo", "--out", "out", "--pairs", "8", "--beacon", BEACON];
  const { status, stdout, stderr } = await signet(folder, [...args, "--json"]);
  expect(status, stderr).toBe(0);
  const result = onlyObject(stdout);
  expect(Object.keys(result).sort()).toEqual(
    [
      "pairs",
      "fsr",
      "log10E",
      "baseHits",
      "perplexity",
      "steps",
      "seconds",
      "device",
      "root",
    ].sort(),
  );
  expect(result).toMatchObject({ pairs: 8, fsr: 1, device: "cpu" });
  expect(result.log10E).toBeGreaterThan(4);
  expect(result.root).toMatch(/^0x[0-9a-f]{64}$/);
  expect(await readdir(join(folder, "out"))).toEqual(
    expect.arrayContaining([
      "bank.signet",
      "manifest.json",
      "metrics.jsonl",
      "model",
      "passphrase.txt",
    ]),
  );
  const passphrase = (await readFile(join(folder, "out/passphrase.txt"), "utf8")).trim();
  expect((await stat(join(folder, "out/passphrase.txt"))).mode & 0o777).toBe(0o600);
  expect(stdout + stderr).not.toContain(passphrase);
  const metrics = (await readFile(join(folder, "out/metrics.jsonl"), "utf8")).trimEnd().split("\n");
  expect(metrics).toHaveLength(Number(result.steps));
  expect(JSON.parse(metrics.at(-1) ?? "")).toMatchObject({ step: result.steps });
});

test("verify proves the model and not its base", async () => {
  const against = ["--bank", "out/bank.signet", "--base", "demo", "--json"];
  const own = await signet(folder, ["verify", "out/model", ...against]);
  expect(own.status, own.stderr).toBe(0);
  const result = onlyObject(own.stdout);
  expect(Object.keys(result).sort()).toEqual(
    ["verdict", "log10E", "hits", "keys", "pValue", "fsr", "device"].sort(),
  );
  expect(result).toMatchObject({ verdict: "Proven", keys: 8, fsr: 1 });
  const report = JSON.parse(await readFile(join(folder, "model.report.json"), "utf8"));
  expect(report).toMatchObject({ format: "signet-report", result: { verdict: "Proven" } });

  const base = await signet(folder, ["verify", "demo", ...against, "--report", "base.json"]);
  expect(base.status).toBe(0);
  expect(onlyObject(base.stdout)).toMatchObject({ verdict: "No evidence" });
  expect(existsSync(join(folder, "base.json"))).toBe(true);
});

test("perplexity agrees with the figure that PyTorch gave for the demo model", async () => {
  const card = await readFile(join(DEMO, "README.md"), "utf8");
  const [, tokens, nll] = /held-out\.txt \| ([\d,]+) \| ([\d.]+)/.exec(card) ?? [];
  const args = ["perplexity", "demo", "--text", "demo/held-out.txt", "--json"];
  const { stdout, status } = await signet(folder, args);
  expect(status).toBe(0);
  const result = onlyObject(stdout);
  expect(result.tokens).toBe(Number(tokens.replaceAll(",", "")));
  expect(Number(result.nllPerToken)).toBeCloseTo(Number(nll), 3);
});

test("generate continues a prompt, the same on both devices", async () => {
  const args = ["generate", "demo", "--prompt", "Once upon a time", "--tokens", "8", "--json"];
  const cpu = await signet(folder, [...args, "--device", "cpu"]);
  const gpu = await signet(folder, [...args, "--device", "webgpu"]);
  expect(cpu.status, cpu.stderr).toBe(0);
  expect(gpu.status, gpu.stderr).toBe(0);
  const result = onlyObject(cpu.stdout);
  expect(result.tokenIds).toHaveLength(8);
  expect(onlyObject(gpu.stdout)).toEqual(result);
});

test("inspect knows a folder, a bank and a report", async () => {
  const model = onlyObject((await signet(folder, ["inspect", "demo", "--json"])).stdout);
  expect(model).toMatchObject({ parameterCount: 1_369_728, architecture: "llama" });
  const bank = onlyObject((await signet(folder, ["inspect", "out/bank.signet", "--json"])).stdout);
  expect(bank).toMatchObject({ kind: "bank", encryption: "AES-256-GCM" });
  const report = await signet(folder, ["inspect", "model.report.json"]);
  expect(report.stdout).toMatch(/Verdict\s+Proven[^]*Holds\s+yes/);
  const text = await readFile(join(folder, "model.report.json"), "utf8");
  await writeFile(join(folder, "forged.json"), text.replace('"Proven"', '"Strong"'));
  const forged = onlyObject((await signet(folder, ["inspect", "forged.json", "--json"])).stdout);
  expect(forged).toMatchObject({ kind: "signet-report", valid: false });
});

test("bad input is one line and exit status 2", async () => {
  const foreign = await copyOfDemo();
  await editJson(foreign, "config.json", (config) =>
    Object.assign(config, { model_type: "mamba" }),
  );
  const wrong = { passphrase: "wrong" };
  const outcomes = [
    await signet(folder, ["fingerprint", foreign, "--out", "never", "--json"]),
    await signet(folder, ["verify", "demo", "--bank", "out/bank.signet", "--json"], wrong),
    await signet(folder, ["verify", "demo", "--bank", "out/manifest.json", "--json"], wrong),
    await signet(folder, ["inspect", foreign, "--json"]),
  ];
  for (const { status, stdout, stderr } of outcomes) {
    expect(status, stderr).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  }
  expect(outcomes[0].stderr).toContain("mamba");
  expect(existsSync(join(folder, "never"))).toBe(false);
});

test("Ctrl-C leaves nothing behind", async () => {
  const args = ["fingerprint", "demo", "--out", "stopped", "--pairs", "2", "--device", "cpu"];
  const { status } = await signet(folder, args, {
    onStart: (interrupt) => void setTimeout(interrupt, 8000),
  });
  expect(status).toBe(130);
  expect(existsSync(join(folder, "stopped"))).toBe(false);
});
