import { custom } from "viem";
import type { Transport } from "viem";
import { getConnection } from "wagmi/actions";
import type { Config } from "wagmi";
import { ChainError } from "./errors/chainError.ts";

/**
 * Reads a public chain through the connected wallet, because the page may not talk to other origins.
 * A wallet on another network cannot be asked.
 */
export function walletTransport(chainId: number, config: () => Config): Transport {
  return custom(
    {
      async request({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
        const connection = getConnection(config());
        if (connection.status !== "connected") {
          throw new ChainError(
            "NO_WALLET",
            "This network is read through a wallet, and none is connected.",
            "Connect a wallet.",
          );
        }
        if (connection.chainId !== chainId) {
          throw new ChainError(
            "WRONG_NETWORK",
            "The wallet is on another network.",
            "Switch the wallet to the network of this market.",
          );
        }
        const provider = await connection.connector.getProvider();
        if (!isProvider(provider)) {
          throw new ChainError("NO_WALLET", "The wallet cannot be asked.", "Connect it again.");
        }
        return provider.request({ method, params });
      },
    },
    { key: "wallet", name: "Connected wallet", retryCount: 1 },
  );
}

interface Provider {
  request: (call: { method: string; params?: unknown }) => Promise<unknown>;
}

function isProvider(value: unknown): value is Provider {
  return (
    typeof value === "object" &&
    value !== null &&
    "request" in value &&
    typeof value.request === "function"
  );
}
