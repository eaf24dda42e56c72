import { expect, test } from "vitest";
import { createBpe, parseBpe } from "./bpe.ts";

/** Ids of the tokens, which are numbered as listed. */
function encoder(tokens: string[], merges: [string, string][], more: object = {}) {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const encode = createBpe(parseBpe({ type: "BPE", vocab, merges, ...more }));
  return (text: string) => encode(text).map((id) => tokens[id]);
}

test("merges by rank, then from the left", () => {
  const encode = encoder(
    ["a", "b", "ab", "ba", "aa"],
    [
      ["b", "a"],
      ["a", "b"],
      ["a", "a"],
    ],
  );
  expect(encode("abab")).toEqual(["a", "ba", "b"]);
  expect(encode("aaa")).toEqual(["aa", "a"]);
});

test("a merge over the end of a word is still found", () => {
  const encode = encoder(
    ["▁", "a", "b", "a▁", "a▁b"],
    [
      ["a", "▁"],
      ["a▁", "b"],
    ],
  );
  expect(encode("a▁b▁a")).toEqual(["a▁b", "▁", "a"]);
});

test("a merge over several space marks is still found", () => {
  const encode = encoder(
    ["▁", "a", "▁▁", "▁a", "▁▁a"],
    [
      ["▁", "▁"],
      ["▁▁", "a"],
      ["▁", "a"],
    ],
  );
  expect(encode("a▁▁a▁a▁▁▁a")).toEqual(["a", "▁▁a", "▁a", "▁▁", "▁a"]);
});

test("unknown characters are dropped, kept, or fused", () => {
  expect(encoder(["a"], [])("xay")).toEqual(["a"]);
  expect(encoder(["<unk>", "a"], [], { unk_token: "<unk>" })("xxa")).toEqual([
    "<unk>",
    "<unk>",
    "a",
  ]);
  const fused = encoder(["<unk>", "a"], [], { unk_token: "<unk>", fuse_unk: true });
  expect(fused("x▁y▁axx")).toEqual(["<unk>", "a", "<unk>"]);
});

test("bytes stand in for unknown characters when all of them are there", () => {
  const tokens = ["<unk>", "<0xC3>", "<0xA9>", "<0xE2>"];
  const encode = encoder(tokens, [], { unk_token: "<unk>", byte_fallback: true });
  expect(encode("é")).toEqual(["<0xC3>", "<0xA9>"]);
  expect(encode("✓")).toEqual(["<unk>"]);
});

test("whole tokens come before merges where merges are to be ignored", () => {
  const tokens = ["a", "b", "c", "ab", "abc"];
  const merges: [string, string][] = [["a", "b"]];
  expect(encoder(tokens, merges)("abc")).toEqual(["ab", "c"]);
  expect(encoder(tokens, merges, { ignore_merges: true })("abc")).toEqual(["abc"]);
});

test("a token called __proto__ is a token", () => {
  const model = JSON.parse('{"type":"BPE","vocab":{"__proto__":0,"a":1},"merges":[]}');
  expect(parseBpe(model).vocab.get("__proto__")).toBe(0);
});
