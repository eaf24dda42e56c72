import { CircleCheck, CircleDashed, CircleDot, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { extensionIfReached, nextStep, timelineOf } from "@/chain/governance/timeline.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import styles from "./govern.module.css";
import { Moment } from "./Moment.tsx";

const ICONS = { done: CircleCheck, now: CircleDot, coming: CircleDashed, never: CircleX };
const WORDS = { done: "done", now: "now", coming: "to come", never: "will not happen" };

/** Every step with its time by the chain's clock, and what comes next. */
export function ProposalTimeline({ row }: { row: ProposalRow }): ReactNode {
  const { proposal, circumstances } = row;
  const { now } = circumstances;
  const next = nextStep(proposal, circumstances);
  const extension = extensionIfReached(proposal, circumstances);
  return (
    <>
      <p data-testid="next-step">
        {next === null ? (
          "Nothing more can happen to it."
        ) : (
          <>
            <strong>{next.words}</strong> <Moment at={next.at} now={now} />.
          </>
        )}
      </p>
      {extension !== null && (
        <p className={styles.soft}>
          If the quorum were reached now, the vote would go on until{" "}
          <Moment at={extension} now={now} />.
        </p>
      )}
      <ol className={styles.timeline}>
        {timelineOf(proposal, circumstances).map(({ key, title, at, state, note }) => {
          const Icon = ICONS[state];
          return (
            <li key={key} data-state={state}>
              <Icon aria-hidden />
              <div>
                <div className={styles.stepTitle}>
                  {title} <span className="visually-hidden">({WORDS[state]})</span>
                </div>
                <div className={styles.soft}>
                  {at !== null && state !== "never" && <Moment at={at} now={now} />}
                  {note !== "" && state !== "never" && <div>{note}</div>}
                </div>
              </div>
            </li>
          );
        })}
      </ol>
    </>
  );
}
