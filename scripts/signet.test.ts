import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const SCRIPT = new URL("./signet.mjs", import.meta.url).pathname;
let folder: string;

function signet(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [SCRIPT, ...args], {
    encoding: "utf8",
    env: { ...process.env, INIT_CWD: folder, SIGNET_PASSPHRASE: "" },
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signet-runner-"));
  mkdirSync(join(folder, "model"));
  mkdirSync(join(folder, "empty"));
  mkdirSync(join(folder, "done/model"), { recursive: true });
  writeFileSync(join(folder, "model/config.json"), "{}");
  writeFileSync(join(folder, "bank.signet"), "SIGNETBK");
  writeFileSync(join(folder, "blank.txt"), " \n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FINGERPRINT = ["fingerprint", "model", "--out", "out"];

test.each([
  [[], "Name a command"],
  [["fingreprint", "model"], "No command"],
  [["fingerprint"], "<model-dir> is missing"],
  [["fingerprint", "model", "other", "--out", "x"], 'Unexpected argument "other"'],
  [["fingerprint", "model"], "--out is missing"],
  [["fingerprint", "missing", "--out", "out"], "does not exist"],
  [["fingerprint", "empty", "--out", "out"], "is empty"],
  [["fingerprint", "model", "--out", "done"], "already holds model"],
  [[...FINGERPRINT, "--pairs", "0"], "--pairs takes"],
  [[...FINGERPRINT, "--pairs", "many"], "--pairs takes"],
  [[...FINGERPRINT, "--mix", "silent"], "--mix takes half, loud, quiet"],
  [[...FINGERPRINT, "--device", "tpu"], "--device takes auto, webgpu, cpu"],
  [[...FINGERPRINT, "--width", "12"], "--width takes"],
  [[...FINGERPRINT, "--beacon", "12"], "--beacon takes"],
  [[...FINGERPRINT, "--passphrase-file", "none.txt"], "passphrase file"],
  [[...FINGERPRINT, "--unheard-of"], "--unheard-of"],
  [["verify", "model"], "--bank is missing"],
  [["verify", "model", "--bank", "none"], "The bank"],
  [["verify", "model", "--bank", "bank.signet"], "needs its passphrase"],
  [["verify", "model", "--bank", "bank.signet", "--passphrase", "x"], "--passphrase"],
  [["perplexity", "model"], "--text is missing"],
  [["perplexity", "model", "--text", "blank.txt"], "text is empty"],
  [["generate", "model", "--tokens", "3"], "--prompt"],
  [["generate", "model", "--prompt", "x", "--tokens", "-1"], "--tokens"],
  [["inspect", "missing"], "does not exist"],
  [["inspect", "bank.signet"], "not whole"],
])("bad input is one line and exit status 2: %j", { timeout: 20_000 }, (args, message) => {
  const { status, stdout, stderr } = signet(...args, ...(args.length > 0 ? ["--json"] : []));
  expect(stderr).toContain(message);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

test("every command explains itself", () => {
  expect(signet("--help").stdout).toMatch(
    /fingerprint[^]*verify[^]*perplexity[^]*generate[^]*inspect/,
  );
  for (const name of ["fingerprint", "verify", "perplexity", "generate", "inspect"]) {
    const { status, stdout } = signet(name, "--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^signet ${name} <`));
  }
});
