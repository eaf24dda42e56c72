import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesSource } from "../byteSource.ts";
import { FormatError } from "../errors.ts";
import { openSafetensors } from "./reader.ts";
import { checkShards, parseShardIndex } from "./shardIndex.ts";
import { buildSafetensors } from "./writer.ts";

const ONE = "model-00001-of-00002.safetensors";
const TWO = "model-00002-of-00002.safetensors";
const index = (weightMap: object, metadata?: object) =>
  parseShardIndex({ weight_map: weightMap, metadata }, "index.json");

async function shards(first: string[], second: string[]) {
  const open = (name: string, tensors: string[]) =>
    openSafetensors(
      bytesSource(
        name,
        buildSafetensors(
          tensors.map((tensor) => ({
            name: tensor,
            dtype: "F32",
            shape: [2],
            bytes: new Uint8Array(8),
          })),
        ),
      ),
    );
  return new Map([
    [ONE, await open(ONE, first)],
    [TWO, await open(TWO, second)],
  ]);
}

test("a sound index", async () => {
  const parsed = index({ b: TWO, a: ONE }, { total_size: 16 });
  expect(parsed.shards).toEqual([ONE, TWO]);
  expect(checkShards(parsed, await shards(["a"], ["b"]))).toBeNull();
  expect(checkShards(index({ b: TWO, a: ONE }), await shards(["a"], ["b"]))).toBeNull();
});

test("a wrong total is a warning that gives both figures", async () => {
  const parsed = index({ a: ONE, b: TWO }, { total_size: 17 });
  expect(checkShards(parsed, await shards(["a"], ["b"]))).toBe(
    "index.json states 17 bytes of tensors; the shards hold 16.",
  );
});

describe("index and shards disagree", () => {
  test.each<[string, string[], string[], RegExp]>([
    ["a shard lacks a tensor", ["a"], [], /00002.* lacks "b", which index\.json places there/],
    [
      "a tensor lies in another shard",
      ["a", "b"],
      [],
      /00001.* holds "b", but .* places it in .*00002/,
    ],
    ["a tensor lies in two shards", ["a", "b"], ["b"], /00001.* holds "b"/],
    ["a tensor is not listed", ["a"], ["b", "c"], /holds "c", but index\.json does not list it/],
  ])("%s", async (_, first, second, message) => {
    const files = await shards(first, second);
    const check = () => checkShards(index({ a: ONE, b: TWO }), files);
    expect(check).toThrow(FormatError);
    expect(check).toThrow(
      expect.objectContaining({
        code: "SHARD_MISMATCH",
        message: expect.stringMatching(message),
      }),
    );
  });
});

test.each([
  null,
  [],
  {},
  { weight_map: [] },
  { weight_map: {} },
  { weight_map: { a: 1 } },
  { weight_map: { a: "../x.safetensors" } },
  { weight_map: { a: "sub/x.safetensors" } },
  { weight_map: { a: "model.bin" } },
  {
    weight_map: Object.fromEntries(
      Array.from({ length: 10_001 }, (_, i) => [i, `${i}.safetensors`]),
    ),
  },
])("a bad index (case %#)", (json) => {
  expect(() => parseShardIndex(json, "index.json")).toThrow(
    expect.objectContaining({ code: "INDEX_INVALID" }),
  );
});

test("any JSON gives an index or a FormatError", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (map, metadata) => {
      try {
        parseShardIndex({ weight_map: map, metadata }, "index.json");
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }),
  );
});
