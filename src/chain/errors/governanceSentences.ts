import type { Sentence } from "./sentences.ts";

const DEFECT = "This is a defect of the studio; please report it.";
const PROPOSAL = "Look at the proposal's timeline.";

/** Errors of DAO, governor, timelock and share votes. */
export const GOVERNANCE: Readonly<Record<string, Sentence>> = {
  AccessControlBadConfirmation: ["Only the account itself may give up its role.", "Use it."],
  AccessControlUnauthorizedAccount: [
    "The account does not have the role for this.",
    "It must come from a proposal that passed.",
  ],
  AlreadyActive: ["The model has a DAO already.", "Open its page under Govern."],
  NeedsTwoHolders: [
    "A DAO needs two different holders of shares.",
    "Give shares to a second contributor first.",
  ],
  NotModelDao: ["Only the model's DAO may do this.", "Propose it to the DAO."],
  CheckpointUnorderedInsertion: ["Votes were recorded out of order.", DEFECT],
  ERC5805FutureLookup: ["Votes of the future cannot be read.", "Wait for the next block."],
  ERC6372InconsistentClock: ["The clock of the votes is not as expected.", DEFECT],
  VotesExpiredSignature: ["The delegation's signature has expired.", "Sign again."],
  GovernorAlreadyCastVote: ["You voted on this proposal before.", "A vote cannot be changed."],
  GovernorAlreadyQueuedProposal: ["The proposal is queued already.", "Wait, then execute it."],
  GovernorDisabledDeposit: ["The governor takes no deposits.", "Send nothing to it."],
  GovernorInsufficientProposerVotes: [
    "You do not have enough votes to propose.",
    "Ask other holders to delegate to you before you propose.",
  ],
  GovernorInvalidProposalLength: ["The proposal's lists differ in length or are empty.", DEFECT],
  GovernorInvalidSignature: ["The vote is not signed by the voter.", "Sign again."],
  GovernorInvalidVoteParams: ["The vote has parameters that are not known.", DEFECT],
  GovernorInvalidVoteType: ["A vote is against, for or abstain.", "Choose one of them."],
  GovernorInvalidVotingPeriod: ["The voting period is not valid.", DEFECT],
  GovernorNonexistentProposal: ["There is no such proposal.", "Check its number."],
  GovernorOnlyExecutor: ["Only a proposal that passed may do this.", "Propose it."],
  GovernorPreventLateQuorumVoteExtensionTooLarge: ["The extension is too long.", DEFECT],
  GovernorProposalQueueingFailed: ["The proposal could not be queued.", PROPOSAL],
  GovernorProposalQueueingNotRequired: ["The proposal need not be queued.", "Execute it."],
  GovernorRestrictedProposer: ["The proposal may be made by its author only.", "Use that account."],
  GovernorUnableToCancel: ["You may not cancel this proposal.", "Only its author can, early on."],
  GovernorUnexpectedProposalState: ["The proposal is not in the state for this.", PROPOSAL],
  ProposalNotAllowed: [
    "The DAO may not make that call.",
    "Propose one of the calls the forms offer.",
  ],
  SettingsAreFixed: ["The governor's settings cannot be changed.", "Nothing can be done."],
  TakesNoMoney: ["The timelock takes no money, for it could never send it on.", "Send nothing."],
  TimelockInsufficientDelay: ["The delay is shorter than the timelock's.", DEFECT],
  TimelockInvalidOperationLength: ["The operation's lists differ in length.", DEFECT],
  TimelockUnauthorizedCaller: ["Only the timelock itself may do this.", "Propose it."],
  TimelockUnexecutedPredecessor: ["Another operation must be executed first.", PROPOSAL],
  TimelockUnexpectedOperationState: [
    "The operation is not ready, or was executed.",
    "Wait until its delay is over.",
  ],
};
