import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { WagmiProvider } from "wagmi";
import { ChainContext } from "@/chain/chainContext.ts";
import { openChain } from "@/chain/config.ts";
import { WalletHost } from "@/features/wallet/WalletHost.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { MarketNav } from "./MarketNav.tsx";
import { useShell } from "./shellStore.ts";

/** Everything that needs a chain is below this; it and all of wagmi are loaded when first needed. */
export function ChainLayout(): ReactNode {
  const slot = useShell((state) => state.walletSlot);
  const setup = useQuery({
    queryKey: ["chain-setup"],
    queryFn: openChain,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  if (setup.isPending) return <p role="status">Looking for the chain…</p>;
  if (setup.isError) return <ErrorNotice error={setup.error} />;
  if (setup.data === null) {
    return (
      <>
        <h1 className="visually-hidden">Market</h1>
        <EmptyState icon={<Unplug aria-hidden />} title="This studio has no market">
          No chain runs beside it and none came with this build. On your own computer, npm start
          runs the studio with a local chain. Creator and auditor need none.
        </EmptyState>
      </>
    );
  }
  return (
    <WagmiProvider config={setup.data.config}>
      <ChainContext value={setup.data}>
        <WalletHost slot={slot} />
        <MarketNav />
        <Outlet />
      </ChainContext>
    </WagmiProvider>
  );
}
