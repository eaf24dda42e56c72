import type { CaseState } from "@/chain/indexer/stateProvers.ts";
import type { CaseAct } from "@/chain/proving/cases.ts";
import type { Tone } from "@/ui/Badge.tsx";

export const copy = {
  title: "Provers",
  lead: "Staked provers show by opened fingerprints that a host serves a model without permission. A signed receipt decides at once; without one several provers must agree, the host may contest, and a jury of provers rules.",
  stake:
    "Stake makes a prover and a juror. It is lost only in a case that a ruling turns down, or by a juror that does not reveal its vote.",
  hosts:
    "A host that puts up collateral can be held to what it signs: a receipt for a call that nobody paid for costs half of it.",
  bounties:
    "What a case against a host of a model can earn. Whoever adds to a bounty trusts the model's owner with it: an owner knows its own fingerprints.",
  filings:
    "Each is one opened fingerprint, a leaf of its model's bank, against one host, kept encrypted in this browser only. Committing hides it, revealing shows and burns it.",
  filingsNone:
    "They come from the auditor, once it asked a host with a challenge, or from a file of it.",
  lost: "The salt is kept in this browser. Save a file of it too if the browser's data may be cleared before the reveal.",
  cases: "Cases rest on provers' word. They touch bounty, bonds and stakes, never a collateral.",
  classA: "With the host's receipt: decided at once",
  classB: "Without a receipt: begins a case or joins it",
} as const;

export const STATES: Readonly<Record<CaseState, { label: string; tone: Tone; text: string }>> = {
  none: { label: "none", tone: "neutral", text: "There is no such case." },
  gathering: {
    label: "gathering",
    tone: "neutral",
    text: "Three leaves by two provers make a suspicion. If they do not come together in time, the case lapses and nobody loses anything.",
  },
  suspected: {
    label: "suspected",
    tone: "warn",
    text: "Anyone but its provers may contest it with a bond until its time is over. Uncontested it is upheld.",
  },
  contested: {
    label: "contested",
    tone: "warn",
    text: "One of its provers may take it to the jury until its time is over. Otherwise it is dismissed and the bond goes back.",
  },
  escalated: {
    label: "before the jury",
    tone: "accent",
    text: "Provers who are no party to it vote, in secret first. If no ruling comes in 90 days the case is dismissed.",
  },
  upheld: {
    label: "upheld",
    tone: "bad",
    text: "The provers were right. The host carries the tag.",
  },
  dismissed: {
    label: "dismissed",
    tone: "neutral",
    text: "It ended without a finding against the host.",
  },
};

export const ACTS: Readonly<Record<CaseAct, string>> = {
  show: "Support it with another leaf",
  contest: "Contest it",
  escalate: "Take it to the jury",
  vote: "Vote",
  revealVote: "Reveal a vote",
  execute: "Decide it",
  settle: "Settle jurors",
  finalize: "Finalise it",
};

export const RULE_TEXTS: readonly string[] = [
  "A prover needs 0.1 of the chain's coin at stake that is not leaving, and 0.05 for each case or jury that holds it. Stake leaves after 7 days, unless a case holds it.",
  "A reveal is taken from the block after its commit for 7,200 blocks. Each fingerprint is shown once, against one host, by one prover.",
  "With a receipt that the host signed for that question and that no permission covers, half of the host's collateral is lost at once: 40 % of it to the prover with the bounty's share, 60 % to the model as income.",
  "Without a receipt, three different leaves by two provers within 7 days make a suspicion. It can be contested for 3 days with a bond of 0.2; uncontested it is upheld, the host is tagged, and the bounty's share is paid by leaves.",
  "A contested case can be taken to the jury within 3 days for 0.05. Jurors commit votes for 2 days and reveal them for 2 days; votes weigh by stake, which must be older than the dispute. Jurors who voted with the outcome share the fee; who did not reveal loses 5 % of its stake.",
  "Upheld after a contest: the fee comes back out of the bond, the rest goes half to the provers and half to the bounty. Ruled for the contester: each prover loses 0.05, half to the contester with its bond, half to the bounty. A tie or no ruling gives everything back.",
];
