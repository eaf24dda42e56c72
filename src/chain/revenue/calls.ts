import { isAddressEqual, type Address } from "viem";
import type { ChainAddresses } from "../addresses/schema.ts";
import { modelSharesAbi } from "../generated/modelShares.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { contractCall, type Call } from "../transactions/send.ts";

/** What can be claimed by itself. */
export interface Claimable {
  readonly model: bigint;
  readonly token: Address;
}

/** More than this at once might not fit in a block. */
export const MOST_CLAIMS = 64;

/**
 * Pays income to its holder, or to another address. One pot alone reverts when there is nothing in it;
 * several skip what is empty.
 *
 * @throws RangeError when there are none or too many, or several for another address
 */
export function claimCall(
  { splitter }: Pick<ChainAddresses["contracts"], "splitter">,
  pots: readonly Claimable[],
  holder: Address,
  to: Address = holder,
): Call {
  const contract = { address: splitter, abi: revenueSplitterAbi } as const;
  const [first] = pots;
  const isOwn = isAddressEqual(to, holder);
  if (first === undefined || pots.length > MOST_CLAIMS) throw new RangeError("bad number of pots");
  if (pots.length > 1 && !isOwn)
    throw new RangeError("only one pot can be paid to another address");
  if (pots.length > 1) {
    const models = pots.map(({ model }) => model);
    const tokens = pots.map(({ token }) => token);
    return contractCall({
      ...contract,
      functionName: "claimMany",
      args: [models, tokens, holder],
    });
  }
  const { model, token } = first;
  return isOwn
    ? contractCall({ ...contract, functionName: "claim", args: [model, token, holder] })
    : contractCall({ ...contract, functionName: "claimTo", args: [model, token, to] });
}

/** Gives shares away; what they earned until then stays with the sender. */
export function transferCall(shares: Address, to: Address, amount: bigint): Call {
  return contractCall({
    address: shares,
    abi: modelSharesAbi,
    functionName: "transfer",
    args: [to, amount],
  });
}
