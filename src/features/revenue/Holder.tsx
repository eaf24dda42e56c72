import type { ReactNode } from "react";
import { isAddressEqual, type Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { shortHex } from "../shared/chainText.ts";
import type { Market } from "../shared/market/useMarket.ts";

/** An account by its address, and by its name where the demo market gives it one. */
export function Holder({ market, address }: { market: Market; address: Address }): ReactNode {
  const { deployment } = useChain();
  const member = deployment.cast.find((one) => isAddressEqual(one.address, address));
  const own = market.account === address;
  return (
    <span>
      <code title={address}>{shortHex(address)}</code>
      {(own || member !== undefined) && ` (${own ? "you" : member?.name})`}
    </span>
  );
}
