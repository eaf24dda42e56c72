import type { Account, Address, Chain, Hex, PublicClient, Transport, WalletClient } from "viem";
import { usageChannelAbi } from "@/chain/generated/usageChannel.ts";
import type { ChannelWriter } from "./settler.ts";

const PATIENCE_MS = 180_000;

/** Writes to the channel contract: each transaction is simulated first, then waited for. */
export function channelWriter(
  client: PublicClient,
  wallet: WalletClient<Transport, Chain, Account>,
  address: Address,
  account: Account,
): ChannelWriter {
  const contract = { address, abi: usageChannelAbi, account } as const;
  const mined = async (hash: Hex) => {
    const { status } = await client.waitForTransactionReceipt({ hash, timeout: PATIENCE_MS });
    if (status !== "success") throw new Error(`transaction ${hash} reverted`);
    return hash;
  };
  return {
    async activate(permission, signature) {
      const call = {
        ...contract,
        functionName: "activate",
        args: [permission, signature],
      } as const;
      const { request } = await client.simulateContract(call);
      return mined(await wallet.writeContract(request));
    },
    async settleBatch(vouchers, signatures) {
      const call = {
        ...contract,
        functionName: "settleBatch",
        args: [vouchers, signatures],
      } as const;
      const { request } = await client.simulateContract(call);
      return mined(await wallet.writeContract(request));
    },
  };
}
