export const copy = {
  title: "Govern",
  lead: "Models whose owner is the vote of their shares. A decision is proposed, voted on for five days, waits two more, and is then carried out by whoever presses the button.",
  none: {
    title: "No model is governed yet",
    text: "The owner of a model whose shares two or more hold can hand it to them. From then on they decide by vote.",
  },
  nothingWaits: "Nothing waits for you.",
  noWallet: "Connect a wallet to see what waits for you and where you can vote.",
  activate:
    "Hands the model to a DAO for ever. From then on prices, terms, releases and new shares are decided by the vote of the shares, and nobody, you included, can change them alone.",
  activateConfirm:
    "The model’s new owner is the DAO’s timelock. There is no way back: no vote can hand the model to a single account again.",
  parameters: "Compiled into the contracts; no vote can change them.",
  delegate:
    "Votes count for whoever they are delegated to at the moment at which a proposal’s votes are weighed. Shares stay yours, and so does their income.",
  nobody:
    "Your shares then count for nobody, and come back to you only when you delegate them again.",
  propose:
    "What a proposal may do is fixed: only the calls below, only for this model, and never with coin.",
  descriptionHint:
    "Why it should be done. It is kept on the chain for ever and shown as plain text.",
  same: "The same proposal with the same words was made before. Change the description.",
  cancel:
    "Only its proposer can cancel a proposal, and only before voting opens. It stays on record.",
  snapshot: "Votes were weighed when voting opened; shares bought or delegated since do not count.",
} as const;

export const PHASE_WORDS = {
  pending: "pending",
  active: "voting",
  defeated: "defeated",
  succeeded: "passed, to be queued",
  queued: "queued",
  executable: "can be executed",
  executed: "executed",
  lapsed: "lapsed",
  cancelled: "cancelled",
} as const;

export const PHASE_TONES = {
  pending: "neutral",
  active: "accent",
  defeated: "bad",
  succeeded: "good",
  queued: "accent",
  executable: "good",
  executed: "good",
  lapsed: "warn",
  cancelled: "warn",
} as const;

export const SUPPORT_TONES = ["bad", "good", "neutral"] as const;
export const SUPPORT_WORDS = ["Against", "For", "Abstain"] as const;

export const TASK_WORDS = {
  vote: "Vote",
  queue: "Queue",
  execute: "Execute",
} as const;
