import type { ReactNode } from "react";
import { useWallet } from "@/chain/chainContext.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { Notice } from "@/ui/Notice.tsx";
import type { StatEntry } from "@/ui/Stat.tsx";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { copy } from "./copy.ts";
import { DaoNotice } from "./DaoNotice.tsx";
import type { OpenRegistration } from "./useRegistration.ts";

export interface SendButtonProps {
  open: OpenRegistration;
  /** Name under which the transaction's hash is kept. */
  action: string;
  /** As a verb: "Commit on the chain". */
  label: string;
  /** What is about to be sent, in figures and words. */
  review: readonly StatEntry[];
  warning?: string;
  /** Null while a form is not complete. */
  call: Call | null;
  /** Whether anyone may send it. */
  anyone?: boolean;
  /** Form of the proposal that does the same where a DAO owns the model. */
  proposal?: Readonly<Record<string, string>>;
}

/** Sends a step of the registration, which is its owner's, and keeps the transaction's hash. */
export function SendButton(props: SendButtonProps): ReactNode {
  const { open, action, label, review, warning, call, anyone = false, proposal = {} } = props;
  const { account } = useWallet();
  const owner = open.holder?.owner ?? open.commitment.owner;
  const foreign = !anyone && account !== undefined && account.toLowerCase() !== owner.toLowerCase();
  if (!anyone && open.holder?.dao === true) {
    return <DaoNotice model={open.registration.model ?? ""} action={label} proposal={proposal} />;
  }
  return (
    <>
      {foreign && (
        <Notice kind="warn" title="Another account is connected" testId="other-account">
          <p>
            {copy.otherAccount} Switch the wallet to <code>{owner}</code>.
          </p>
        </Notice>
      )}
      <ReviewAndSend
        label={label}
        review={review}
        warning={warning}
        call={call}
        shut={foreign}
        onEnd={({ hash }) => {
          if (hash !== null) open.dispatch({ type: "sent", action, hash });
        }}
        testId={`send-${action}`}
      />
    </>
  );
}
