import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { zeroHash } from "viem";
import type { Address } from "viem";
import type { Dispute, JurorVote } from "@/chain/indexer/stateProvers.ts";
import { openActs, refusal, type CaseAct, type CaseFile } from "@/chain/proving/cases.ts";
import { FOR_CONTESTER, FOR_PROVERS, type Choice } from "@/chain/proving/rules.ts";
import { keptVote, makeVote, type VoteName } from "@/chain/proving/votes.ts";
import { voteReading } from "@/chain/queries/proving.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { PassTime } from "./PassTime.tsx";
import styles from "./provers.module.css";
import { actorOf, type Proving } from "./useProving.ts";
import { Deadline } from "./When.tsx";

interface JuryProps {
  file: CaseFile;
  dispute: Dispute;
  proving: Proving;
}

const CHOICES = new Map<number, string>([
  [0, "neither: a tie, or nobody revealed"],
  [FOR_PROVERS, "the provers are right"],
  [FOR_CONTESTER, "the contester is right"],
]);

/** The dispute about a case: votes in secret, then shown, then a ruling. */
export function Jury({ file, dispute, proving }: JuryProps): ReactNode {
  const { now, coin } = proving;
  if (now === null) return null;
  const acts = openActs(file, now);
  const isOpen = (act: CaseAct): boolean =>
    acts.some((entry) => entry.act === act && entry.from === null);
  const { commitUntil, revealUntil, ruling } = dispute;
  const next = now < commitUntil ? commitUntil : now < revealUntil ? revealUntil : null;
  return (
    <Card
      title="Jury"
      testId="jury"
      note="A vote weighs what its juror had at stake when it was cast."
      aside={
        <Badge tone={ruling === null ? "accent" : "neutral"}>
          {ruling !== null
            ? "decided"
            : now < commitUntil
              ? "votes are cast"
              : now < revealUntil
                ? "votes are revealed"
                : "ready to decide"}
        </Badge>
      }
    >
      <Stats
        entries={[
          { label: "Votes are cast until", value: <Deadline at={commitUntil} now={now} /> },
          { label: "And revealed until", value: <Deadline at={revealUntil} now={now} /> },
          ...(ruling === null
            ? []
            : [
                { label: "For the provers", value: coin(dispute.forProvers), note: "of stake" },
                { label: "For the contester", value: coin(dispute.forContester), note: "of stake" },
                {
                  label: "Ruling",
                  value: <span data-testid="ruling">{CHOICES.get(ruling) ?? "unknown"}</span>,
                },
              ]),
        ]}
      />
      <Votes votes={file.votes} proving={proving} settle={isOpen("settle")} dispute={dispute} />
      {isOpen("vote") && <VoteForm file={file} dispute={dispute} proving={proving} />}
      {isOpen("revealVote") && <RevealForm file={file} dispute={dispute} proving={proving} />}
      {isOpen("execute") && (
        <ReviewAndSend
          label="Decide"
          txLabel="Decide a dispute"
          testId="execute"
          review={[{ label: "Votes revealed", value: revealedOf(file.votes) }]}
          warning="The ruling ends the case: bounty, bond and stakes are paid out and taken by it."
          call={proving.jury.execute(dispute.id)}
        />
      )}
      {next !== null && <PassTime proving={proving} until={next} label="Let this time pass here" />}
    </Card>
  );
}

const revealedOf = (votes: readonly JurorVote[]): string =>
  `${votes.filter(({ choice }) => choice !== null).length} of ${votes.length}`;

function Votes({
  votes,
  proving,
  settle,
  dispute,
}: {
  votes: readonly JurorVote[];
  proving: Proving;
  settle: boolean;
  dispute: Dispute;
}): ReactNode {
  const { coin, jury } = proving;
  if (votes.length === 0) return <p className={styles.soft}>Nobody voted yet.</p>;
  return (
    <div className={styles.scroll}>
      <table data-testid="votes">
        <caption className="visually-hidden">Votes</caption>
        <thead>
          <tr>
            <th scope="col">Juror</th>
            <th scope="col">Vote</th>
            <th scope="col" className={styles.amount}>
              Weight
            </th>
            <th scope="col" className={styles.amount}>
              Reward
            </th>
            <th scope="col" className={styles.amount}>
              Fine
            </th>
            <th scope="col">Stake</th>
          </tr>
        </thead>
        <tbody>
          {votes.map(({ juror, weight, choice, reward, fine }) => (
            <tr key={juror}>
              <td>
                <Hex value={juror} label="address of the juror" />
              </td>
              <td>{choice === null ? "not revealed" : CHOICES.get(choice)}</td>
              <td className={styles.amount}>{coin(weight)}</td>
              <td className={styles.amount}>{reward === null ? "–" : coin(reward)}</td>
              <td className={styles.amount}>{fine === null ? "–" : coin(fine)}</td>
              <td>
                {reward !== null ? (
                  "let go"
                ) : settle ? (
                  <ReviewAndSend
                    label="Settle"
                    txLabel="Settle a juror"
                    testId={`settle-${juror}`}
                    kind="plain"
                    review={[{ label: "Juror", value: <code>{juror}</code> }]}
                    warning="Its reward is credited, its fine taken, and its stake let go."
                    call={jury.settle(dispute.id, juror)}
                  />
                ) : (
                  "held"
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function nameOf({ deployment }: Proving, dispute: Dispute, juror: Address): VoteName {
  const { chainId, contracts } = deployment;
  return { chainId, jury: contracts.jury, dispute: dispute.id, juror };
}

function VoteForm({ file, dispute, proving }: JuryProps): ReactNode {
  const { account, jury, coin } = proving;
  const [choice, setChoice] = useState<Choice | null>(null);
  const actor = actorOf(proving, file);
  const refused = actor === null ? null : refusal(file, "vote", actor);
  return (
    <section className={styles.item} aria-label="Vote">
      <fieldset className={styles.choices}>
        <legend className={styles.soft}>Who is right?</legend>
        {([FOR_PROVERS, FOR_CONTESTER] as const).map((value) => (
          <label key={value}>
            <input
              type="radio"
              name="vote"
              checked={choice === value}
              onChange={() => setChoice(value)}
            />
            {CHOICES.get(value)}
          </label>
        ))}
      </fieldset>
      <ReviewAndSend
        label="Vote"
        txLabel="Vote on a case"
        testId="vote"
        known={knownBy(jury.vote(dispute.id, zeroHash), 1)}
        review={[
          { label: "Your vote", value: choice === null ? "" : CHOICES.get(choice) },
          { label: "Weight", value: coin(actor?.freeStake ?? 0n) },
        ]}
        warning="A vote cannot be changed, and holds your stake until the dispute is settled. Come back to reveal it in this browser: who does not loses 5 % of the stake."
        refused={refused}
        call={
          choice === null || account === undefined
            ? null
            : {
                ...jury.vote(dispute.id, zeroHash),
                make: async () =>
                  jury.vote(dispute.id, await makeVote(nameOf(proving, dispute, account), choice)),
              }
        }
      />
    </section>
  );
}

function RevealForm({ file, dispute, proving }: JuryProps): ReactNode {
  const { account } = proving;
  const vote = file.votes.find(({ juror }) => juror === account);
  if (account === undefined || vote === undefined || vote.choice !== null) return null;
  return <MyVote file={file} dispute={dispute} proving={proving} account={account} />;
}

function MyVote({ dispute, proving, account }: JuryProps & { account: Address }): ReactNode {
  const { config, deployment, jury } = proving;
  const { data: onChain } = useQuery(voteReading(config, deployment, dispute.id, account));
  const hash = onChain?.voteHash;
  const kept = useQuery({
    queryKey: ["kept-vote", String(dispute.id), account, hash],
    queryFn: () => (hash === undefined ? null : keptVote(nameOf(proving, dispute, account), hash)),
    enabled: hash !== undefined,
  });
  if (kept.data === null && hash !== undefined) {
    return (
      <Notice kind="warn" title="This browser does not have your vote" testId="vote-lost">
        <p>Open this page in the browser in which you voted; only there is what reveals it.</p>
      </Notice>
    );
  }
  const { data: vote } = kept;
  return (
    <section className={styles.item} aria-label="Reveal a vote">
      <ReviewAndSend
        label="Reveal my vote"
        testId="reveal-vote"
        review={[
          {
            label: "Your vote",
            value: vote === undefined || vote === null ? "…" : CHOICES.get(vote.choice),
          },
        ]}
        warning="It becomes public and counts."
        call={
          vote === undefined || vote === null
            ? null
            : jury.revealVote(dispute.id, vote.choice, vote.salt)
        }
      />
    </section>
  );
}
