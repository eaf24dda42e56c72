import type { Sentence } from "./sentences.ts";

const RELOAD = "Reload the page and try again.";
const OWNER = "Connect the account that owns the model.";
const HOLDER = "Connect the account that holds the licence.";
const DEFECT = "This is a defect of the studio; please report it.";

/** Errors of registry, licences, splitter and usage channel. */
export const MARKET: Readonly<Record<string, Sentence>> = {
  // Who may
  NotModelOwner: ["Only the owner of the model may do this.", OWNER],
  NotLicenceHolder: ["The account neither holds the licence nor acts for its holder.", HOLDER],
  NotHolder: ["The account may not act for the licence.", HOLDER],
  NotChannel: ["Only the usage channel may do this.", DEFECT],
  NotModule: ["Only the market's own contracts may do this.", DEFECT],
  NotSplitter: ["Only the splitter may do this.", DEFECT],
  NotShares: ["Only the share token may do this.", DEFECT],
  NotDao: ["Only the DAO factory may do this.", DEFECT],
  NotGuardian: ["Only the guardian may do this, and only during its office.", "Nothing is to do."],
  NotOffered: ["The ownership was not offered to this account.", "Ask the owner to offer it."],
  EntryIsPaused: [
    "The guardian paused new entries for now.",
    "Try again later; leaving and claiming go on working.",
  ],
  PauseTooSoon: ["It is too early for another pause.", "Wait until the time that is shown."],
  PauseTooLong: ["A pause lasts at most 7 days.", "Choose a shorter one."],
  // Registering
  UnknownModel: ["There is no such model.", "Check its number."],
  UnknownEpoch: ["The model has no such epoch.", RELOAD],
  BadCommitment: ["The commitment is not well formed.", "Make the bank anew."],
  RootAlreadyCommitted: ["You committed this bank before.", "Go on with the model that has it."],
  TooManyParents: ["A model may name at most 4 parents.", "Remove one."],
  DuplicateParent: ["A parent is named twice.", "Remove one of the two."],
  ModelNotReleased: ["The model was not released yet.", "Wait for its owner to release it."],
  DerivativesForbidden: [
    "The parent's terms forbid models made from it.",
    "Ask its owner to change them, or remove the parent.",
  ],
  DerivativeNotApproved: [
    "The parent's owner has not approved you.",
    "Ask its owner for an approval.",
  ],
  ShareBelowTerms: [
    "The parent asks for a larger share.",
    "Give at least the share its terms ask for.",
  ],
  ShareOverflow: ["All ancestors together would get more than half.", "Lower the shares."],
  LineageTooWide: ["The model would have more than 16 ancestors.", "Name fewer parents."],
  TermsOutOfRange: ["Terms may ask for at most half of the income.", "Lower the share."],
  BeaconTooEarly: ["The block that gives the beacon is not there yet.", "Wait for it."],
  BeaconLost: [
    "The block that gave the beacon is too old to be read.",
    "Commit again and seal within the time that is shown.",
  ],
  BeaconStillReadable: [
    "The beacon can still be sealed, so a new one may not be drawn.",
    "Seal it.",
  ],
  BeaconAlreadySealed: ["The beacon is sealed already.", "Go on with the next step."],
  BeaconNotSealed: ["The beacon is not sealed yet.", "Seal it first."],
  AlreadyReleased: ["This epoch was released already.", RELOAD],
  ZeroWeightsHash: ["The hash of the weights is missing.", "Finish the embedding run first."],
  SharesNotOpened: ["The contributors' shares were not opened.", "Open them before the release."],
  TextTooLong: ["A text has more than 512 bytes.", "Shorten it."],
  // Licences
  UnknownLicence: ["There is no such licence.", "It may have been given up or refunded."],
  UnknownKind: ["The model has no such kind of licence.", RELOAD],
  BadKind: ["A number of this kind of licence is out of range.", "Check duration, quota, shares."],
  TokenNotAllowed: ["This market does not take that token.", "Pay with another one."],
  SalesPaused: ["This kind of licence is not on sale.", "Choose another, or ask the owner."],
  NotSoldInToken: ["This kind is not sold in that token.", "Pay with another one."],
  PriceAboveMax: [
    "The price rose above what you agreed to.",
    "Read the new price, then decide again.",
  ],
  WrongPrice: ["The amount is not the price.", "The price changed; read it again."],
  TermsMismatch: ["The terms changed since you read them.", "Read the new terms, then go on."],
  NonceNotOfOrder: ["The signed payment is for another order.", "Sign it again."],
  LicenceExpired: ["The licence has expired.", "Renew it."],
  NotTransferable: [
    "The licence may not change hands, or a channel is open on it.",
    "Close its channels, or keep it.",
  ],
  NotRenewable: ["This licence cannot be renewed that way.", "Read its terms."],
  RefundClosed: [
    "There is nothing to return.",
    "The window is over, the licence was used, or it was sold without one.",
  ],
  RefundOpen: ["The money is still in its refund window.", "Wait until the window closes."],
  QuotaExceeded: ["The licence includes fewer calls than that.", "Buy or renew to go on."],
  // Splitter
  WrongValue: ["The coin sent is not the amount.", RELOAD],
  FeeOnTransfer: ["The token kept a part of the amount.", "Pay with a token that takes no fee."],
  AmountTooLarge: ["The amount is too large to be counted.", "Choose a smaller amount."],
  ModuleBalanceTooLow: ["A contract would spend more than it put in.", DEFECT],
  NothingToClaim: ["There is nothing to claim.", "It may have been claimed already."],
  PaymentRefused: ["The receiver refused the coin.", "Claim to another address."],
  ZeroReceiver: ["The receiver may not be the zero address.", "Check the address."],
  SharesAlreadyOpen: ["The shares are open already.", "Go on with the next step."],
  SharesNotOpen: ["The model has no shares yet.", "Its owner must open them first."],
  BadHolders: [
    "The contributors do not fit.",
    "Name 1 to 64 different accounts whose shares are whole together.",
  ],
  IssueTooLarge: ["At most a fifth of the shares may be issued within a year.", "Issue fewer."],
  IssueTooSmall: ["At least a hundredth of the shares must be issued.", "Issue more."],
  LengthMismatch: ["Two lists differ in length.", DEFECT],
  AlreadySetUp: ["The share token is set up already.", "Nothing needs to be done."],
  // Usage channel
  UnknownChannel: ["There is no such channel.", "Open one for this licence and host."],
  ChannelExists: ["The channel is open already.", "Add to it instead."],
  BadHost: ["That host cannot be used.", "Name another account that is not yet a host."],
  BadDelay: ["The delay must be between 15 minutes and 30 days.", "Choose another one."],
  BadAmount: ["The amount is nothing or too large.", "Choose another one."],
  Closing: ["The channel is closing, so nothing new may begin.", "Wait, then open a new one."],
  CloseTooEarly: ["The channel cannot be closed yet.", "Ask for the close, then wait the delay."],
  BadPermission: [
    "The permission names another holder, other terms or no key.",
    "Create a new permission.",
  ],
  WrongNonce: ["What was signed is for another session.", "Sign again."],
  SessionKeyUsed: ["The session's key was used before.", "Create a new permission."],
  SessionInForce: [
    "The session's vouchers can still be settled, so only its host may narrow it.",
    "Wait until it ends, or ask the host.",
  ],
  PermissionNotInForce: ["The permission is not in force now.", "Create a new permission."],
  BadSignature: ["A signature is not the expected signer's.", "Sign again with that account."],
  NoSession: ["No permission is active on the channel.", "Put one on the chain first."],
  VoucherStale: ["The voucher adds nothing to what was settled.", "Use a newer voucher."],
  OverDeposit: ["The voucher is above the deposit.", "Add to the deposit."],
  OverCap: ["The voucher is above the permission's caps or the licence's quota.", "Raise the cap."],
  BadBatch: ["The batch is empty or its lists differ in length.", DEFECT],
};
