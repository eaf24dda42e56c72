import { useQueries } from "@tanstack/react-query";
import { zeroAddress } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { tokenBalance } from "@/chain/queries/balances.ts";
import type { OpenRegistration } from "./useRegistration.ts";

/** What a licence can be sold for. */
export interface Coin {
  token: string;
  symbol: string;
  decimals: number;
}

/** The native coin and every token that the splitter takes. */
export function useCoins({ deployment }: OpenRegistration): Coin[] {
  const { config } = useChain();
  const { nativeCurrency } = deployment.chain;
  const tokens = useQueries({
    queries: deployment.tokens.map((token) =>
      // Whose balance does not matter here; the symbol and the decimals do.
      tokenBalance(config, deployment.chainId, token, deployment.contracts.splitter),
    ),
    combine: (results) => results.flatMap(({ data }) => (data === undefined ? [] : [data])),
  });
  return [
    { token: zeroAddress, symbol: nativeCurrency.symbol, decimals: nativeCurrency.decimals },
    ...tokens.map(({ token, symbol, decimals }) => ({
      token,
      symbol: symbol.slice(0, 12),
      decimals,
    })),
  ];
}
