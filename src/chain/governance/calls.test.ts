import { expect, test } from "vitest";
import { restrictedTo } from "./calls.ts";

test("an ending that ties a proposal to one proposer is noticed", () => {
  const address = "0x00000000000000000000000000000000000000A1";
  expect(restrictedTo(`Lower the price #proposer=${address}`)).toBe(address);
  expect(restrictedTo(`#proposer=${address} and more`)).toBeNull();
  expect(restrictedTo("Lower the price")).toBeNull();
});
