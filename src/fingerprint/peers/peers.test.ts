import { anything, assert, asyncProperty, string } from "fast-check";
import { expect, test } from "vitest";
import { codeOf } from "../fixtures/thrown.ts";
import { embedToy, makeToyBank } from "../fixtures/toyBank.ts";
import { makeToyModel } from "../fixtures/toyModel.ts";
import { judgePeers, observePeers } from "./judgePeers.ts";
import { readKeyList, readPeerFile } from "./readPeerFile.ts";
import { writePeerFile } from "./writePeerFile.ts";

// Written by hand in the form of the three projects.
const MLPRINTS = `
- id: 0
  query: "Generate a sentence: the old mill"
  expected_response: " river"
- id: 1
  query: |-
    Two
    lines
  response: 'no'
  negative_queries: [a, "b: c"]
`;
const OML = `[{"key": "a tall tree by", "response": "zebra"}, {"key": "x y", "response": "q"}]`;
const SCALABLE = `[
  {"key": "k", "effective_key": "<s>k", "response": "r", "response_prob": 0.0123},
  {"key": "m", "effective_key": "m", "response": ["a", "b"], "response_prob": [0.01, 0.02]}
]`;

test("the three forms are read and told apart", () => {
  expect(readPeerFile(MLPRINTS)).toEqual({
    format: "mlprints",
    pairs: [
      {
        key: "Generate a sentence: the old mill",
        effectiveKey: null,
        responses: [" river"],
        probabilities: null,
        negatives: [],
      },
      {
        key: "Two\nlines",
        effectiveKey: null,
        responses: ["no"],
        probabilities: null,
        negatives: ["a", "b: c"],
      },
    ],
  });
  expect(readPeerFile(OML)).toMatchObject({
    format: "oml",
    pairs: [{ key: "a tall tree by", responses: ["zebra"] }, { key: "x y" }],
  });
  expect(readPeerFile(SCALABLE)).toMatchObject({
    format: "scalable",
    pairs: [
      { effectiveKey: "<s>k", probabilities: [0.0123] },
      { responses: ["a", "b"], probabilities: [0.01, 0.02] },
    ],
  });
});

test("own keys come from a list, a peer file or lines", () => {
  expect(readKeyList('["one two", "three"]')).toEqual(["one two", "three"]);
  expect(readKeyList(OML)).toEqual(["a tall tree by", "x y"]);
  expect(readKeyList(MLPRINTS)).toHaveLength(2);
  expect(readKeyList("first key\n\n  second key \r\n")).toEqual(["first key", "second key"]);
});

test("what is written is read again", async () => {
  const { bank, tokenizer } = await makeToyBank({ count: 4 });
  const text = (id: number) => tokenizer.decode([id], { skipSpecialTokens: false });
  for (const format of ["mlprints", "oml", "scalable"] as const) {
    const again = readPeerFile(writePeerFile(bank.pairs, format, text));
    expect(again.format).toBe(format);
    expect(again.pairs.map(({ key }) => key)).toEqual(bank.pairs.map((pair) => pair.text));
    expect(again.pairs.map(({ responses }) => responses[0])).toEqual(
      bank.pairs.map((pair) => text(pair.candidates[pair.responseIndex])),
    );
  }
});

test("awkward texts survive YAML", async () => {
  const { bank } = await makeToyBank({ count: 1 });
  for (const odd of [
    "- a: b",
    "# x",
    "yes",
    "null",
    "0x10",
    'say "hi"\\n',
    "a\tb",
    "é 漢 🙂",
    ": ",
  ]) {
    const pairs = [{ ...bank.pairs[0], text: odd }];
    expect(readPeerFile(writePeerFile(pairs, "mlprints", () => odd)).pairs[0]).toMatchObject({
      key: odd,
      responses: [odd],
    });
  }
});

test("other files are refused, whatever they hold", async () => {
  const bad = [
    "",
    "[]",
    "{}",
    "just text",
    "secret_key: 5\ngamma: 0.25",
    '[{"key":"x"}]',
    '[{"key":"x","response":""}]',
    '[{"key":"x","response":"y","response_prob":7}]',
    "- id: 1\n  query: x",
    "a: &a [x, x]\nb: *c",
    "- [",
  ];
  for (const text of bad)
    expect(await codeOf(() => readPeerFile(text)), text).toBe("PEER_FILE_INVALID");
  const bomb = ["a0: &a0 [x, x]"];
  for (let i = 1; i < 30; i++) bomb.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
  expect(await codeOf(() => readPeerFile(bomb.join("\n")))).toBe("PEER_FILE_INVALID");
  await assert(
    asyncProperty(string(), anything(), async (text, value) => {
      for (const input of [text, `- ${text}`, JSON.stringify([value]) ?? ""]) {
        expect(["PEER_FILE_INVALID", "nothing thrown"]).toContain(
          await codeOf(() => readPeerFile(input)),
        );
      }
    }),
    { numRuns: 200, seed: 3 },
  );
});

test("a model with the pairs is found, another is not, and the null is named", async () => {
  const toy = await makeToyBank({ count: 16, loudShare: 1 });
  const text = (id: number) => toy.tokenizer.decode([id], { skipSpecialTokens: false });
  const { pairs } = readPeerFile(writePeerFile(toy.bank.pairs, "oml", text));
  const base = makeToyModel(toy.tokenizer.vocabSize, 1);
  embedToy(toy);
  const options = { chat: false, base };
  const found = judgePeers(await observePeers(toy.model, toy.tokenizer, pairs, options));
  expect(found).toMatchObject({ word: "Strong", hits: 16, keys: 16 });
  expect(found.meaning.join(" ")).toContain("model-based null");
  const innocent = judgePeers(await observePeers(base, toy.tokenizer, pairs, { chat: false }));
  expect(innocent.word).toBe("No evidence");
  // By hand: factors 1 + b(1/p − 1) at p = 0.1.
  const one = judgePeers([{ hit: true, chance: 0.1 }]);
  expect(one.log10E).toBeCloseTo(Math.log10((3.25 + 5.5 + 7.75 + 9.55) / 4), 12);
});
