import { useState } from "react";
import type { ReactNode } from "react";
import { getAddress, zeroAddress } from "viem";
import type { Address } from "viem";
import { delegateCall } from "@/chain/governance/calls.ts";
import { countText } from "@/chain/governance/context.ts";
import { powerOf } from "@/chain/governance/delegation.ts";
import { accountProblem } from "@/chain/governance/forms/account.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { ChoiceCards } from "@/ui/ChoiceCards.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { Account } from "./Account.tsx";
import { copy } from "./copy.ts";
import type { Govern } from "./useGovern.ts";

type To = "self" | "other" | "nobody";

/** Who votes with the account's shares. */
export function Delegation({ model, govern }: { model: Model; govern: Govern }): ReactNode {
  const { account, state } = govern.market;
  if (account === undefined) {
    return (
      <Card title="Your votes" note={copy.delegate} testId="delegation">
        <div>
          <Button onClick={openConnectDialog}>Connect a wallet</Button>
        </div>
      </Card>
    );
  }
  const power = powerOf(state, model.id, account);
  const { shares, votes, delegate, delegators } = power;
  return (
    <Card title="Your votes" note={copy.delegate} testId="delegation">
      <Stats
        entries={[
          { label: "Your shares", value: countText(shares) },
          {
            label: "Your votes",
            value: countText(votes),
            note:
              delegators.length === 0
                ? "nobody else delegates to you"
                : `with the shares of ${delegators.length} more`,
          },
          {
            label: "Your shares vote for",
            value:
              shares === 0n ? (
                "–"
              ) : delegate === null ? (
                "nobody"
              ) : delegate === account ? (
                "you"
              ) : (
                <Account account={delegate} govern={govern} />
              ),
          },
        ]}
      />
      {shares > 0n && (
        <DelegateForm
          key={`${account} ${delegate ?? ""}`}
          model={model}
          govern={govern}
          account={account}
          delegate={delegate}
        />
      )}
    </Card>
  );
}

function DelegateForm({
  model,
  govern,
  account,
  delegate,
}: {
  model: Model;
  govern: Govern;
  account: Address;
  delegate: Address | null;
}): ReactNode {
  const present: To = delegate === null ? "nobody" : delegate === account ? "self" : "other";
  const [to, setTo] = useState<To>(present);
  const [other, setOther] = useState(present === "other" ? (delegate ?? "") : "");
  const wrong = to === "other" ? accountProblem(other) : null;
  const target =
    to === "self"
      ? account
      : to === "nobody"
        ? zeroAddress
        : wrong === null
          ? getAddress(other.trim())
          : null;
  const same = target === (delegate ?? zeroAddress);
  const call =
    target === null || same || model.shares === null ? null : delegateCall(model.shares, target);
  return (
    <>
      <ChoiceCards
        legend="Let your shares vote for"
        value={to}
        onChange={setTo}
        choices={[
          { value: "self", title: "Yourself", note: "You vote with them." },
          { value: "other", title: "Somebody else", note: "Until you delegate them anew." },
          { value: "nobody", title: "Nobody", note: "They are silent, and no quorum counts them." },
        ]}
      />
      {to === "other" && (
        <TextField
          label="Account that votes for you"
          value={other}
          error={other === "" ? null : wrong}
          spellCheck={false}
          onChange={setOther}
        />
      )}
      {to === "nobody" && !same && <Notice kind="warn" title={copy.nobody} />}
      <ReviewAndSend
        label="Delegate"
        txLabel={`Delegate votes of ${govern.market.nameOf(model)}`}
        call={call}
        known={knownBy(call, 0)}
        details={
          <p>
            All your votes of {govern.market.nameOf(model)} go to{" "}
            {target === null || target === zeroAddress ? (
              "nobody"
            ) : (
              <Account account={target} govern={govern} />
            )}
            . Proposals whose votes were weighed before are not touched.
          </p>
        }
        testId="delegate"
      />
    </>
  );
}
