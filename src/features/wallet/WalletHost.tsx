import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { useWallet } from "@/chain/chainContext.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { ConnectButton } from "./ConnectButton.tsx";
import { ConnectDialog } from "./ConnectDialog.tsx";
import { NetworkBanner } from "./NetworkBanner.tsx";
import { TestAccountDialog } from "./TestAccountDialog.tsx";
import { TransactionTray } from "./TransactionTray.tsx";
import { useFollowing } from "./useFollowing.ts";

/** The wallet's part of every screen that needs a chain: its button goes to a place in the header. */
export function WalletHost({ slot }: { slot: HTMLElement | null }): ReactNode {
  useFollowing();
  const { account } = useWallet();
  const button = account === undefined ? <ConnectButton /> : <AccountMenu account={account} />;
  return (
    <>
      {slot !== null && createPortal(button, slot)}
      <NetworkBanner />
      <ConnectDialog />
      <TestAccountDialog />
      <TransactionTray />
    </>
  );
}
