import { expect, test } from "vitest";
import { concatBytes, utf8, writeU64 } from "@/lib/bytes.ts";
import { bytesSource } from "./byteSource.ts";
import { readJson, sniff, sniffBytes, unsupportedFormat } from "./sniff.ts";
import type { SniffedFormat } from "./sniff.ts";

test.each<[SniffedFormat, Uint8Array]>([
  ["empty", new Uint8Array()],
  ["gguf", utf8("GGUF\x03\0\0\0")],
  ["torchZip", utf8("PK\x03\x04rest")],
  ["pickle", Uint8Array.of(0x80, 0x02, 0x8a, 0x0a)],
  ["hdf5", Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)],
  ["numpy", Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0)],
  ["onnx", Uint8Array.of(0x08, 0x0a, 0x12, 0x07, 0x70, 0x79)],
  ["onnx", Uint8Array.of(0x08, 0x08, 0x3a, 0x80)],
  ["lfsPointer", utf8("version https://git-lfs.github.com/spec/v1\noid sha256:ab")],
  ["html", utf8("\n<!DOCTYPE html><html>")],
  ["json", utf8(' {"a": 1}')],
  ["safetensors", concatBytes([writeU64(2n), utf8("{}")])],
  ["unknown", concatBytes([writeU64(25_000_001n), utf8("{}")])],
  ["unknown", utf8("hello there")],
])("%s", async (format, bytes) => {
  expect(sniffBytes(bytes)).toBe(format);
  expect(await sniff(bytesSource("f", bytes))).toBe(format);
});

test("the error shows the first 16 bytes and what to do", async () => {
  const error = await unsupportedFormat(bytesSource("m.gguf", utf8("GGUF0123456789abcdefgh")));
  expect(error.code).toBe("UNSUPPORTED_FORMAT");
  expect(error.message).toContain("47 47 55 46 30 31 32 33 34 35 36 37 38 39 61 62).");
  expect(error.hint).toContain("safetensors");
});

test.each([
  [utf8("{"), "JSON_INVALID"],
  [Uint8Array.of(0x7b, 0xff, 0x7d), "JSON_INVALID"],
  [utf8("<html></html>"), "UNSUPPORTED_FORMAT"],
  [utf8("[".repeat(101)), "JSON_INVALID"],
])("bad JSON (case %#)", async (bytes, code) => {
  await expect(readJson(bytesSource("c.json", bytes), 100)).rejects.toMatchObject({ code });
});

test("JSON after a byte-order mark", async () => {
  expect(await readJson(bytesSource("c.json", utf8("\uFEFF[1]")), 100)).toEqual([1]);
});
