import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deployableContracts, parseArtifact } from "./artifacts.mjs";
import { renderBinding, staleBindings, writeBindings } from "./bindings.mjs";
import { forge } from "./forge.mjs";
import {
  gasTable,
  readSnapshots,
  snapshotProblems,
  targetProblems,
  writeSnapshots,
} from "./gas.mjs";
import { contractSizes } from "./sizes.mjs";
import { forgeCounts, forgeFailures, gasSnapshots, parseForgeReport } from "./testReport.mjs";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "signet-contracts-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const ok = { status: "Success" as const };
const bad = { status: "Failure" as const, reason: "NotEqual" };

test("forge's end is told as it was", async () => {
  const done = await forge(["--version"], { quiet: true });
  expect(done.code).toBe(0);
  expect(done.stdout).toMatch(/^forge Version: /);
  expect((await forge(["no-such-command"], { quiet: true })).code).not.toBe(0);
});

test("forge's report stands after what the compiler said", () => {
  const report = { "a.t.sol:A": { test_results: { "test_X()": ok } } };
  expect(parseForgeReport(`Compiling\n${JSON.stringify(report)}\n`)).toEqual(report);
  expect(parseForgeReport("Compiling\n")).toBeNull();
  expect(parseForgeReport('{"cut of')).toBeNull();
});

test("tests of contracts are counted, and a run without any fails", () => {
  const report = {
    A: { test_results: { a: ok, b: bad } },
    B: { test_results: { c: ok, d: { status: "Skipped" as const } } },
  };
  expect(forgeCounts(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 1 });
  expect(forgeCounts({ A: { test_results: { a: ok } } }, 1).failed).toBe(1);
  expect(forgeCounts({}, 0).failed).toBe(1);
  expect(forgeCounts(null, 0).failed).toBe(1);
});

test("a failed test is named with its reason and its counterexample", () => {
  const report = {
    "a.t.sol:A": { test_results: { "test_B()": { ...bad, counterexample: { Single: [7] } } } },
  };
  expect(forgeFailures(report)).toEqual(['a.t.sol:A test_B(): NotEqual\n  {"Single":[7]}']);
});

test("gas is taken from the report, sorted", () => {
  const shot = (group: string, name: string, gas: string) => ({
    ...ok,
    gas_snapshots: { [group]: { [name]: gas } },
  });
  const report = { A: { test_results: { a: shot("b", "z", "3"), b: shot("b", "a", "2") } } };
  const figures = gasSnapshots(report);
  expect(JSON.stringify(figures)).toBe('{"b":{"a":2,"z":3}}');
  const folder = temporaryFolder();
  writeSnapshots(figures, folder);
  expect(readSnapshots(folder)).toEqual(figures);
});

test("gas may drift by one per cent either way", () => {
  const committed = { splitter: { claim: 50_000 } };
  expect(snapshotProblems(committed, { splitter: { claim: 50_500 } })).toEqual([]);
  expect(snapshotProblems(committed, { splitter: { claim: 49_500 } })).toEqual([]);
  expect(snapshotProblems(committed, { splitter: { claim: 50_501 } })).toEqual([
    "splitter: claim was 50000 and is 50501 (1.0 %)",
  ]);
  expect(snapshotProblems(committed, { splitter: { claim: 49_000 } })).toHaveLength(1);
  expect(snapshotProblems(committed, { splitter: { pay: 1 } })).toEqual([
    "splitter: claim was not measured",
    "splitter: pay has no committed figure",
  ]);
});

test("a limit must be kept and measured", () => {
  const limits = { splitter: { claim: 60_000 } };
  expect(targetProblems(limits, { splitter: { claim: 60_000, pay: 9 } })).toEqual([]);
  expect(targetProblems(limits, { splitter: { claim: 60_001 } })).toHaveLength(1);
  expect(targetProblems(limits, {})).toEqual(["splitter: claim was not measured"]);
  expect(
    gasTable(limits, { splitter: { claim: 49_000, pay: 9 } })
      .split("\n")
      .slice(2),
  ).toEqual(["| splitter: claim | 49,000 | 60,000 |", "| splitter: pay | 9 |  |"]);
});

const compiled = (bytecode: string, runtime: string) => ({
  abi: [{ type: "function", name: "claim", inputs: [] }],
  bytecode: { object: bytecode },
  deployedBytecode: {
    object: runtime,
    immutableReferences: { 7: [{ start: 9, length: 32 }], 3: [{ start: 2, length: 32 }] },
  },
});

test("only what can be deployed counts, and nothing unlinked", () => {
  expect(parseArtifact("A", "A.sol", compiled("0x", "0x"))).toBeNull();
  expect(() => parseArtifact("A", "A.sol", compiled("0x60__$1$__", "0x60"))).toThrow("linked");
  expect(parseArtifact("A", "A.sol", compiled("0x6001", "0x60"))?.immutables).toEqual([
    [2, 32],
    [9, 32],
  ]);
});

test("contracts are found by their files, without interfaces and libraries", () => {
  const root = temporaryFolder();
  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const path of ["Pot.sol", "demo/Coin.sol", "interfaces/IPot.sol", "lib/Maths.sol"]) {
    put(`contracts/src/${path}`, "");
  }
  for (const name of ["Pot", "Coin"]) {
    put(`out/${name}.sol/${name}.json`, JSON.stringify(compiled("0x6001", "0x60")));
  }
  const found = deployableContracts({ root, out: join(root, "out") });
  expect(found.map(({ source }) => source)).toEqual([
    "contracts/src/Pot.sol",
    "contracts/src/demo/Coin.sol",
  ]);
});

const artifact = {
  name: "RevenuePot",
  source: "contracts/src/RevenuePot.sol",
  abi: [{ type: "function", name: "claim", inputs: [] }],
  bytecode: "0x6001",
  runtime: "0x",
  immutables: [[2, 32]] as [number, number][],
};

test("a binding has the ABI, the code and the hash of what will stand on the chain", () => {
  const { file, text } = renderBinding(artifact);
  expect(file).toBe("revenuePot.ts");
  expect(text).toContain('  {"type":"function","name":"claim","inputs":[]},\n] as const;');
  expect(text).toContain('"0x6001"');
  // keccak256 of nothing, as the Yellow Paper gives it
  expect(text).toContain("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
});

test("bindings that differ, lack or are left over are noticed", () => {
  const folder = temporaryFolder();
  const other = { ...artifact, name: "Other" };
  expect(staleBindings([artifact], folder)).toEqual(["revenuePot.ts is missing"]);
  writeBindings([artifact, other], folder);
  expect(staleBindings([artifact, other], folder)).toEqual([]);
  expect(staleBindings([artifact], folder)).toEqual(["other.ts belongs to no contract"]);
  expect(staleBindings([{ ...artifact, bytecode: "0x6002" }, other], folder)).toEqual([
    "revenuePot.ts is not what the contract compiles to",
  ]);
  writeBindings([artifact], folder);
  expect(staleBindings([artifact], folder)).toEqual([]);
});

test("a contract must be smaller than EIP-170 allows", () => {
  const sized = (name: string, bytes: number) => ({
    ...artifact,
    name,
    runtime: `0x${"00".repeat(bytes)}`,
  });
  expect(contractSizes([sized("small", 24_575), sized("big", 24_576)])).toEqual([
    { name: "big", sizeBytes: 24_576, fits: false },
    { name: "small", sizeBytes: 24_575, fits: true },
  ]);
});
