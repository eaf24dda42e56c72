import { expect, it } from "vitest";
import { define, get, i32 } from "./asm.ts";
import { I32, encodeModule, signed, unsigned } from "./encoder.ts";

it("writes LEB128 as DWARF 5, figures 22 and 23, gives it", () => {
  expect([2, 127, 128, 129, 12_857].map(unsigned)).toEqual([
    [2],
    [127],
    [0x80, 1],
    [0x81, 1],
    [0xb9, 0x64],
  ]);
  expect([2, -2, 127, -127, 128, -128, 129, -129].map(signed)).toEqual([
    [2],
    [0x7e],
    [0xff, 0],
    [0x81, 0x7f],
    [0x80, 1],
    [0x80, 0x7f],
    [0x81, 1],
    [0xff, 0x7e],
  ]);
  expect(unsigned(0xffffffff)).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  expect(signed(-(2 ** 31))).toEqual([0x80, 0x80, 0x80, 0x80, 0x78]);
});

it("makes modules that run", async () => {
  const sum = define("sum", [I32, I32], [I32], () => i32.add(get(0), get(1)));
  const module = await WebAssembly.compile(encodeModule([sum], 1));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const { sum: call } = exports;
  expect(typeof call === "function" && call(40, 2)).toBe(42);
});
