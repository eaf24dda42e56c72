import type { ReactNode } from "react";
import { countText } from "@/chain/governance/context.ts";
import { isMajority, missingVotes, parts, quorumOf } from "@/chain/governance/tally.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import { cx } from "@/ui/cx.ts";
import { Meter } from "@/ui/Meter.tsx";
import styles from "./govern.module.css";

/** Votes of each kind, the quorum, and what is missing. Patterns tell the kinds apart without colour. */
export function TallyBars({ row }: { row: ProposalRow }): ReactNode {
  const { proposal, phase, circumstances } = row;
  const { supply, supermajority } = circumstances;
  const [forIt, against, abstain] = parts(proposal);
  const kinds = [
    { key: "for", words: "For", votes: proposal.forIt, part: forIt, pattern: styles.for },
    {
      key: "against",
      words: "Against",
      votes: proposal.against,
      part: against,
      pattern: styles.against,
    },
    {
      key: "abstain",
      words: "Abstain",
      votes: proposal.abstain,
      part: abstain,
      pattern: styles.abstain,
    },
  ];
  const texts = kinds.map(
    ({ words, votes, part }) => `${words} ${countText(votes)} (${part / 10} %)`,
  );
  const quorum = quorumOf(supply);
  const counted = proposal.forIt + proposal.abstain;
  const missing = missingVotes(proposal, supply, supermajority);
  return (
    <div className={styles.stack} data-testid="tally">
      <div className={styles.bar} role="img" aria-label={texts.join(", ")}>
        {kinds.map(({ key, part, pattern }) => (
          <span key={key} className={pattern} style={{ flexGrow: part }} hidden={part === 0} />
        ))}
      </div>
      <ul className={styles.legend}>
        {kinds.map(({ key, pattern }, place) => (
          <li key={key} data-testid={`votes-${key}`}>
            <span className={cx(styles.key, pattern)} aria-hidden />
            {texts[place]}
          </li>
        ))}
      </ul>
      <Meter
        label="Quorum, for and abstaining"
        value={Math.min(Number(counted), Number(quorum))}
        max={Number(quorum)}
        text={`${countText(counted)} of ${countText(quorum)}`}
      />
      <p className={styles.soft}>
        {supermajority
          ? "At least two thirds of the votes for and against must be for it. "
          : "More votes must be for it than against. "}
        {isMajority(proposal, supermajority) ? "That is so" : "That is not so"}
        {phase === "active"
          ? missing === 0n
            ? " now, and the quorum is reached."
            : ` now; ${countText(missing)} more votes for it would do.`
          : "."}
      </p>
    </div>
  );
}
