import type { RegistrationStep } from "@/chain/registration/steps.ts";

export const copy = {
  title: "Register a model",
  lead: "From a committed bank to a model on the market. What is on the chain stays there; what is not is kept on this device, so you can close the tab at any step.",
  none: "Choose a model on the Creator screen, pick “A block of a chain”, and make its bank. It will wait here. A bank can be for a new model or for one that you own.",
  parents:
    "The models that this one was made from. Their terms name the least share of your revenue; lineage can never be changed later.",
  commit:
    "The commitment holds the root of your bank, the hash of its manifest and the lineage. It gives no key away. Its block is your priority date.",
  again:
    "A model that you own can be fingerprinted again: its new bank becomes a further epoch. Older epochs stay on the chain and can still prove a copy.",
  commitAgain:
    "The commitment holds the root of your new bank and the hash of its manifest. It gives no key away. Its block is the priority date of this epoch; lineage, shares and licences of the model stay.",
  commitDao:
    "The link fills the proposal in with this bank. This page goes on once it has been carried out; you may close the tab.",
  dao: "Its holders decide by a vote, and the vote's transaction does it.",
  keepTerms: "The release changes neither the terms for derivatives nor the model's address.",
  releasedAgain:
    "Both this epoch and the older ones prove copies of the weights that they were trained into.",
  wait: "The hash of a later block draws the answers, so nobody could have chosen them. One block after it, it can be sealed. You need not wait here.",
  mine: "Public chains make blocks by themselves. This one makes one for each transaction, so it can be told to make the missing ones.",
  seal: "The block is mined. Sealing keeps its hash for ever; anyone may do it.",
  lost: "The chain keeps only the latest block hashes, and this one is gone. A new draw takes a later block. It is counted: each draw multiplies the evidence that a verdict needs, since an owner could otherwise draw until the answers suit.",
  embed:
    "The beacon has drawn the answers. They are now trained into the model on this device; the bank's passphrase opens them.",
  shares:
    "One million shares divide what the model keeps of its revenue. Names are not looked up, so give addresses.",
  release:
    "The release binds the hash of the trained weights to the commitment and sets the terms for models made from this one.",
  releaseWarning: "The weights of this commitment are named once and for ever.",
  terms: "People read this text; the chain keeps its SHA-256. Publish the text with the model.",
  kinds:
    "A kind of licence is what a buyer buys. A licence that was sold keeps its terms for ever; changes hold for later ones.",
  onSale: "The model is on the market.",
  otherAccount: "Only the owner that the commitment names can do this.",
} as const;

export const STEP_LABELS: Record<RegistrationStep, string> = {
  commit: "Commit",
  wait: "Wait",
  seal: "Seal",
  embed: "Train",
  shares: "Shares",
  release: "Release",
  kinds: "Licences",
  onSale: "On sale",
};

/** The last step of a model that is on sale already. */
export const RELEASED_LABEL = "Done";
