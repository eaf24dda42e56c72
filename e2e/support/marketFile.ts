import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { chainAddressesSchema, type ChainAddresses } from "../../src/chain/addresses/schema.ts";
import type { TestChain } from "./chain.ts";

const schema = v.object({ addresses: chainAddressesSchema });

/** Where the market's contracts are, read from `/chain.json` as the page reads it. */
export async function marketAddresses(chain: TestChain): Promise<ChainAddresses> {
  return v.parse(schema, JSON.parse(await readFile(chain.marketFile, "utf8"))).addresses;
}
