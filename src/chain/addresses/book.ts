import * as v from "valibot";
import { chainAddressesSchema, type ChainAddresses } from "./schema.ts";

const files = import.meta.glob<unknown>("./*.json", { eager: true, import: "default" });

/** The public deployments that came with this build, by chain id. */
export const ADDRESS_BOOK: ReadonlyMap<number, ChainAddresses> = new Map(
  Object.entries(files).map(([path, value]) => {
    const addresses = v.parse(chainAddressesSchema, value);
    if (path !== `./${addresses.chainId}.json`) {
      throw new RangeError(`${path} is of chain ${addresses.chainId}`);
    }
    return [addresses.chainId, addresses];
  }),
);
