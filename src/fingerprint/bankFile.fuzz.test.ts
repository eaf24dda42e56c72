import { anything, assert, asyncProperty, integer, jsonValue, string } from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { bankFromJson, bankToJson } from "./bankFile.ts";
import { readChallenge } from "./challenge.ts";
import { codeOf } from "./fixtures/thrown.ts";
import { makeToyBank } from "./fixtures/toyBank.ts";
import { readPublicManifest } from "./publicManifest.ts";
import { recheckReport } from "./recheckReport.ts";

let json: string;
beforeAll(async () => {
  json = bankToJson((await makeToyBank({ count: 3, nearMisses: 1 })).bank);
});

const KNOWN = /^(nothing thrown|(BANK|MANIFEST|CHALLENGE|REPORT|REVEAL)_[A-Z]+)$/u;

test("a bank with a stretch replaced is read whole, or refused by name", async () => {
  await assert(
    asyncProperty(
      integer({ min: 0 }),
      integer({ min: 0, max: 40 }),
      string(),
      async (at, cut, put) => {
        const start = at % json.length;
        const bad = json.slice(0, start) + put + json.slice(start + cut);
        expect(await codeOf(() => bankFromJson(bad))).toMatch(KNOWN);
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});

test("a bank with a value replaced is read whole, or refused by name", async () => {
  const keys = [...json.matchAll(/"([a-zA-Z]+)":/gu)];
  await assert(
    asyncProperty(integer({ min: 0 }), jsonValue({ maxDepth: 1 }), async (which, value) => {
      const found = keys[which % keys.length];
      const bad = `${json.slice(0, found.index)}"${found[1]}":${JSON.stringify(value)},${json.slice(found.index)}`;
      expect(await codeOf(() => bankFromJson(bad))).toMatch(KNOWN);
    }),
    { numRuns: 300, seed: 6 },
  );
});

test("no reader fails but with its own errors", async () => {
  await assert(
    asyncProperty(string(), anything(), async (text, value) => {
      for (const input of [text, JSON.stringify(value) ?? "", json.replace("signet-bank", text)]) {
        for (const read of [bankFromJson, readPublicManifest, readChallenge, recheckReport]) {
          expect(await codeOf(() => read(input))).toMatch(KNOWN);
        }
      }
    }),
    { numRuns: 200, seed: 7 },
  );
});
