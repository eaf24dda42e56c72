import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, utf8, writeU64 } from "@/lib/bytes.ts";
import { bytesSource } from "../byteSource.ts";
import type { ByteSource } from "../byteSource.ts";
import { FormatError } from "../errors.ts";
import { openSafetensors, readTensorF32 } from "./reader.ts";
import { buildSafetensors } from "./writer.ts";

// Made by scripts/oracle/make_format_goldens.py with Python's safetensors.
const fixtures = new URL("../fixtures/", import.meta.url);
const mixedBytes = new Uint8Array(readFileSync(new URL("mixed.safetensors", fixtures)));
const mixed: { floats: Record<string, string[]>; shapes: Record<string, number[]> } = JSON.parse(
  readFileSync(new URL("mixed.json", fixtures), "utf8"),
);

/** A file with the given header text and so many bytes of data. */
function file(header: string, dataBytes = 0, claimed?: bigint): ByteSource {
  const json = utf8(header);
  return bytesSource(
    "model.safetensors",
    concatBytes([writeU64(claimed ?? BigInt(json.length)), json, new Uint8Array(dataBytes)]),
  );
}

const f32 = (start: number, end: number, count = (end - start) / 4) =>
  `{"dtype":"F32","shape":[${count}],"data_offsets":[${start},${end}]}`;

/** The value of Python's float.hex(). */
function fromFloatHex(text: string): number {
  const [, sign, digits, fraction, exponent] =
    /^(-?)0x(\d)\.([0-9a-f]+)p([+-]\d+)$/.exec(text) ?? [];
  const mantissa =
    Number.parseInt(digits, 16) + Number.parseInt(fraction, 16) / 16 ** fraction.length;
  return (sign === "-" ? -1 : 1) * mantissa * 2 ** Number(exponent);
}

describe("a file written by Python", () => {
  test("gives names, shapes and metadata", async () => {
    const opened = await openSafetensors(bytesSource("mixed", mixedBytes));
    const shapes = Object.fromEntries(opened.tensors.map(({ name, shape }) => [name, [...shape]]));
    expect(shapes).toEqual(mixed.shapes);
    expect(opened.metadata).toEqual({ format: "pt", note: "naïve ✓" });
  });

  test("gives the values that torch has", async () => {
    const opened = await openSafetensors(bytesSource("mixed", mixedBytes));
    for (const [name, wanted] of Object.entries(mixed.floats)) {
      const tensor = opened.tensors.find((entry) => entry.name === name);
      if (!tensor) throw new Error(name);
      const values = await readTensorF32(opened.source, tensor);
      expect([...values], name).toEqual(wanted.map(fromFloatHex));
    }
  });

  test.each(["f64", "i64", "u8", "bool", "f8"])("does not read %s as weights", async (name) => {
    const opened = await openSafetensors(bytesSource("mixed", mixedBytes));
    const tensor = opened.tensors.find((entry) => entry.name === name);
    if (!tensor) throw new Error(name);
    await expect(readTensorF32(opened.source, tensor)).rejects.toMatchObject({
      code: "UNSUPPORTED_DTYPE",
      message: expect.stringContaining(`"${name}"`),
    });
  });

  test("cut anywhere is truncated, never anything else", async () => {
    for (let length = 0; length < mixedBytes.length; length += 7) {
      const cut = bytesSource("cut", mixedBytes.subarray(0, length));
      await expect(openSafetensors(cut), String(length)).rejects.toMatchObject({
        code: "FILE_TRUNCATED",
      });
    }
  });
});

describe("bad files", () => {
  const big = `{"dtype":"F32","shape":[${2 ** 32},${2 ** 32}],"data_offsets":[0,8]}`;
  test.each<[string, ByteSource, string, RegExp]>([
    ["empty", bytesSource("f", new Uint8Array()), "FILE_TRUNCATED", /cut short/],
    [
      "header beyond the cap",
      file("{}", 0, 25_000_001n),
      "HEADER_TOO_LARGE",
      /header of 23\.8 MiB/,
    ],
    ["header of 2^64 - 1", file("{}", 0, 2n ** 64n - 1n), "HEADER_TOO_LARGE", /header/],
    ["header beyond the file", file("{}", 0, 100n), "FILE_TRUNCATED", /108 B/],
    ["no JSON", file("{oops}"), "HEADER_INVALID", /not valid JSON/],
    ["a list", file("[]"), "HEADER_INVALID", /does not begin with/],
    ["leading space", file(" {}"), "HEADER_INVALID", /does not begin with/],
    [
      "not UTF-8",
      bytesSource("f", concatBytes([writeU64(3n), Uint8Array.of(0x7b, 0xff, 0x7d)])),
      "HEADER_INVALID",
      /JSON/,
    ],
    [
      "deep nesting",
      file(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
      "HEADER_INVALID",
      /not an object/,
    ],
    [
      "metadata of numbers",
      file('{"__metadata__":{"a":1}}'),
      "HEADER_INVALID",
      /"a" is not a string/,
    ],
    ["metadata no object", file('{"__metadata__":[]}'), "HEADER_INVALID", /__metadata__/],
    [
      "tensor twice",
      file(`{"a":${f32(0, 4)},"a":${f32(4, 8)}}`, 8),
      "HEADER_INVALID",
      /"a" appears twice/,
    ],
    [
      "tensor twice by escape",
      file(`{"a":${f32(0, 4)},"\\u0061":${f32(4, 8)}}`, 8),
      "HEADER_INVALID",
      /twice/,
    ],
    [
      "field twice",
      file(`{"a":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}}`, 4),
      "HEADER_INVALID",
      /"dtype" appears twice/,
    ],
    ["no dtype", file('{"a":{"shape":[1],"data_offsets":[0,4]}}', 4), "HEADER_INVALID", /no dtype/],
    [
      "unknown dtype",
      file('{"a":{"dtype":"F128","shape":[1],"data_offsets":[0,16]}}', 16),
      "UNSUPPORTED_DTYPE",
      /F128/,
    ],
    [
      "negative dimension",
      file('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4),
      "HEADER_INVALID",
      /bad shape/,
    ],
    [
      "fractional dimension",
      file('{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}', 2),
      "HEADER_INVALID",
      /bad shape/,
    ],
    [
      "shape no list",
      file('{"a":{"dtype":"F32","shape":4,"data_offsets":[0,4]}}', 4),
      "HEADER_INVALID",
      /bad shape/,
    ],
    ["huge shape", file(`{"a":${big}}`, 8), "TENSOR_SPANS", /spans 8 bytes/],
    [
      "offsets reversed",
      file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}}', 4),
      "HEADER_INVALID",
      /data_offsets/,
    ],
    [
      "three offsets",
      file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}', 4),
      "HEADER_INVALID",
      /data_offsets/,
    ],
    [
      "offsets beyond 2^53",
      file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[1e300,1e301]}}', 4),
      "HEADER_INVALID",
      /data_offsets/,
    ],
    [
      "span and shape disagree",
      file(`{"a":${f32(0, 8, 1)}}`, 8),
      "TENSOR_SPANS",
      /F32 \[1\] but spans 8 bytes/,
    ],
    [
      "overlap",
      file(`{"a":${f32(0, 8)},"b":${f32(4, 12)}}`, 12),
      "TENSOR_SPANS",
      /tensors overlap before "b"/,
    ],
    [
      "the same bytes twice",
      file(`{"a":${f32(0, 8)},"b":${f32(0, 8)}}`, 8),
      "TENSOR_SPANS",
      /overlap/,
    ],
    ["gap", file(`{"a":${f32(0, 4)},"b":${f32(8, 12)}}`, 12), "TENSOR_SPANS", /gap before "b"/],
    ["gap at the start", file(`{"a":${f32(4, 8)}}`, 8), "TENSOR_SPANS", /gap/],
    ["data missing", file(`{"a":${f32(0, 8)}}`, 7), "FILE_TRUNCATED", /cut short/],
    [
      "bytes left over",
      file(`{"a":${f32(0, 8)}}`, 9),
      "TENSOR_SPANS",
      /1 bytes after its last tensor/,
    ],
    ["GGUF", bytesSource("f", utf8("GGUF\x03\0\0\0\0\0\0\0")), "UNSUPPORTED_FORMAT", /47 47 55 46/],
    [
      "pickle",
      bytesSource("f", Uint8Array.of(0x80, 2, 0x7d, 0x71, 0, 0, 0, 0, 0)),
      "UNSUPPORTED_FORMAT",
      /run code/,
    ],
    [
      "Git LFS pointer",
      bytesSource("f", utf8("version https://git-lfs.github.com/spec/v1")),
      "UNSUPPORTED_FORMAT",
      /Git LFS/,
    ],
  ])("%s", async (_, source, code, message) => {
    const error: unknown = await openSafetensors(source).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test.each(["{}", '{"__metadata__":{}}', `{"a":${f32(0, 0)},"b":${f32(0, 0)}}   `])(
    "odd but sound: %s",
    async (header) => {
      expect((await openSafetensors(file(header))).dataStart).toBe(8 + header.length);
    },
  );
});

describe("values", () => {
  const tensorWith = (dtype: "F32" | "F16" | "BF16", words: number[]) => {
    const bytes = new Uint8Array(
      (dtype === "F32" ? Uint32Array.from(words) : Uint16Array.from(words)).buffer,
    );
    return openSafetensors(
      bytesSource("m", buildSafetensors([{ name: "w", dtype, shape: [words.length], bytes }])),
    );
  };

  test.each<["F32" | "F16" | "BF16", number[], string]>([
    ["F32", [0x3f800000, 0x7fc00000], "NaN at element 1"],
    ["F32", [0xff800000], "-Infinity at element 0"],
    ["F16", [0x3c00, 0, 0x7c00], "Infinity at element 2"],
    ["BF16", [0, 0x7f81], "NaN at element 1"],
  ])("%s %j is refused by name and place", async (dtype, words, place) => {
    const opened = await tensorWith(dtype, words);
    await expect(readTensorF32(opened.source, opened.tensors[0])).rejects.toMatchObject({
      code: "WEIGHTS_NOT_FINITE",
      message: `m: "w" holds ${place}.`,
    });
  });

  test("a tensor larger than one chunk is read whole, and reading can be cancelled", async () => {
    const count = 5 * 2 ** 20;
    const words = Uint16Array.from({ length: count }, (_, i) => i & 0x3bff);
    const bytes = new Uint8Array(words.buffer);
    const { source, tensors } = await openSafetensors(
      bytesSource("m", buildSafetensors([{ name: "w", dtype: "BF16", shape: [count], bytes }])),
    );
    const values = await readTensorF32(source, tensors[0]);
    const bits = new Uint32Array(values.buffer);
    expect(bits.every((word, i) => word >>> 16 === (i & 0x3bff))).toBe(true);

    const control = new AbortController();
    const slow: ByteSource = {
      ...source,
      read: async (start, end) => {
        control.abort();
        return source.read(start, end);
      },
    };
    await expect(readTensorF32(slow, tensors[0], control.signal)).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});

describe("fuzz", () => {
  /** Opens and reads everything: whatever happens is a FormatError or stays inside the file. */
  const openAll = async (source: ByteSource) => {
    try {
      const opened = await openSafetensors(source);
      for (const tensor of opened.tensors) {
        expect(tensor.end).toBeLessThanOrEqual(source.sizeBytes);
        await readTensorF32(source, tensor).catch(onlyFormatErrors);
      }
    } catch (error) {
      onlyFormatErrors(error);
    }
  };
  const onlyFormatErrors = (error: unknown) => {
    if (!(error instanceof FormatError)) throw error;
  };

  test("any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        await openAll(bytesSource("f", bytes));
      }),
      { numRuns: 500 },
    );
  });

  test("any JSON as header", async () => {
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom("F32", "BF16", "I64", "F4"), fc.jsonValue()),
        shape: fc.oneof(fc.array(fc.nat(4), { maxLength: 3 }), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(fc.nat(64), fc.nat(64)), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue()), { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(header, fc.nat(64), async (value, dataBytes) => {
        await openAll(file(JSON.stringify(value), dataBytes));
      }),
      { numRuns: 1000 },
    );
  });

  test("one byte changed in a real file", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(mixedBytes.length - 1), fc.nat(255), async (at, byte) => {
        await openAll(bytesSource("f", mixedBytes.with(at, byte)));
      }),
      { numRuns: 500 },
    );
  });
});
