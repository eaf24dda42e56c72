import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { feeQuery } from "@/chain/queries/purchase.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { Button } from "@/ui/Button.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import type { StatEntry } from "@/ui/Stat.tsx";
import { formatAmount } from "../shared/chainText.ts";

/** What is about to be sent; shut at once to sending when the offer is no longer what was shown. */
export function ReviewDialog({
  asked,
  now,
  title,
  byPermit,
  review,
  warning,
  onClose,
  onSend,
}: {
  /** What was on screen when it was opened; null while it is closed. */
  asked: Call | null;
  /** What would be sent now. */
  now: Call | null;
  title: string;
  byPermit: boolean;
  review: readonly StatEntry[];
  warning: string | undefined;
  onClose: () => void;
  onSend: () => void;
}): ReactNode {
  const { deployment } = useChain();
  const { account } = useWallet();
  const changed = asked !== null && (asked.data !== now?.data || asked.value !== now.value);
  return (
    <Dialog
      open={asked !== null}
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={
        byPermit
          ? `On ${deployment.chain.name}. Your wallet asks twice: for a signature, then for the transaction.`
          : `On ${deployment.chain.name}. Your wallet asks you once more.`
      }
      wide
      actions={
        <>
          <Button onClick={onClose}>Not yet</Button>
          <Button kind="primary" disabled={changed} onClick={onSend} data-testid="open-wallet">
            Open the wallet
          </Button>
        </>
      }
    >
      <Stats entries={review} />
      {!byPermit && asked !== null && account !== undefined && (
        <Fee account={account} call={asked} />
      )}
      {warning !== undefined && (
        <Notice kind="warn" title="Before you go on">
          <p>{warning}</p>
        </Notice>
      )}
      {changed && (
        <Notice
          kind="error"
          title="The offer changed while you were reading"
          testId="offer-changed"
        >
          <p>Close this and look at it again: its price, its terms or its sale are others now.</p>
        </Notice>
      )}
    </Dialog>
  );
}

function Fee({ account, call }: { account: Address; call: Call }): ReactNode {
  const { config, deployment } = useChain();
  const { data } = useQuery(feeQuery(config, deployment.chainId, account, call));
  const { symbol, decimals } = deployment.chain.nativeCurrency;
  if (data === undefined || data === null) return null;
  return (
    <p>
      The network takes at most about {formatAmount(data, decimals)} {symbol} on top.
    </p>
  );
}
