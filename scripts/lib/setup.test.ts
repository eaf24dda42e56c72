import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BadInput } from "./badInput.mjs";
import { sourceHash } from "./build.mjs";
import { dependenciesInstalled, lockSatisfied } from "./install.mjs";
import { nodeVersionProblem } from "./nodeVersion.mjs";
import { parseOptions, wholeNumber } from "./options.mjs";
import { contentSecurityPolicy } from "./securityHeaders.mjs";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "signet-setup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("Node below 20.19 is refused with what to do", () => {
  expect(nodeVersionProblem("20.19.0")).toBeNull();
  expect(nodeVersionProblem("24.1.0")).toBeNull();
  expect(nodeVersionProblem("20.18.3")).toContain("20.19");
  expect(nodeVersionProblem("18.20.0")).toContain("18.20.0");
});

test("an install is fresh when npm finished it for this lock file", () => {
  const lock = { "": {}, a: { version: "1.0.0", integrity: "x" }, b: { version: "2.0.0" } };
  expect(
    lockSatisfied(lock, { a: { version: "1.0.0", integrity: "x" }, b: { version: "2.0.0" } }),
  ).toBe(true);
  expect(lockSatisfied(lock, { a: { version: "1.0.0", integrity: "x" } })).toBe(false);
  expect(
    lockSatisfied(lock, { a: { version: "1.0.1", integrity: "x" }, b: { version: "2.0.0" } }),
  ).toBe(false);
  expect(lockSatisfied({ win: { version: "1.0.0", optional: true } }, {})).toBe(true);
});

test("a missing or interrupted install is none", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: { "": {} } }));
  expect(dependenciesInstalled(folder)).toBe(false);
  mkdirSync(join(folder, "node_modules"));
  expect(dependenciesInstalled(folder)).toBe(false);
  writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages: {} }));
  expect(dependenciesInstalled(folder)).toBe(true);
});

test("the source hash follows what the build reads and nothing else", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "src"));
  mkdirSync(join(folder, "docs"));
  writeFileSync(join(folder, "index.html"), "<p>");
  writeFileSync(join(folder, "src/a.ts"), "1");
  const first = sourceHash(folder);
  writeFileSync(join(folder, "src/a.test.ts"), "test");
  writeFileSync(join(folder, "docs/x.md"), "text");
  expect(sourceHash(folder)).toBe(first);
  writeFileSync(join(folder, "src/a.ts"), "2");
  expect(sourceHash(folder)).not.toBe(first);
});

test("flags are strict", () => {
  const spec = { port: { type: "string" }, json: { type: "boolean" } } as const;
  expect(parseOptions(["x", "--port", "80", "--json"], spec)).toMatchObject({
    values: { port: "80", json: true },
    positionals: ["x"],
  });
  expect(() => parseOptions(["--prot", "80"], spec)).toThrow(BadInput);
  expect(() => parseOptions(["--port"], spec)).toThrow(BadInput);
  expect(() => parseOptions(["--json=yes"], spec)).toThrow(BadInput);
});

test("whole numbers have bounds", () => {
  expect(wholeNumber("8", "pairs", { min: 1 })).toBe(8);
  expect(wholeNumber(undefined, "pairs", { min: 1 })).toBeNull();
  for (const text of ["0", "-3", "1.5", "", "x", "1e3"]) {
    expect(() => wholeNumber(text, "pairs", { min: 1 })).toThrow("--pairs takes a whole number");
  }
  expect(() => wholeNumber("9", "p", { min: 1, max: 8 })).toThrow("from 1 to 8");
});

test("the policy is read from the page whatever its layout", () => {
  const html = `<meta charset="utf-8"><meta
    http-equiv="Content-Security-Policy"
    content="default-src 'self';
      img-src &#39;self&#39; data:">`;
  expect(contentSecurityPolicy(html)).toBe("default-src 'self'; img-src 'self' data:");
  expect(contentSecurityPolicy("<p>")).toBeNull();
});
