import type { Sentence } from "./sentences.ts";

const ADDRESS = "Check the address.";
const SIGN_AGAIN = "Sign again.";
const DEFECT = "This is a defect of the studio; please report it.";

/** Errors of OpenZeppelin's tokens and helpers. */
export const TOKENS: Readonly<Record<string, Sentence>> = {
  ECDSAInvalidSignature: ["The signature is not valid.", SIGN_AGAIN],
  ECDSAInvalidSignatureLength: ["The signature has a wrong length.", "Sign with another wallet."],
  ECDSAInvalidSignatureS: ["The signature is not in its one allowed form.", SIGN_AGAIN],
  ERC20ExceededSafeSupply: ["There would be more shares than can be counted.", "Issue fewer."],
  ERC20InsufficientAllowance: [
    "The contract may not take that much of the token.",
    "Allow the exact amount, then try again.",
  ],
  ERC20InsufficientBalance: [
    "The account does not have that much of the token.",
    "Get more of the token, or choose a smaller amount.",
  ],
  ERC20InvalidApprover: ["Nobody can allow from the zero address.", ADDRESS],
  ERC20InvalidReceiver: ["The receiver may not be the zero address.", ADDRESS],
  ERC20InvalidSender: ["The sender may not be the zero address.", ADDRESS],
  ERC20InvalidSpender: ["The spender may not be the zero address.", ADDRESS],
  ERC2612ExpiredSignature: ["The permit has expired.", SIGN_AGAIN],
  ERC2612InvalidSigner: [
    "The permit was signed by another account.",
    "Sign it with the account that pays.",
  ],
  ERC3009InvalidAuthorizationTime: [
    "The payment authorisation is not in force now.",
    "Sign a new one, and check that this device's clock is right.",
  ],
  ERC3009InvalidSignature: ["The payment authorisation is not signed by the payer.", SIGN_AGAIN],
  ERC3009UsedAuthorization: ["The payment authorisation was used before.", "Sign a new one."],
  ERC721IncorrectOwner: ["The licence belongs to another account.", "Reload the page."],
  ERC721InsufficientApproval: [
    "This account may not move the licence.",
    "Use the account that holds it.",
  ],
  ERC721InvalidApprover: ["This account may not approve for the licence.", "Use its holder."],
  ERC721InvalidOperator: ["The operator may not be the zero address.", ADDRESS],
  ERC721InvalidOwner: ["The owner may not be the zero address.", ADDRESS],
  ERC721InvalidReceiver: [
    "The receiver cannot hold a licence.",
    "Choose an address that accepts ERC-721 tokens.",
  ],
  ERC721InvalidSender: ["The sender may not be the zero address.", ADDRESS],
  ERC721NonexistentToken: ["There is no such licence.", "It may have been given up or refunded."],
  FailedCall: ["A call that this one makes was refused.", "Read what it would do, then try again."],
  FailedDeployment: ["The contract could not be created.", "Try again with more gas."],
  InsufficientBalance: ["The contract does not have enough coin for this.", DEFECT],
  InvalidAccountNonce: ["The signature was used before or is out of order.", SIGN_AGAIN],
  InvalidInitialization: ["The contract is set up already.", "Nothing needs to be done."],
  InvalidShortString: ["A short text is not well formed.", DEFECT],
  NotInitializing: ["This may be done only while the contract is set up.", DEFECT],
  ReentrancyGuardReentrantCall: [
    "The contract was called while it was at work.",
    "Use an ordinary account, or a wallet contract without such calls.",
  ],
  SafeCastOverflowedIntDowncast: ["A number is too large.", "Choose a smaller amount."],
  SafeCastOverflowedUintDowncast: ["A number is too large.", "Choose a smaller amount."],
  SafeERC20FailedOperation: [
    "The token refused the transfer.",
    "Check the balance and what you allowed.",
  ],
  StringTooLong: ["A text is too long.", "Shorten it."],
  StringsInsufficientHexLength: ["A number does not fit its text.", DEFECT],
};
