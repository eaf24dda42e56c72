// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {IUmaArbitrator} from "../src/interfaces/IUmaArbitrator.sol";
import {UmaArbitrator} from "../src/UmaArbitrator.sol";
import {ProverSteps} from "./support/ProverSteps.sol";
import {TestOptimisticOracle} from "./support/TestOptimisticOracle.sol";

/// @notice The prover network with UMA behind its cases.
contract UmaArbitratorTest is ProverSteps {
    uint256 private constant _UMA_BOND = 500e6;
    uint64 private constant _LIVENESS = 2 days;

    UmaArbitrator private _uma;
    TestOptimisticOracle private _oracle;
    address private _ann;
    address private _bob;
    address private _dan;
    uint256 private _caseId;

    function setUp() public {
        setUpProvers();
        _oracle = new TestOptimisticOracle(_UMA_BOND);
        _uma = new UmaArbitrator(_oracle, dollar, provers, _LIVENESS);
        address other = deployBuilt(
            "ProverNetwork",
            abi.encode(registry, splitter, channel, address(0), _uma, guardian, guardianUntil)
        );
        vm.etch(address(provers), other.code);
        _ann = prover("ann", 1 ether);
        _bob = prover("bob", 1 ether);
        _dan = funded("dan");
        vm.prank(modelOwner);
        provers.fundBounty{value: 10 ether}(model);
        _caseId = suspect(_ann, _bob);
        contestBy(_dan, _caseId);
        address[3] memory bonded = [_ann, _bob, _dan];
        for (uint256 i = 0; i < 3; ++i) {
            vm.startPrank(bonded[i]);
            dollar.approve(address(_uma), type(uint256).max);
            dollar.approve(address(_oracle), type(uint256).max);
            vm.stopPrank();
        }
    }

    function test_ADisputeCostsNothingToOpen() public {
        eq(_uma.arbitrationCost(abi.encode(_caseId)), 0, "cost");
        _expectUma();
        emit IUmaArbitrator.DisputeOpened(1, _caseId);
        _escalate();
        (uint256 caseId, bool isRuled,) = _uma.disputeOf(1);
        eq(caseId, _caseId, "case");
        isFalse(isRuled, "open");
        eq(_uma.disputeCount(), 1, "count");
        eq(provers.caseOf(_caseId).disputeId, 1, "dispute");
    }

    function test_OnlyTheNetworkOpensDisputes() public {
        _refuses(abi.encodeWithSelector(IUmaArbitrator.NotProvers.selector, _dan));
        vm.prank(_dan);
        _uma.createDispute(2, abi.encode(_caseId));
        vm.deal(address(provers), 100 ether);
        vm.startPrank(address(provers));
        _refuses(abi.encodeWithSelector(IUmaArbitrator.BadChoices.selector, 3));
        _uma.createDispute(3, abi.encode(_caseId));
        _refuses(abi.encodeWithSelector(IUmaArbitrator.WrongFee.selector, 0, 1));
        _uma.createDispute{value: 1}(2, abi.encode(_caseId));
        vm.stopPrank();
    }

    function test_AnUndisputedAssertionIsTheRuling() public {
        _escalate();
        uint256 before = dollar.balanceOf(_ann);
        bytes32 id = _assert(_ann, 1);
        eq(before - dollar.balanceOf(_ann), _UMA_BOND, "bond");
        eq(dollar.balanceOf(address(_uma)), 0, "no bond lies here");
        vm.expectRevert(bytes("Assertion not expired"));
        _oracle.settleAssertion(id);
        wait(_LIVENESS);
        _expectUma();
        emit IUmaArbitrator.Ruled(1, id, 1);
        _oracle.settleAssertion(id);
        isInState(_caseId, IProverNetwork.CaseState.Upheld, "the provers were right");
        eq(dollar.balanceOf(_ann), before, "the bond came back");
        // Half of the bond of 0.2 ether joins the reward of 1 ether: two thirds of it are ann's.
        eq(provers.creditOf(_ann), 733_333_333_333_333_333, "reward");
        (, bool isRuled, uint8 ruling) = _uma.disputeOf(1);
        isTrue(isRuled, "ruled");
        eq(ruling, 1, "ruling");
        _refuses(abi.encodeWithSelector(IUmaArbitrator.AlreadyRuled.selector, 1));
        vm.prank(_dan);
        _uma.assertRuling(1, 2, "");
    }

    function test_AnUntrueAssertionIsRejectedAndAnotherMayFollow() public {
        _escalate();
        bytes32 untrue = _assert(_ann, 1);
        _expectUma();
        emit IUmaArbitrator.AssertionDisputed(1, untrue);
        vm.prank(_dan);
        _oracle.disputeAssertion(untrue, _dan);
        bytes32 second = _assert(_dan, 2);
        _oracle.decide(untrue, false);
        _expectUma();
        emit IUmaArbitrator.AssertionRejected(1, untrue);
        _oracle.settleAssertion(untrue);
        isInState(_caseId, IProverNetwork.CaseState.Escalated, "still open");
        wait(_LIVENESS);
        _oracle.settleAssertion(second);
        isInState(_caseId, IProverNetwork.CaseState.Dismissed, "the contester was right");
        eq(provers.creditOf(_dan), BOND + LOSS, "bond and half of what the provers lost");
        eq(dollar.balanceOf(_dan), 1_000_000e6 + _UMA_BOND / 2, "half of ann's bond");
    }

    function test_ADisputedTruthWinsToo() public {
        _escalate();
        bytes32 id = _assert(_bob, 1);
        vm.prank(_dan);
        _oracle.disputeAssertion(id, _dan);
        wait(_LIVENESS);
        vm.expectRevert(bytes("Price not resolved"));
        _oracle.settleAssertion(id);
        _oracle.decide(id, true);
        _oracle.settleAssertion(id);
        isInState(_caseId, IProverNetwork.CaseState.Upheld, "upheld");
    }

    function test_TheFirstTruthDecidesAndLaterOnesStillSettle() public {
        _escalate();
        bytes32 first = _assert(_ann, 1);
        bytes32 second = _assert(_dan, 2);
        wait(_LIVENESS);
        _oracle.settleAssertion(first);
        uint256 before = dollar.balanceOf(_dan);
        _oracle.settleAssertion(second);
        eq(dollar.balanceOf(_dan) - before, _UMA_BOND, "its bond is not stuck");
        isInState(_caseId, IProverNetwork.CaseState.Upheld, "the first stands");
        eq(provers.creditOf(_dan), 0, "no second ruling");
    }

    function test_ARefusalCanBeAsserted() public {
        _escalate();
        bytes32 id = _assert(_bob, 0);
        wait(_LIVENESS);
        _oracle.settleAssertion(id);
        isInState(_caseId, IProverNetwork.CaseState.Dismissed, "refused");
        eq(provers.creditOf(_dan), BOND, "the bond came back");
        eq(provers.stakeOf(_ann).amount, 1 ether, "no loss");
    }

    function test_AnAssertionSettlesAfterTheCaseWasClosed() public {
        _escalate();
        bytes32 id = _assert(_ann, 1);
        wait(90 days);
        provers.finalize(_caseId);
        uint256 before = dollar.balanceOf(_ann);
        _oracle.settleAssertion(id);
        eq(dollar.balanceOf(_ann) - before, _UMA_BOND, "the bond came back");
        isInState(_caseId, IProverNetwork.CaseState.Dismissed, "closed stays closed");
        eq(provers.upheldAgainst(HOST), 0, "no tag");
    }

    function test_TheClaimSaysWhatVotersNeed() public {
        vm.chainId(10);
        _escalate();
        string memory head = string.concat(
            "In dispute 1 of the prover network ",
            _lower(vm.toString(address(provers))),
            " on chain 10 about model 1 and the host whose base URL has the hash ",
            "0xcaabfdef7add3eb0f4073f"
        );
        bytes memory claim = bytes(_uma.claimOf(1, 1, "ipfs://case"));
        bytes memory start = new bytes(bytes(head).length);
        for (uint256 i = 0; i < start.length; ++i) {
            start[i] = claim[i];
        }
        eq(string(start), head, "which case");
        _endsWith(
            _uma.claimOf(1, 1, "ipfs://case"),
            ", the host served the model as the provers' transcripts show. Evidence: ipfs://case"
        );
        _endsWith(
            _uma.claimOf(1, 2, "x"),
            ", the host did not serve the model as the provers claim. Evidence: x"
        );
        _endsWith(
            _uma.claimOf(1, 0, ""),
            ", the evidence does not tell whether the host served the model. Evidence: "
        );
        string memory asserted = _uma.claimOf(1, 2, "ipfs://case");
        vm.expectEmit(true, false, true, true, address(_uma));
        emit IUmaArbitrator.RulingAsserted(1, 0, _dan, 2, _UMA_BOND, asserted);
        vm.prank(_dan);
        _uma.assertRuling(1, 2, "ipfs://case");
    }

    function test_RefusesWhatCannotBeAsserted() public {
        _escalate();
        vm.startPrank(_ann);
        _refuses(abi.encodeWithSelector(IUmaArbitrator.UnknownDispute.selector, 0));
        _uma.assertRuling(0, 1, "");
        _refuses(abi.encodeWithSelector(IUmaArbitrator.UnknownDispute.selector, 2));
        _uma.assertRuling(2, 1, "");
        _refuses(abi.encodeWithSelector(IUmaArbitrator.BadRuling.selector, 3));
        _uma.assertRuling(1, 3, "");
        _refuses(abi.encodeWithSelector(IUmaArbitrator.TextTooLong.selector, 513));
        _uma.assertRuling(1, 1, string(new bytes(513)));
        _uma.assertRuling(1, 1, string(new bytes(512)));
        vm.stopPrank();
        _refuses(abi.encodeWithSelector(IUmaArbitrator.UnknownDispute.selector, 9));
        _uma.claimOf(9, 1, "");
    }

    function test_OnlyTheOracleCallsBackAndOnlyAboutWhatWasAsserted() public {
        _escalate();
        bytes32 id = _assert(_ann, 1);
        _refuses(abi.encodeWithSelector(IUmaArbitrator.NotOracle.selector, _dan));
        vm.prank(_dan);
        _uma.assertionResolvedCallback(id, true);
        _refuses(abi.encodeWithSelector(IUmaArbitrator.NotOracle.selector, _dan));
        vm.prank(_dan);
        _uma.assertionDisputedCallback(id);
        _refuses(abi.encodeWithSelector(IUmaArbitrator.UnknownAssertion.selector, bytes32("other")));
        _oracle.call(address(_uma), "other", true);
        isInState(_caseId, IProverNetwork.CaseState.Escalated, "nothing happened");
    }

    function test_TheBondIsPulledFromTheAsserterAlone() public {
        _escalate();
        address poor = account("poor");
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(_uma), 0, _UMA_BOND
            )
        );
        vm.prank(poor);
        _uma.assertRuling(1, 1, "");
        eq(dollar.allowance(address(_uma), address(_oracle)), 0, "no allowance is left");
        _assert(_ann, 1);
        eq(dollar.allowance(address(_uma), address(_oracle)), 0, "no allowance is left");
    }

    function _escalate() private {
        vm.prank(_ann);
        provers.escalate(_caseId);
    }

    function _assert(address by, uint8 ruling) private returns (bytes32) {
        vm.prank(by);
        return _uma.assertRuling(1, ruling, "ipfs://case");
    }

    function _refuses(bytes memory error_) private {
        vm.expectRevert(error_, address(_uma));
    }

    function _expectUma() private {
        vm.expectEmit(true, true, true, true, address(_uma));
    }

    function _endsWith(string memory text, string memory tail) private pure {
        bytes memory end = new bytes(bytes(tail).length);
        uint256 start = bytes(text).length - end.length;
        for (uint256 i = 0; i < end.length; ++i) {
            end[i] = bytes(text)[start + i];
        }
        eq(string(end), tail, "the end of the claim");
    }

    function _lower(string memory text) private pure returns (string memory) {
        bytes memory letters = bytes(text);
        for (uint256 i = 0; i < letters.length; ++i) {
            if (letters[i] >= "A" && letters[i] <= "Z") {
                letters[i] = bytes1(uint8(letters[i]) + 32);
            }
        }
        return string(letters);
    }
}
