import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../paths.mjs";

const NAME = /\b(?:test|testFuzz|invariant)_\w+/g;

/** Texts of all files below a folder with an ending. */
function texts(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"));
}

test("the tests of contracts that the documents name exist", () => {
  const written = new Set(
    texts("contracts/test", ".t.sol").flatMap((text) =>
      [...text.matchAll(/function ((?:test|testFuzz|invariant)_\w+)/g)].map(([, name]) => name),
    ),
  );
  const named = new Set(texts("docs", ".md").flatMap((text) => text.match(NAME) ?? []));
  expect(named.size).toBeGreaterThan(100);
  expect([...named].filter((name) => !written.has(name))).toEqual([]);
});
