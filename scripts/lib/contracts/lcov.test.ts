import { expect, test } from "vitest";
import { coverageProblems, coverageTable, parseLcov, percent } from "./lcov.mjs";

const REPORT = `TN:
SF:contracts/src/Pot.sol
DA:3,5
FN:3,Pot.pay
FNDA:5,Pot.pay
DA:4,0
BRDA:3,0,0,5
BRDA:3,0,1,-
end_of_record
SF:contracts/test/Pot.t.sol
DA:1,0
end_of_record
`;

const file = (lines: [number, number], branches: [number, number]) => ({
  file: "contracts/src/A.sol",
  lines: { hit: lines[0], found: lines[1], missed: [] },
  branches: { hit: branches[0], found: branches[1], missed: [] },
});

test("lines and branches are counted in the wanted files alone", () => {
  const files = parseLcov(REPORT, (name) => name.startsWith("contracts/src/"));
  expect(files).toEqual([
    {
      file: "contracts/src/Pot.sol",
      lines: { hit: 1, found: 2, missed: [4] },
      branches: { hit: 1, found: 2, missed: [3] },
    },
  ]);
  expect(coverageTable(files).split("\n")[2]).toBe(
    "| contracts/src/Pot.sol | 1/2 (50.0 %) | 1/2 (50.0 %) | 3, 4 |",
  );
});

test("a file without branches is covered whole", () => {
  expect(percent({ hit: 0, found: 0, missed: [] })).toBe(100);
});

test("the thresholds hold for all files together", () => {
  expect(coverageProblems([file([98, 100], [95, 100])])).toEqual([]);
  expect(coverageProblems([file([97, 100], [94, 100])])).toEqual([
    "97.00 % of lines, not 98 %",
    "94.00 % of branches, not 95 %",
  ]);
  expect(coverageProblems([file([10, 20], [0, 0]), file([980, 980], [1, 1])])).toEqual([]);
  expect(coverageProblems([])).toEqual(["no file was covered"]);
});
