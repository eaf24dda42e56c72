import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes } from "@/lib/bytes.ts";
import { bytesSource } from "../byteSource.ts";
import { DTYPE_BITS } from "../dtype.ts";
import { openSafetensors, readTensorF32 } from "./reader.ts";
import type { SafetensorsFile } from "./reader.ts";
import { buildSafetensors, rewriteSafetensors } from "./writer.ts";
import type { TensorValues } from "./writer.ts";

const mixedBytes = new Uint8Array(
  readFileSync(new URL("../fixtures/mixed.safetensors", import.meta.url)),
);
const open = (bytes: Uint8Array) => openSafetensors(bytesSource("m", bytes));

async function rewrite(
  file: SafetensorsFile,
  changed: Record<string, Float32Array> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const values = new Map(
    Object.entries(changed).map(([name, value]): [string, TensorValues] => [
      name,
      async () => value,
    ]),
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of rewriteSafetensors(file, values)) chunks.push(chunk);
  return concatBytes(chunks);
}

test("nothing changed: byte for byte what Python wrote", async () => {
  expect(await rewrite(await open(mixedBytes))).toEqual(mixedBytes);
});

test("the values that were read, written back: byte for byte", async () => {
  const file = await open(mixedBytes);
  const changed: Record<string, Float32Array> = {};
  for (const tensor of file.tensors.filter(({ dtype }) => /^B?F(16|32)$/.test(dtype))) {
    changed[tensor.name] = await readTensorF32(file.source, tensor);
  }
  expect(Object.keys(changed)).toHaveLength(7);
  expect(await rewrite(file, changed)).toEqual(mixedBytes);
});

test("a changed tensor changes its own bytes alone", async () => {
  const file = await open(mixedBytes);
  const tensor = file.tensors.find(({ name }) => name === "c.bfloat16");
  if (!tensor) throw new Error("fixture");
  const values = new Float32Array(15).fill(-0.1);
  const out = await rewrite(file, { "c.bfloat16": values });
  // −0.1 is 0xbdcccccd; the nearest bfloat16 is 0xbdcd.
  const wanted = concatBytes([
    mixedBytes.subarray(0, tensor.start),
    new Uint8Array(new Uint16Array(15).fill(0xbdcd).buffer),
    mixedBytes.subarray(tensor.end),
  ]);
  expect(out).toEqual(wanted);
});

describe("refuses", () => {
  test.each<[string, string, Float32Array, string]>([
    ["too few values", "b.float32", new Float32Array(14), "TENSOR_SHAPE"],
    ["a NaN", "b.float32", new Float32Array(15).fill(Number.NaN), "WEIGHTS_NOT_FINITE"],
    ["an infinity", "a.float16", new Float32Array(15).fill(Infinity), "WEIGHTS_NOT_FINITE"],
    [
      "what is too large for F16",
      "a.float16",
      new Float32Array(15).fill(7e4),
      "VALUE_OUT_OF_RANGE",
    ],
    ["integers", "i64", new Float32Array(3), "UNSUPPORTED_DTYPE"],
  ])("%s", async (_, name, values, code) => {
    const error: unknown = await rewrite(await open(mixedBytes), { [name]: values }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, message: expect.stringContaining(`"${name}"`) });
  });
});

test("what is built is read back the same, in the same order", async () => {
  const dtype = fc.constantFrom("F32", "F16", "BF16", "I64", "U8", "BOOL");
  const tensor = fc.record({
    name: fc.string().filter((name) => name !== "__metadata__"),
    dtype,
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
  });
  const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 6 });
  const metadata = fc.option(fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }));
  await fc.assert(
    fc.asyncProperty(tensors, metadata, async (entries, note) => {
      const written = entries.map((entry, i) => {
        const elements = entry.shape.reduce((product, dim) => product * dim, 1);
        return {
          ...entry,
          bytes: new Uint8Array((elements * DTYPE_BITS[entry.dtype]) / 8).fill(i + 1),
        };
      });
      const bytes = buildSafetensors(written, note);
      const file = await open(bytes);
      expect(file.dataStart % 8).toBe(0);
      expect(file.metadata === null ? null : { ...file.metadata }).toEqual(
        note === null ? null : { ...note },
      );
      expect(new Set(file.tensors.map(({ name }) => name)).size).toBe(written.length);
      for (const { name, dtype: wanted, shape, bytes: data } of written) {
        const found = file.tensors.find((entry) => entry.name === name);
        expect(found).toMatchObject({ dtype: wanted, shape });
        expect(bytes.subarray(found?.start, found?.end)).toEqual(data);
      }
      expect(await rewrite(file)).toEqual(bytes);
    }),
    { numRuns: 200 },
  );
});
