import type { Address } from "viem";
import { isAddress } from "viem";
import * as v from "valibot";

const address = v.custom<Address>(
  (value) => typeof value === "string" && isAddress(value, { strict: false }),
  "expected an address",
);

/** Where the contracts of one chain are, as `npm run deploy` writes it. */
export const chainAddressesSchema = v.strictObject({
  format: v.literal("signet-addresses"),
  version: v.literal(1),
  chainId: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Block of the first creation, where reading of events begins. */
  firstBlock: v.pipe(v.number(), v.integer(), v.minValue(0)),
  deployer: address,
  /** Who may pause entries; the zero address for nobody. */
  guardian: address,
  /** Unix seconds at which the guardian's office ends. */
  guardianUntil: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** ERC-20s that may be paid with besides the native coin. */
  tokens: v.pipe(v.array(address), v.maxLength(8)),
  contracts: v.strictObject({
    sharesImplementation: address,
    registry: address,
    splitter: address,
    licences: address,
    channel: address,
    provers: address,
    jury: address,
    governorImplementation: address,
    timelockImplementation: address,
    dao: address,
  }),
});

export type ChainAddresses = v.InferOutput<typeof chainAddressesSchema>;
