import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { zeroAddress } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { coinBalance } from "@/chain/queries/balances.ts";
import { feeQuery } from "@/chain/queries/purchase.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { Button } from "@/ui/Button.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats, type StatEntry } from "@/ui/Stat.tsx";
import { formatAmount } from "../chainText.ts";
import styles from "../shared.module.css";
import type { Sendable } from "./sendable.ts";

export interface Review {
  /** Heading of the dialog. */
  title: string;
  /** What it does, under the heading. */
  note?: string | undefined;
  /** What is about to be sent, in figures. */
  review?: readonly StatEntry[];
  /** What figures do not say. */
  details?: ReactNode;
  /** What cannot be undone. */
  warning?: ReactNode;
  /** Asks as for something that cannot be undone. */
  danger?: boolean;
  /** On the button that goes on. */
  confirm?: string;
  /** The wallet is asked for a signature before it is asked for the transaction. */
  twice?: boolean;
}

export interface ReviewDialogProps extends Review {
  /** What was on screen when it was opened; null while it is closed. */
  asked: Sendable | null;
  /** What would be sent now. */
  now: Sendable | null;
  onClose: () => void;
  onSend: () => void;
}

/** What is about to be sent; shut to sending at once when that is no longer what was shown. */
export function ReviewDialog(props: ReviewDialogProps): ReactNode {
  const { asked, now, title, note = "", danger = false, twice = false, onClose, onSend } = props;
  const { confirm = "Open the wallet" } = props;
  const { deployment } = useChain();
  const { have, poor } = useHave(asked);
  const shut = poor || hasChanged(asked, now);
  const body = <ReviewBody {...props} have={have} poor={poor} />;
  if (danger) {
    return (
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && onClose()}
        title={title}
        description={
          <div className={styles.send}>
            {note !== "" && <p>{note}</p>}
            {body}
          </div>
        }
        confirm={confirm}
        keep="Not yet"
        danger
        disabled={shut}
        testId="open-wallet"
        onConfirm={onSend}
      />
    );
  }
  const wallet = twice
    ? "Your wallet asks twice: for a signature, then for the transaction."
    : "Your wallet asks you once more and shows the fee.";
  return (
    <Dialog
      open={asked !== null}
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={`${note} On ${deployment.chain.name}. ${wallet}`.trim()}
      wide
      actions={
        <>
          <Button onClick={onClose}>Not yet</Button>
          <Button kind="primary" disabled={shut} onClick={onSend} data-testid="open-wallet">
            {confirm}
          </Button>
        </>
      }
    >
      {body}
    </Dialog>
  );
}

function ReviewBody({
  asked,
  now,
  review = [],
  details,
  warning,
  twice = false,
  have,
  poor,
}: ReviewDialogProps & { have: bigint | undefined; poor: boolean }): ReactNode {
  const { symbol, decimals } = useChain().deployment.chain.nativeCurrency;
  const coin = (wei: bigint): string => `${formatAmount(wei, decimals)} ${symbol}`;
  const value = asked?.value ?? 0n;
  const entries = [
    ...review,
    ...(value === 0n
      ? []
      : [
          { label: "You pay", value: coin(value), note: "and the network's fee" },
          { label: "You have", value: have === undefined ? "…" : coin(have) },
        ]),
  ];
  return (
    <>
      {details}
      {entries.length > 0 && <Stats entries={entries} />}
      {asked !== null && !("make" in asked) && !twice && <Fee call={asked} coin={coin} />}
      {poor && have !== undefined && (
        <Notice kind="error" title="Not enough coin" testId="too-poor">
          <p>
            You have {coin(have)} and need {coin(value)} and the network&apos;s fee.
          </p>
        </Notice>
      )}
      {warning !== undefined && (
        <Notice kind="warn" title="What cannot be undone">
          <p>{warning}</p>
        </Notice>
      )}
      {hasChanged(asked, now) && (
        <Notice kind="error" title="It changed while you were reading" testId="offer-changed">
          <p>Close this and look at it again: what would be sent now is not what is shown here.</p>
        </Notice>
      )}
    </>
  );
}

function Fee({ call, coin }: { call: Call; coin: (wei: bigint) => string }): ReactNode {
  const { config, deployment } = useChain();
  const { account = zeroAddress } = useWallet();
  const { data } = useQuery(feeQuery(config, deployment.chainId, account, call));
  if (data === undefined || data === null) return null;
  return <p data-testid="review-fee">The network takes at most about {coin(data)} on top.</p>;
}

/** What the account has, asked only where coin goes with the call. */
function useHave(asked: Sendable | null): { have: bigint | undefined; poor: boolean } {
  const { config, deployment } = useChain();
  const { account } = useWallet();
  const value = asked?.value ?? 0n;
  const { data: have } = useQuery({
    ...coinBalance(config, deployment.chainId, account ?? zeroAddress),
    enabled: account !== undefined && value > 0n,
  });
  return { have, poor: value > 0n && have !== undefined && have < value };
}

function hasChanged(asked: Sendable | null, now: Sendable | null): boolean {
  return (
    asked !== null && (asked.to !== now?.to || asked.data !== now.data || asked.value !== now.value)
  );
}
