import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { SHORTEST_WAY } from "@/chain/governance/settings.ts";
import { issueLimits } from "@/chain/governance/supply.ts";
import { chainClock } from "@/chain/queries/clock.ts";
import { afterIssue, readReceiver, readShares } from "@/chain/revenue/shares.ts";
import type { Holding } from "@/chain/revenue/summary.ts";
import { Card } from "@/ui/Card.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { copy } from "./copy.ts";
import { EffectTable } from "./EffectTable.tsx";
import styles from "./revenue.module.css";
import { NO_DRAFT, ShareFields } from "./ShareFields.tsx";

/** New shares for somebody who improved the model: what they would do to everybody, then the vote. */
export function AdmitImprover({
  market,
  holding,
  holder,
}: {
  market: Market;
  holding: Holding;
  holder: Address;
}): ReactNode {
  const { model } = holding;
  return (
    <Card title="Admit an improver" note={copy.admit} testId="admit">
      {model.governor === null ? (
        <>
          <p>{copy.noDao}</p>
          {model.owner === holder && (
            <p>
              <a href={`#/govern/${model.id}`}>Activate the DAO</a>
            </p>
          )}
        </>
      ) : (
        <IssueForm market={market} holding={holding} />
      )}
    </Card>
  );
}

function IssueForm({ market, holding }: { market: Market; holding: Holding }): ReactNode {
  const { config, deployment } = useChain();
  const [draft, setDraft] = useState(NO_DRAFT);
  const [openedMs] = useState(() => Date.now());
  const { data: chainSeconds } = useQuery(chainClock(config, deployment));
  const nowSeconds = chainSeconds ?? BigInt(Math.floor(openedMs / 1000));
  const { model, supply } = holding;
  const limits = issueLimits(model, nowSeconds + SHORTEST_WAY);
  const receiver = readReceiver(draft.address, { contracts: deployment.contracts, model });
  const read = readShares(draft.amount, draft.unit, supply);
  const amountProblem =
    typeof read === "string"
      ? read
      : read < limits.least
        ? `At least a hundredth of all, ${limits.least.toLocaleString("en-GB")} shares.`
        : read > limits.most
          ? `At most ${limits.most.toLocaleString("en-GB")} shares, since a fifth of all may be issued in 365 days.`
          : null;
  const sound =
    typeof receiver !== "string" && typeof read !== "string" && amountProblem === null
      ? { account: receiver.address, shares: read }
      : null;
  return (
    <>
      <ShareFields
        draft={draft}
        onChange={setDraft}
        addressLabel="Improver"
        addressProblem={typeof receiver === "string" ? receiver : null}
        amountProblem={amountProblem}
        hint={
          limits.most < limits.least
            ? "A fifth of all was issued within 365 days, so none could be by the time this is decided."
            : `From ${limits.least.toLocaleString("en-GB")} to ${limits.most.toLocaleString("en-GB")} by the time it could be carried out.`
        }
      />
      {sound !== null && (
        <>
          <EffectTable
            market={market}
            rows={afterIssue(market.state, model.id, sound.account, sound.shares)}
          />
          <p>
            <a
              data-testid="propose"
              href={`#/govern/${model.id}?${new URLSearchParams({
                propose: "improver",
                account: sound.account,
                shares: String(sound.shares),
              }).toString()}`}
            >
              Propose it to the holders
            </a>
          </p>
        </>
      )}
      <p className={styles.soft}>
        A proposal takes 10,000 votes, of which you have {holding.votes.toLocaleString("en-GB")},
        and two thirds of the votes must agree to new shares. It takes eight days at least.
      </p>
    </>
  );
}
