import { expect, test } from "vitest";
import { changesOf } from "./operators.mjs";
import { killedShare, mutantsReport, tally } from "./report.mjs";
import { compile } from "./sources.mjs";

const FILE = "Pot.sol";
const head = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n";

function changes(body: string): string[] {
  const content = `${head}contract Pot { uint256 x; bool open; error Bad(); event Paid(); ${body} }`;
  const sources = { [FILE]: { content } };
  const { ast, error } = compile(sources, FILE, "Pot", true);
  expect(error).toBeNull();
  const source = Buffer.from(content);
  return changesOf(source, ast[FILE]).map(({ start, end, text, where }) => {
    const changed = Buffer.concat([
      source.subarray(0, start),
      Buffer.from(text),
      source.subarray(end),
    ]).toString("utf8");
    const from = changed.indexOf("event Paid();") + "event Paid();".length;
    return `${where}: ${changed.slice(from, changed.lastIndexOf("}")).trim()}`;
  });
}

test("operators are swapped where they stand, whatever bytes come before", () => {
  expect(changes("/* ★ */ function f(uint256 a) public { x = a /* + */ - 7; }")).toEqual([
    "f: /* ★ */ function f(uint256 a) public { {} }",
    "f: /* ★ */ function f(uint256 a) public { x = a /* + */ + 7; }",
    "f: /* ★ */ function f(uint256 a) public { x = a /* + */ - (7 + 1); }",
  ]);
});

test("a guard goes as a whole, and its comparison is moved", () => {
  expect(changes("function f(uint256 a) public view { if (a <= x) revert Bad(); }")).toEqual([
    "f: function f(uint256 a) public view { {} }",
    "f: function f(uint256 a) public view { if (a < x) revert Bad(); }",
  ]);
});

test("flags, counters, events, compound assignments and modifiers", () => {
  expect(changes("modifier m() { _; } function f() public m { open = true; }")).toContain(
    "f: modifier m() { _; } function f() public  { open = true; }",
  );
  expect(changes("function f() public { open = !true; }")).toEqual([
    "f: function f() public { {} }",
    "f: function f() public { open = true; }",
    "f: function f() public { open = !false; }",
  ]);
  expect(changes("function f() public { ++x; x += x; emit Paid(); }")).toEqual([
    "f: function f() public { --x; x += x; emit Paid(); }",
    "f: function f() public { {} x += x; emit Paid(); }",
    "f: function f() public { ++x; {} emit Paid(); }",
    "f: function f() public { ++x; x -= x; emit Paid(); }",
    "f: function f() public { ++x; x += x; {} }",
  ]);
});

test("a change in long code is shown with what stands next to it", () => {
  const sum = Array.from({ length: 30 }, () => "x").join(" * ");
  const content = `${head}contract Pot { uint256 x; function f() public { x = ${sum} + x * x; } }`;
  const { ast } = compile({ [FILE]: { content } }, FILE, "Pot", true);
  const plus = changesOf(Buffer.from(content), ast[FILE]).find(
    ({ start }) => content.charAt(start) === "+",
  );
  const near = sum.slice(-42);
  expect(plus?.what).toBe(`… ${near} + x * x → … ${near} - x * x`);
});

test("constants move, types and assembly stay", () => {
  expect(changes("uint256 constant TERM = 7 days; uint256[3] list;")).toEqual([
    "constants: uint256 constant TERM = (7 days + 1); uint256[3] list;",
  ]);
  expect(changes("function f() public { assembly { sstore(0, 1) } }")).toEqual([]);
});

test("a change that does not compile is no code but an error", () => {
  const broken = { [FILE]: { content: `${head}contract Pot { uint8 x = 300; }` } };
  const { code, error } = compile(broken, FILE, "Pot");
  expect(code).toBeNull();
  expect(error).toContain("TypeError");
});

const listed = (key: string) => ({
  key,
  file: "contracts/src/Pot.sol",
  line: 3,
  target: { contract: "Pot" },
});

test("the report counts, and lists survivors with their reasons", () => {
  const mutants = ["a", "b", "c", "d", "e"].map(listed);
  const status = {
    a: "killed",
    b: "survived",
    c: "survived",
    d: "equal",
    e: "uncompilable",
  } as const;
  const outcomes = new Map(
    Object.entries(status).map(([key, is]) => [key, { key, status: is, by: "" }]),
  );
  const counted = tally(mutants, outcomes);
  expect(counted).toEqual({ killed: 1, survived: 2, equal: 1, uncompilable: 1 });
  expect(killedShare(counted)).toBeCloseTo(1 / 3, 12);
  const text = mutantsReport(mutants, outcomes, { b: "It is the same." });
  expect(text).toContain("| Pot | 5 | 1 | 2 | 33.3 % | 1 | 1 |");
  expect(text).toContain("- `b` (contracts/src/Pot.sol:3): It is the same.");
  expect(text).toContain("- `c` (contracts/src/Pot.sol:3): **No reason given.**");
  expect(text).not.toContain("not been tried");
  const more = mutantsReport([...mutants, listed("f")], outcomes, {});
  expect(more).toContain("1 of 6 changes have not been tried");
});
