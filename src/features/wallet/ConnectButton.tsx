import { Wallet } from "lucide-react";
import type { ReactNode } from "react";
import { useWallet } from "@/chain/chainContext.ts";
import { Button } from "@/ui/Button.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { COPY } from "./copy.ts";

export function ConnectButton(): ReactNode {
  const { status } = useWallet();
  return (
    <Button
      size="small"
      kind="primary"
      icon={<Wallet aria-hidden />}
      busy={status === "connecting"}
      onClick={openConnectDialog}
      data-testid="connect"
    >
      {COPY.connect}
    </Button>
  );
}
