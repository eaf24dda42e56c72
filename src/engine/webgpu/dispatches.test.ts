import { expect, test } from "vitest";
import { cutIntoBands } from "./dispatches.ts";
import type { KernelLaunch } from "./launch.ts";

const launch = (workgroups: number, cost: number): KernelLaunch<never> => ({
  kind: "add",
  source: "",
  bindings: [],
  uniforms: [],
  workgroups,
  cost,
});

test("bands cover every workgroup once and none costs too much", () => {
  const bands = cutIntoBands([launch(1000, 5000), launch(3, 10), launch(2, 1e9)], 700);
  const first = bands.filter((band) => band.launch.workgroups === 1000);
  expect(first.map((band) => band.base)).toEqual([0, 125, 250, 375, 500, 625, 750, 875]);
  expect(first.map((band) => band.count)).toEqual([125, 250, 375, 500, 625, 750, 875, 1000]);
  expect(Math.max(...first.map((band) => band.cost))).toBeLessThanOrEqual(700);
  expect(bands.filter((band) => band.launch.workgroups === 3)).toHaveLength(1);
  // Nothing is smaller than a workgroup.
  expect(bands.filter((band) => band.launch.workgroups === 2)).toHaveLength(2);
});

test("more workgroups than a dimension holds are folded into two", () => {
  const [band] = cutIntoBands([launch(152_064, 1)], Infinity);
  expect([band.x, band.y]).toEqual([50_688, 3]);
  const [odd] = cutIntoBands([launch(65_537, 1)], Infinity);
  expect(odd.x).toBeLessThanOrEqual(65_535);
  expect(odd.x * odd.y).toBeGreaterThanOrEqual(65_537);
  expect(odd.count).toBe(65_537);
});

test("nothing to do is no dispatch", () => {
  expect(cutIntoBands([launch(0, 0)], 100)).toEqual([]);
});
