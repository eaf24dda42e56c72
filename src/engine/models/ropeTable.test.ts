import { expect, test } from "vitest";
import golden from "../fixtures/ropeLlama32.json" with { type: "json" };
import { FIXTURE_NAMES, loadFixture, relativeError } from "../oracle/fixture.ts";
import { inverseFrequencies, ropeTable } from "./ropeTable.ts";

test("Llama 3.2's frequencies are those of transformers", () => {
  const scaling = {
    factor: 32,
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalMaxPositions: 8192,
  };
  const found = inverseFrequencies(64, 500_000, scaling);
  golden.inverseFrequencies.forEach((wanted, k) => {
    expect(Math.abs(found[k] / wanted - 1)).toBeLessThan(3e-7);
  });
});

test.each(FIXTURE_NAMES)("%s: cosines and sines are those of transformers", async (name) => {
  const fixture = await loadFixture(name);
  const found = ropeTable(fixture.manifest.config, 16);
  expect(relativeError(found, fixture.get("cosSin"))).toBeLessThan(1e-6);
});
