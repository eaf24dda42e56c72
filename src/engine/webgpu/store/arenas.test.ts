import { expect, test } from "vitest";
import { layOutArenas } from "./arenas.ts";

test("parameters are aligned and none straddles two chunks", () => {
  const { places, chunkBytes } = layOutArenas(
    [
      { name: "a", sizeBytes: 1000 },
      { name: "b", sizeBytes: 72 },
      { name: "c", sizeBytes: 800 },
      { name: "d", sizeBytes: 2048 },
    ],
    2048,
  );
  expect(Object.fromEntries(places)).toEqual({
    a: { chunk: 0, offset: 0, sizeBytes: 1000 },
    b: { chunk: 0, offset: 1024, sizeBytes: 72 },
    c: { chunk: 1, offset: 0, sizeBytes: 800 },
    d: { chunk: 2, offset: 0, sizeBytes: 2048 },
  });
  expect(chunkBytes).toEqual([1280, 1024, 2048]);
});

test("a parameter larger than a chunk is refused with both figures", () => {
  expect(() => layOutArenas([{ name: "head", sizeBytes: 4096 }], 2048)).toThrow(
    "head is too low: needs 4096, have 2048",
  );
});
