export const copy = {
  title: "Revenue",
  lead: "What your shares of models have earned. Income is worked out on your device from the contracts' events, and checked with the contract before you claim.",
  noWallet: {
    title: "Whose revenue?",
    text: "Connect the wallet that holds your shares. Nothing is sent by connecting.",
  },
  none: {
    title: "This account holds no shares",
    text: "Shares come from a model's registration, from another holder, or from a model's DAO. A model stays listed here as long as you have earned from it.",
  },
  differs:
    "The contract pays what it says itself. The events may be behind by a block, or a node may not give them all.",
  claimed: "Somebody claimed this for you in the meantime: anyone may, and it always goes to you.",
  statement:
    "Payment by payment, by the shares you held when it came. Fractions of a smallest unit wait for the next payment, so the lines add up to what you claimed and can claim.",
  send: "Shares go at once and for good. What they have earned until then stays yours; what comes later is the receiver's.",
  votes:
    "Votes move with the shares. A vote that has begun counts who held them when it opened, so this changes later votes only.",
  admit:
    "New shares lower everybody's part of later income; what was earned before stays as it was.",
  noDao:
    "Only a model's DAO can issue new shares, and this model has none yet. Until it does, an improver can be given shares that somebody holds: send some of yours above. Nobody else's part changes then.",
} as const;
