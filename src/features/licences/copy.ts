export const copy = {
  licences: {
    title: "Your licences",
    lead: "What the connected account holds on this chain: how long each is in force, what is left of it and what can be done with it.",
    none: "This account holds no licence",
    noneHint: "Buy one on a model's page; it appears here once its block is read.",
    connect: "Connect a wallet to see its licences",
    connectHint:
      "Licences belong to an account. Nothing is signed or sent by looking at them, and what the chain knows is public.",
  },
  buy: {
    recipient:
      "The licence belongs to this address from the first moment: it alone can return it and gets the money back then.",
    permit:
      "Two requests: a signature that lets the market take exactly this amount once and lapses after 20 minutes, then the purchase itself. Nothing is left allowed.",
    allowance:
      "Two transactions: the market is allowed exactly this amount, then the purchase takes it.",
    noPermit: "This token knows no signed permits.",
    renewAllowance:
      "Two transactions: the market is allowed exactly this amount, then the renewal takes it.",
    excess:
      "The market may take more of this token than the price. The purchase takes the price alone; take the rest back afterwards.",
    clear:
      "Another amount is allowed from before. Some tokens change an allowance only from nothing, so it is taken back first.",
    terms:
      "What was hashed when the owner set the terms. The chain refuses the purchase if they are others by then.",
  },
  leftOver:
    "It was allowed for a purchase or renewal that has not been made. Go on with that, or take it back.",
  refundTo:
    "The money becomes credit of the holder in the splitter, from where the holder withdraws it; nobody else can take it.",
  receipt: {
    lead: "Read from the transaction's own logs and from what the contracts keep for ever.",
    held: "The price waits in the splitter until the window for returning is over; then it is divided so.",
    fee: "Paid to the network by the sender, on top of the price.",
    legal:
      "This is the record of a payment on a chain. Whether it serves as an invoice depends on the law where you are.",
  },
} as const;
