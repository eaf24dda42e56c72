import { beforeAll, expect, test } from "vitest";
import { judge } from "./audit.ts";
import { auditToy } from "./fixtures/audit.ts";
import { embedToy, makeToyBank, type ToyCase } from "./fixtures/toyBank.ts";
import { manifestHash } from "./manifest.ts";
import { recheckReport } from "./recheckReport.ts";
import { checkRegistry, type ClaimedBank, type RegistryView } from "./registryCheck.ts";
import { createReport, reportHash, writeReport } from "./report.ts";
import type { Report } from "./reportSchema.ts";

const REGISTRY = `0x${"5F".repeat(20)}`;
const OTHER = `0x${"9c".repeat(32)}` as const;

let toy: ToyCase;
let claimed: ClaimedBank;
let input: Omit<Parameters<typeof createReport>[0], "chain">;

beforeAll(async () => {
  toy = await makeToyBank({ count: 8 }, { bound: true });
  embedToy(toy);
  const { set, observations } = await auditToy(toy);
  const { manifest, root, beacon } = toy.bank;
  claimed = { manifest, root, beacon };
  input = {
    set,
    observations,
    suspect: { name: "suspect", weightsHash: null, tokenizerHash: toy.tokenizer.hash },
    device: { kind: "cpu", name: "test" },
    diagnosis: { tokenizer: "same", template: "unused" },
    confirmation: null,
    createdAt: "2026-05-06T07:08:09.000Z",
  };
});

/** A registry with the toy bank as epoch 1 of model 7, after other draws. */
function view(patch: { beacon?: RegistryView["epochs"][number]["beacon"]; draws?: number } = {}) {
  const { beacon = claimed.beacon.value, draws = 100 } = patch;
  const registry: RegistryView = {
    chainId: 31_337,
    registry: REGISTRY,
    block: 500,
    epochs: [
      {
        model: "7",
        epoch: 1,
        root: claimed.root,
        manifestHash: manifestHash(claimed.manifest),
        commitBlock: 40,
        beacon,
      },
    ],
    draws: Array.from({ length: draws }, (_, i) => 1 + i),
  };
  return registry;
}

function reportWith(registry: RegistryView | null): Report {
  return createReport({ ...input, chain: checkRegistry(claimed, registry) }).report;
}

const retold = (report: Report): string => writeReport({ ...report, hash: reportHash(report) });

test("a bank that its registry confirms is judged with as many owners as beacons were drawn", () => {
  const report = reportWith(view());
  expect(report.chain).toMatchObject({
    state: "confirmed",
    block: 500,
    draws: 100,
    model: "7",
    epoch: 1,
    commitBlock: 40,
  });
  // Bonferroni by hand: 1e4 · 100.
  expect(report.owners).toBe(100);
  expect(report.result.threshold).toBeCloseTo(6, 12);
  expect(report.meaning.join(" ")).toMatch(/As of block 500 .* 100 beacons .* R = 100/);
  expect(judge(input.set, input.observations, { chain: report.chain ?? null }).thresholds).toEqual({
    proven: 6,
    strong: 5,
    inconclusive: 3,
  });
});

test("without a chain, R is assumed to be 1 and the report says so", () => {
  const report = reportWith(null);
  expect(report.chain).toEqual({ state: "unknown", problem: "noChain" });
  expect(report.result.threshold).toBe(4);
  expect(report.meaning.join(" ")).toMatch(/no chain could be asked.*R = 1 was assumed/);
});

test.each([
  ["another chain", { chainId: 1, registry: REGISTRY }],
  ["another registry", { chainId: 31_337, registry: `0x${"6a".repeat(20)}` }],
])("a bank of %s is not judged by this one", (_name, source) => {
  const beacon = {
    ...claimed.beacon,
    kind: "bound",
    source: { ...source, blockNumber: 48 },
  } as const;
  expect(checkRegistry({ ...claimed, beacon }, view())).toEqual({
    state: "unknown",
    problem: "otherChain",
  });
  const here = { chainId: 31_337, registry: REGISTRY.toLowerCase(), blockNumber: 48 };
  expect(checkRegistry({ ...claimed, beacon: { ...beacon, source: here } }, view())?.state).toBe(
    "confirmed",
  );
});

test.each([
  ["has another beacon", view.bind(null, { beacon: OTHER }), "otherBeacon"],
  ["has no beacon yet", view.bind(null, { beacon: null }), "notSealed"],
  ["has no such bank", () => ({ ...view(), epochs: [] }), "notCommitted"],
] as const)("a bank whose registry %s gets the unbound threshold", (_name, registry, problem) => {
  const report = reportWith(registry());
  expect(report.chain).toMatchObject({ state: "refuted", problem });
  // 1e4 · 100 · 2^40.
  expect(report.result.threshold).toBeCloseTo(6 + 40 * Math.log10(2), 9);
  expect(report.result.verdict).not.toBe("Proven");
  expect(report.meaning.join(" ")).toMatch(/does not confirm it.*judged as if it were in unbound/);
  expect(recheckReport(writeReport(report), toy.bank, registry())).toMatchObject({
    valid: true,
    problems: [],
  });
});

test("the manifest has to be the committed one too", () => {
  const manifest = { ...claimed.manifest, owner: "0x1" };
  expect(checkRegistry({ ...claimed, manifest }, view())).toMatchObject({
    problem: "notCommitted",
  });
});

test("a re-check counts with the report's R, and asks the registry for it", () => {
  const report = reportWith(view());
  const json = writeReport(report);
  expect(recheckReport(json)).toMatchObject({ valid: true, problems: [] });
  expect(recheckReport(json).notes.join()).toContain("not looked up again");
  // Draws that came later do not count against it.
  const later = { ...view({ draws: 300 }), block: 900 };
  later.draws = [...view().draws, ...Array.from({ length: 200 }, (_, i) => 600 + i)];
  expect(recheckReport(json, toy.bank, later)).toMatchObject({ valid: true, problems: [] });
  expect(recheckReport(json, toy.bank, later).notes.join()).toContain("epoch 1 of model 7");
  const fewer = view({ draws: 99 });
  expect(recheckReport(json, toy.bank, fewer).problems.join()).toContain(
    "another number of beacons",
  );
});

test("a report that lowers R, or invents a confirmation, is found out", () => {
  const report = reportWith(view());
  const lower = retold({ ...report, owners: 1 });
  expect(recheckReport(lower).problems.join()).toMatch(/"threshold".*another R/);
  const invented = retold(reportWith(view()));
  expect(recheckReport(invented, undefined, { ...view(), epochs: [] }).problems.join()).toContain(
    "no such commitment",
  );
  const { chain: _chain, ...silent } = reportWith(null);
  expect(recheckReport(retold(silent), undefined, view({ beacon: OTHER })).valid).toBe(false);
});
