// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverJury} from "../../src/interfaces/IProverJury.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {ProverBooks} from "./ProverBooks.sol";

/// @notice Random acts of provers, hosts, contesters and jurors, each made only when it should succeed.
/// `advance` takes the next step of a case, so that a walk of a hundred acts sees several to their end.
contract ProverHandler is ProverBooks {
    uint256 public upheld;
    uint256 public dismissed;
    uint256 public ruled;
    uint256 public slashes;
    uint256 public fines;
    uint256 public refusedReplays;

    constructor() {
        setUpProvers();
        models = [model, bankModel()];
        hostIds = [HOST, keccak256("https://second.example")];
        for (uint256 i = 0; i < PROVERS; ++i) {
            people[i] = prover(string.concat("prover ", vm.toString(i)), 1 ether);
        }
        for (uint256 i = 0; i < HOSTS; ++i) {
            (people[PROVERS + i], hostKeys[i]) = person(string.concat("host ", vm.toString(i)));
        }
        people[PEOPLE - 2] = funded("contester");
        people[PEOPLE - 1] = modelOwner;
        wait(1);
    }

    // Money in and out

    /// @notice One of the seven things below, so that half of a walk is about cases.
    function money(uint256 what, uint256 who, uint256 amount) external {
        if (what % 7 == 0) _stake(who, amount);
        else if (what % 7 == 1) _unstake(who, amount);
        else if (what % 7 == 2) host(who, amount, false);
        else if (what % 7 == 3) host(who, amount, true);
        else if (what % 7 == 4) fund(who, amount, uint32(amount));
        else if (what % 7 == 5) withdraw(who);
        else vm.deal(address(provers), address(provers).balance + bound(amount, 1, 1 ether));
    }

    function _stake(uint256 who, uint256 amount) private {
        vm.prank(_prover(who));
        provers.stake{value: bound(amount, 1, 2 ether)}();
    }

    function _unstake(uint256 who, uint256 amount) private {
        address by = _prover(who);
        IProverNetwork.Stake memory mine = provers.stakeOf(by);
        if (mine.leaving != 0 && block.timestamp >= mine.leavesAt && mine.openCases == 0) {
            uint256 before = by.balance;
            vm.prank(by);
            provers.unstake();
            eq(by.balance - before, mine.leaving, "all that was leaving");
        } else if (mine.amount > mine.leaving + 0.3 ether) {
            vm.prank(by);
            provers.requestUnstake(
                uint128(bound(amount, 1, mine.amount - mine.leaving - 0.3 ether))
            );
        }
    }

    function host(uint256 which, uint256 amount, bool leaves) public {
        which %= HOSTS;
        address by = people[PROVERS + which];
        IProverNetwork.Host memory mine = provers.hostOf(by);
        vm.startPrank(by);
        if (!leaves) {
            provers.registerHost{value: bound(amount, LEAST, 3 ether)}(hostIds[which]);
        } else if (mine.leavesAt != 0 && block.timestamp >= mine.leavesAt) {
            provers.exitHost();
        } else if (mine.id != 0) {
            provers.requestHostExit();
        }
        vm.stopPrank();
    }

    function fund(uint256 which, uint256 amount, uint32 ppm) public {
        uint64 of_ = models[which % MODELS];
        vm.startPrank(modelOwner);
        provers.fundBounty{value: bound(amount, 1, 50 ether)}(of_);
        provers.setReward(of_, uint32(bound(ppm, 0, 1_000_000)));
        vm.stopPrank();
    }

    function withdraw(uint256 who) public {
        address by = people[who % PEOPLE];
        vm.startPrank(by);
        if (provers.creditOf(by) != 0) provers.withdraw(by);
        if (court.creditOf(by) != 0) court.withdraw(by);
        vm.stopPrank();
    }

    function pass(uint256 time_) external {
        wait(bound(time_, 1 hours, 3 days));
        mine(10);
    }

    // Evidence

    function reveal(uint256 who, uint256 which, uint256 against) external {
        _show(_prover(who), models[which % MODELS], hostIds[against % HOSTS]);
    }

    function slash(uint256 who, uint256 which, uint256 against) external {
        address by = _prover(who);
        uint64 of_ = models[which % MODELS];
        address target_ = people[PROVERS + (against % HOSTS)];
        uint256 index = shownOf[of_];
        IProverNetwork.Host memory before = provers.hostOf(target_);
        if (before.collateral == 0 || index == BANK || !_mayProve(by)) return;
        uint256 bounty = bountyOf(of_);
        uint256 paid = provers.creditOf(by);
        IUsageChannel.Receipt memory receipt = receiptFor(index);
        receipt.model = of_;
        IProverNetwork.Reveal memory shown = revealOf(of_, before.id, index);
        commitTo(by, shown);
        bytes memory s = signed(hostKeys[against % HOSTS], channel.receiptDigest(receipt));
        vm.prank(by);
        provers.revealWithReceipt(shown, receipt, s);
        _burn(of_, index);
        ++slashes;
        uint256 lost = before.collateral - provers.hostOf(target_).collateral;
        uint256 earned = bounty - bountyOf(of_);
        paid = provers.creditOf(by) - paid;
        eq(lost, (uint256(before.collateral) + 1) / 2, "half");
        eq(paid, (lost * 4) / 10 + earned, "40 % and the reward");
        atMost(paid, lost, "nobody gains by slashing itself");
    }

    /// @notice Shows what was shown before, by anyone: it must be refused for being burnt.
    function replay(uint256 who, uint256 which, uint256 against) external {
        address by = _prover(who);
        if (burnt.length == 0 || !_mayProve(by)) return;
        Leaf memory leaf = burnt[which % burnt.length];
        IProverNetwork.Reveal memory shown =
            revealOf(leaf.model, hostIds[against % HOSTS], leaf.index);
        shown.salt = keccak256(abi.encode("replay", refusedReplays));
        commitTo(by, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.LeafUsed.selector, leaf.model, 0, leaf.index));
        vm.prank(by);
        provers.reveal(shown);
        ++refusedReplays;
    }

    // Cases

    /// @notice Three steps at once, and what jurors are owed.
    function walk(uint256 which, uint256 who, uint256 choice) external {
        for (uint256 i = 0; i < 3; ++i) {
            advance(which, who % PROVERS + i, uint256(keccak256(abi.encode(choice, i))));
        }
        for (uint256 i = 0; i < PROVERS; ++i) {
            settle(which, i);
        }
    }

    function advance(uint256 which, uint256 who, uint256 choice) public {
        if (cases.length == 0) return;
        uint256 caseId = cases[which % cases.length];
        IProverNetwork.Case memory c = provers.caseOf(caseId);
        if (c.state == IProverNetwork.CaseState.Escalated) {
            _advanceDispute(c.disputeId, who, choice);
        } else if (block.timestamp >= c.deadline) {
            if (c.deadline != 0) _finalize(caseId, c);
        } else if (c.state == IProverNetwork.CaseState.Gathering) {
            _show(_prover(who), c.model, c.host);
        } else if (c.state == IProverNetwork.CaseState.Suspected) {
            if (choice % 4 == 0) _show(_prover(who), c.model, c.host);
            else if (choice % 4 == 1) wait(c.deadline - block.timestamp);
            else _contest(caseId, choice % 4 == 2 ? PEOPLE - 2 : who % PROVERS);
        } else if (choice % 3 == 0) {
            wait(c.deadline - block.timestamp);
        } else {
            _escalate(caseId, who);
        }
    }

    function settle(uint256 which, uint256 who) public {
        if (disputes.length == 0) return;
        uint256 dispute = disputes[which % disputes.length];
        address juror = _prover(who);
        IProverJury.Vote memory v = court.voteOf(dispute, juror);
        if (!court.disputeOf(dispute).executed || v.voteHash == 0 || v.settled) return;
        uint256 before = provers.stakeOf(juror).amount;
        court.settle(dispute, juror);
        uint256 lost = before - provers.stakeOf(juror).amount;
        if (v.choice != 0) eq(lost, 0, "who revealed loses nothing");
        else atMost(lost, v.weight / 20, "5 % at most");
        if (lost != 0) ++fines;
    }

    function _show(address by, uint64 of_, bytes32 against) private {
        uint256 index = shownOf[of_];
        uint256 open = provers.openCaseOf(of_, against);
        IProverNetwork.Case memory c = provers.caseOf(open);
        bool isOver = block.timestamp >= c.deadline;
        if (index == BANK || !_mayProve(by)) return;
        if (c.state > IProverNetwork.CaseState.Suspected) return;
        if (c.state == IProverNetwork.CaseState.Suspected && isOver) return;
        bool begins = open == 0 || (isOver && c.state == IProverNetwork.CaseState.Gathering);
        if ((begins || leavesIn[open][by] == 0) && !_mayBind(by)) return;
        IProverNetwork.Reveal memory shown = revealOf(of_, against, index);
        commitTo(by, shown);
        vm.prank(by);
        uint256 caseId = provers.reveal(shown);
        if (begins && open != 0) isClosed[open] = true;
        isTrue(begins != (caseId == open), "joins what is open, begins otherwise");
        _burn(of_, index);
        ++leavesIn[caseId][by];
        if (isKnown[caseId]) return;
        isKnown[caseId] = true;
        cases.push(caseId);
    }

    function _contest(uint256 caseId, uint256 who) private {
        address by = people[who];
        if (leavesIn[caseId][by] != 0) {
            refuses(abi.encodeWithSelector(IProverNetwork.OwnHost.selector, by));
        }
        contestBy(by, caseId);
    }

    function _escalate(uint256 caseId, uint256 who) private {
        for (uint256 i = 0; i < PROVERS; ++i) {
            address by = _prover(who % PROVERS + i);
            if (leavesIn[caseId][by] == 0) continue;
            disputes.push(escalateBy(by, caseId));
            return;
        }
    }

    function _finalize(uint256 caseId, IProverNetwork.Case memory c) private {
        uint256 creditBefore = credits();
        uint256 stakeBefore = stakes();
        uint256 bounty = bountyOf(c.model);
        provers.finalize(caseId);
        _closed(caseId, creditBefore, stakeBefore, bounty);
    }

    function _advanceDispute(uint256 dispute, uint256 who, uint256 choice) private {
        IProverJury.Dispute memory d = court.disputeOf(dispute);
        address juror = _prover(who);
        IProverJury.Vote memory v = court.voteOf(dispute, juror);
        if (block.timestamp < d.commitUntil) {
            if (choice % 8 == 0) {
                wait(d.commitUntil - block.timestamp);
            } else if (v.voteHash == 0 && _maySit(dispute, juror)) {
                vm.startPrank(juror);
                court.vote(dispute, court.voteHashOf(juror, dispute, _choice(juror, dispute), ""));
                vm.stopPrank();
            }
        } else if (block.timestamp < d.revealUntil) {
            if (choice % 8 == 0) {
                wait(d.revealUntil - block.timestamp);
            } else if (v.voteHash != 0 && v.choice == 0 && !_isSilent(juror, dispute)) {
                vm.prank(juror);
                court.revealVote(dispute, _choice(juror, dispute), "");
            }
        } else {
            uint256 creditBefore = credits();
            uint256 stakeBefore = stakes();
            uint256 bounty = bountyOf(provers.caseOf(d.caseId).model);
            court.execute(dispute);
            if (court.disputeOf(dispute).ruling != 0) ++ruled;
            _closed(d.caseId, creditBefore, stakeBefore, bounty);
        }
    }

    function _closed(uint256 caseId, uint256 credit, uint256 staked, uint256 bounty) private {
        _closes(caseId, credit, staked, bounty);
        isClosed[caseId] = true;
        if (provers.caseOf(caseId).state == IProverNetwork.CaseState.Upheld) ++upheld;
        else ++dismissed;
    }

    function _burn(uint64 of_, uint256 index) private {
        isTrue(provers.isBurnt(of_, 0, index), "burnt");
        burnt.push(Leaf(of_, index));
        shownOf[of_] = index + 1;
    }

    function _choice(address juror, uint256 dispute) private pure returns (uint8) {
        return uint8(1 + (uint256(keccak256(abi.encode(juror, dispute))) & 1));
    }

    /// @dev Every fourth juror never reveals.
    function _isSilent(address juror, uint256 dispute) private pure returns (bool) {
        return uint256(keccak256(abi.encode(juror, dispute, "silent"))) & 3 == 0;
    }

    function _prover(uint256 who) private view returns (address) {
        return people[who % PROVERS];
    }

    function _mayProve(address by) private view returns (bool) {
        IProverNetwork.Stake memory mine = provers.stakeOf(by);
        return mine.amount - mine.leaving >= LEAST;
    }

    function _mayBind(address by) private view returns (bool) {
        IProverNetwork.Stake memory mine = provers.stakeOf(by);
        return mine.amount - mine.leaving >= (uint256(mine.openCases) + 1) * LOSS;
    }

    function _maySit(uint256 dispute, address by) private view returns (bool) {
        IProverJury.Dispute memory d = court.disputeOf(dispute);
        return _mayProve(by) && provers.stakeOf(by).since < d.created && leavesIn[d.caseId][by] == 0
            && provers.caseOf(d.caseId).contester != by;
    }
}
