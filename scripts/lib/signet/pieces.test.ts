import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { BadInput } from "../badInput.mjs";
import { Cancelled, errorLine, exitStatus, PageError } from "./errors.mjs";
import { beaconFlag, ownKeys, positiveNumber, widthFlag } from "./flags.mjs";
import { folderFiles, readText } from "./inputFiles.mjs";
import { describeBank, describeJson } from "./inspectDocument.mjs";
import { checkOutput, StagedOutput } from "./outputFolder.mjs";
import {
  givenPassphrase,
  passphraseForBank,
  randomPassphrase,
  writePassphrase,
} from "./passphrase.mjs";
import { describeEvent, duration, Progress } from "./progress.mjs";
import { sizeText, table } from "./tables.mjs";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "signet-pieces-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("flags that are out of their range are bad input", () => {
  expect(widthFlag("16")).toBe(16);
  for (const text of ["12", "1", "0", "-8", "x", "512"])
    expect(() => widthFlag(text)).toThrow(BadInput);
  const hex = "AB".repeat(32);
  expect(beaconFlag(`0x${hex}`)).toBe("ab".repeat(32));
  for (const text of ["", hex.slice(2), `${hex}00`, "zz".repeat(32)]) {
    expect(() => beaconFlag(text)).toThrow(BadInput);
  }
  expect(positiveNumber("1e-3", "learning-rate")).toBe(0.001);
  for (const text of ["0", "-1", "", " ", "NaN", "Infinity", "x"]) {
    expect(() => positiveNumber(text, "learning-rate")).toThrow(BadInput);
  }
});

test("a folder is listed through links, without hidden files", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "model/nested"), { recursive: true });
  mkdirSync(join(folder, "model/.git"));
  writeFileSync(join(folder, "blob"), "weights");
  writeFileSync(join(folder, "model/config.json"), "{}");
  writeFileSync(join(folder, "model/nested/a.txt"), "a");
  writeFileSync(join(folder, "model/.git/HEAD"), "ref");
  symlinkSync(join(folder, "blob"), join(folder, "model/model.safetensors"));
  symlinkSync(join(folder, "gone"), join(folder, "model/dangling"));
  const files = folderFiles(join(folder, "model"), "The model folder");
  expect([...files.keys()]).toEqual([
    "model/config.json",
    "model/model.safetensors",
    "model/nested/a.txt",
  ]);
  expect(() => folderFiles(join(folder, "none"), "The model folder")).toThrow("does not exist");
  expect(() => folderFiles(join(folder, "blob"), "The model folder")).toThrow("is a file");
  mkdirSync(join(folder, "empty"));
  expect(() => folderFiles(join(folder, "empty"), "The model folder")).toThrow("is empty");
});

test("relative paths start where npm was called", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "text.txt"), "words");
  vi.stubEnv("INIT_CWD", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(readText("text.txt", "The text")).toBe("words");
  writeFileSync(join(folder, "latin.txt"), Buffer.from([0x63, 0xe9, 0x21]));
  expect(() => readText("latin.txt", "The text")).toThrow("not UTF-8");
  writeFileSync(join(folder, "keys.txt"), "first key\n\nsecond key\r\n");
  expect(ownKeys("keys.txt")).toEqual(["first key", "second key"]);
});

test("the passphrase comes from the file, the environment, or beside the bank", () => {
  const folder = temporaryFolder();
  const bank = join(folder, "bank.signet");
  const file = join(folder, "given.txt");
  writeFileSync(file, " with spaces \n");
  vi.stubEnv("SIGNET_PASSPHRASE", "");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(givenPassphrase(undefined)).toBeNull();
  expect(givenPassphrase(file)).toBe(" with spaces ");
  expect(() => passphraseForBank(undefined, bank)).toThrow(BadInput);
  writePassphrase(folder, "beside");
  expect(statSync(join(folder, "passphrase.txt")).mode & 0o777).toBe(0o600);
  expect(passphraseForBank(undefined, bank)).toBe("beside");
  vi.stubEnv("SIGNET_PASSPHRASE", "environment");
  expect(passphraseForBank(undefined, bank)).toBe("environment");
  expect(passphraseForBank(file, bank)).toBe(" with spaces ");
  writeFileSync(file, "\n");
  expect(() => givenPassphrase(file)).toThrow("is empty");
  expect(new Set(Array.from({ length: 50 }, randomPassphrase)).size).toBe(50);
});

test("results appear together, or not at all", () => {
  const folder = temporaryFolder();
  const out = join(folder, "deep/out");
  const stopped = new StagedOutput(checkOutput(out, false));
  writeFileSync(join(stopped.staging, "bank.signet"), "bank");
  expect(readdirSync(out)).toHaveLength(1);
  stopped.discard();
  expect(existsSync(out)).toBe(false);

  const staged = new StagedOutput(checkOutput(out, false));
  mkdirSync(join(staged.staging, "model"));
  writeFileSync(join(staged.staging, "model/config.json"), "new");
  writeFileSync(join(staged.staging, "bank.signet"), "bank");
  staged.commit();
  staged.discard();
  expect(readdirSync(out).sort()).toEqual(["bank.signet", "model"]);

  expect(() => checkOutput(out, false)).toThrow("already holds model");
  const again = new StagedOutput(checkOutput(out, true));
  mkdirSync(join(again.staging, "model"));
  writeFileSync(join(again.staging, "model/other.json"), "newer");
  again.commit();
  expect(readdirSync(join(out, "model"))).toEqual(["other.json"]);
  expect(readFileSync(join(out, "bank.signet"), "utf8")).toBe("bank");
  expect(() => checkOutput(join(out, "bank.signet/x"), false)).toThrow("is a file");
});

test("exit status and the one line tell bad input from a failure", () => {
  const wire = {
    name: "FingerprintError",
    message: "The passphrase is wrong.",
    hint: "Try\nagain.",
  };
  const wrong = new PageError({ ...wire, code: "PASSPHRASE_WRONG" });
  expect(exitStatus(wrong)).toBe(2);
  expect(errorLine(wrong)).toBe("The passphrase is wrong. Try again. [PASSPHRASE_WRONG]");
  expect(exitStatus(new BadInput("No such folder"))).toBe(2);
  expect(exitStatus(new Cancelled())).toBe(130);
  expect(exitStatus(new PageError({ ...wire, code: "GPU_DEVICE_LOST" }))).toBe(1);
  expect(exitStatus(new PageError({ name: "TypeError", message: "x is undefined" }))).toBe(1);
  expect(exitStatus(new Error("disk"))).toBe(1);
  expect(errorLine(new Error("two\nlines"))).toBe("two lines.");
});

test("no event puts a key, a candidate or an answer into the progress", () => {
  const secret = "the-secret-key";
  const events = [
    {
      type: "attempt",
      attempt: { attempt: 1, accepted: true, key: secret, candidates: [secret], reason: null },
    },
    {
      type: "samples",
      step: 3,
      samples: [{ key: secret, answer: secret, response: secret, hit: true }],
    },
    {
      type: "observation",
      observation: { index: 0, key: secret, response: secret, answer: secret, log10E: 1.2 },
    },
    { type: "token", text: secret },
    { type: "run", runId: secret },
    { type: "unheard-of", text: secret },
  ];
  for (const event of events) expect(describeEvent(event)?.text ?? "").not.toContain(secret);
});

test("plain progress waits until the input has proved sound", () => {
  const written: string[] = [];
  const stream = Object.assign(Object.create(process.stderr), {
    isTTY: false,
    write: (text: string) => written.push(text) > 0,
  });
  const held = new Progress(stream);
  held.event({ type: "phase", phase: "open", note: "reading", fraction: null });
  held.clear();
  expect(written).toEqual([]);
  const sound = new Progress(stream);
  sound.event({ type: "phase", phase: "open", note: "reading", fraction: null });
  sound.accept();
  sound.say("tick", false);
  sound.say("tick", false);
  sound.event({ type: "phase", phase: "embed", note: "step", fraction: 0.5 });
  expect(written).toEqual(["open: reading\n"]);
});

test("a bank shows its header only, and a damaged one says so", () => {
  const header = Buffer.alloc(88);
  header.write("SIGNETBK", 0, "latin1");
  header.set([1, 1], 8);
  header.writeUInt32BE(65_536, 16);
  header.writeUInt32BE(3, 20);
  header.writeUInt32BE(4, 24);
  header.writeBigUInt64BE(1000n, 60);
  createHash("sha256").update(header.subarray(0, 84)).digest().copy(header, 84, 0, 4);
  const { json, text } = describeBank(header, 1088);
  expect(json).toMatchObject({ kind: "bank", encryptedBytes: 1000, kdf: { memoryKib: 65_536 } });
  expect(text).toContain("64 MiB, 3 passes, 4 lanes");
  expect(() => describeBank(header, 1087)).toThrow("not whole");
  header[20] = 9;
  expect(() => describeBank(header, 1088)).toThrow("damaged");
});

test("only documents of Signet are described from their JSON", () => {
  expect(describeJson('{"architectures":["LlamaForCausalLM"]}')).toBeNull();
  expect(describeJson("{")).toBeNull();
  const manifest = describeJson('{"format":"signet-manifest","pairs":[1,2]}');
  expect(manifest?.json).toMatchObject({ kind: "signet-manifest" });
  expect(manifest?.text).toContain("2 entries");
  const report = { format: "signet-report", result: { verdict: "Proven", log10E: 38.5 } };
  expect(describeJson(JSON.stringify(report))?.text).toMatch(/Verdict\s+Proven\nlog10 E\s+38.5/);
});

test("figures for people", () => {
  expect(sizeText(999)).toBe("999 B");
  expect(sizeText(4_000_000)).toBe("4.00 MB");
  expect(sizeText(1.5e9)).toBe("1.50 GB");
  expect(duration(61_000)).toBe("61 s");
  expect(duration(3_600_000)).toBe("60 min");
  expect(duration(7_200_000)).toBe("2.0 h");
  expect(
    table([
      ["a", "b"],
      ["long", "c"],
    ]),
  ).toEqual(["a     b", "long  c"]);
});
