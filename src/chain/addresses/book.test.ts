import * as v from "valibot";
import { expect, test } from "vitest";
import { ADDRESS_BOOK } from "./book.ts";
import { chainAddressesSchema } from "./schema.ts";

const ADDRESS = "0x00000000000000000000000000000000000000A1";

const good = {
  format: "signet-addresses",
  version: 1,
  chainId: 10,
  firstBlock: 0,
  deployer: ADDRESS,
  guardian: ADDRESS,
  guardianUntil: 0,
  tokens: [ADDRESS],
  contracts: Object.fromEntries(
    Object.keys(chainAddressesSchema.entries.contracts.entries).map((key) => [key, ADDRESS]),
  ),
};

test("every address file of the build is sound and named after its chain", () => {
  for (const [chainId, addresses] of ADDRESS_BOOK) expect(addresses.chainId).toBe(chainId);
});

test("a file with a missing, malformed or unknown entry is refused", () => {
  expect(v.safeParse(chainAddressesSchema, good).success).toBe(true);
  const { dao: _dao, ...withoutDao } = good.contracts;
  for (const bad of [
    { ...good, chainId: 0 },
    { ...good, deployer: "0x12" },
    { ...good, tokens: Array(9).fill(ADDRESS) },
    { ...good, contracts: withoutDao },
    { ...good, extra: 1 },
  ]) {
    expect(v.safeParse(chainAddressesSchema, bad).success).toBe(false);
  }
});
