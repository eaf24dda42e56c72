import type { ReactNode } from "react";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { TransactionStatus } from "../TransactionStatus.tsx";
import type { Sending } from "./useSending.ts";

/** Where a call stands that this page sends, or sent before it was loaded anew. */
export function SendStatus({
  sending,
  making,
  onItsWay = (
    <Notice kind="info" title="Sent already" testId="sent-already">
      <p>It is on its way; this page goes on once it is mined.</p>
    </Notice>
  ),
}: {
  sending: Sending;
  /** Shown while a late call is being made. */
  making?: ReactNode;
  /** Shown while one that was sent before is on its way. */
  onItsWay?: ReactNode;
}): ReactNode {
  const { failure, earlier, unsure, reset } = sending;
  return (
    <>
      {sending.making ? making : <TransactionStatus state={sending} />}
      {failure !== null && (
        <ErrorNotice error={failure} onDismiss={reset} testId="transaction-error" />
      )}
      {earlier && onItsWay}
      {unsure && (
        <Notice kind="warn" title="It may have been sent already" testId="maybe-sent">
          <p>
            The wallet was asked before, and nothing was heard since. Look into the wallet first; if
            it was not sent, send it now.
          </p>
        </Notice>
      )}
    </>
  );
}
