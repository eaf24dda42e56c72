import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  concatBytes,
  equalBytes,
  fromHex,
  fromUtf8,
  readU64,
  toHex,
  utf8,
  writeU64,
} from "./bytes.ts";

test("hexadecimal agrees with Node's", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const hex = Buffer.from(bytes).toString("hex");
      expect(toHex(bytes)).toBe(hex);
      expect(fromHex(`0x${hex}`)).toEqual(bytes);
    }),
  );
  expect(toHex(Uint8Array.of(1, 255), " ")).toBe("01 ff");
  expect(() => fromHex("abc")).toThrow(RangeError);
  expect(() => fromHex("0g")).toThrow(RangeError);
});

test("integers of 64 bits, little end first, at any alignment", () => {
  expect(writeU64(0x0102030405060708n)).toEqual(Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1));
  const shifted = concatBytes([Uint8Array.of(9), writeU64(2n ** 64n - 2n)]).subarray(1);
  expect(readU64(shifted)).toBe(2n ** 64n - 2n);
});

test("joining and comparing", () => {
  expect(concatBytes([utf8("a"), utf8(""), utf8("bc")])).toEqual(utf8("abc"));
  expect(equalBytes(utf8("ab"), utf8("ab"))).toBe(true);
  expect(equalBytes(utf8("ab"), utf8("ac"))).toBe(false);
  expect(equalBytes(utf8("ab"), utf8("abc"))).toBe(false);
});

test("text that is not UTF-8 is refused and a byte-order mark kept", () => {
  expect(() => fromUtf8(Uint8Array.of(0xc3))).toThrow(TypeError);
  expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\uFEFFa");
});
