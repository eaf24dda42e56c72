// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IModelShares} from "../src/interfaces/IModelShares.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {ModelShares} from "../src/ModelShares.sol";
import {Money} from "./support/Money.sol";

/// @notice The share token itself: names, votes, what it forwards.
contract ModelSharesTest is Money {
    uint64 private model;
    ModelShares private shares;

    event Revenue(
        uint64 indexed model,
        address indexed token,
        IRevenueSplitter.Source indexed source,
        uint256 amount,
        uint256 gross
    );

    function setUp() public {
        setUpMoney();
        for (uint256 i; i < 6; ++i) {
            registerModel(owner, noParents());
        }
        model = modelOfTwo(750_000, 250_000);
        shares = sharesOf(model);
    }

    // Names

    function test_IsNamedAfterItsModel() public view {
        eq(bytes32(bytes(shares.name())), "Signet model 7 shares", "name");
        eq(bytes32(bytes(shares.symbol())), "SIGNET-7", "symbol");
        eq(shares.decimals(), 0, "decimals");
        eq(shares.model(), 7, "model");
        eq(address(shares.SPLITTER()), address(splitter), "splitter");
    }

    function test_DomainIsTheClonesOwn() public {
        uint64 other = modelOfTwo(1, 999_999);
        (, string memory name, string memory version,, address verifier,,) = shares.eip712Domain();
        eq(bytes32(bytes(name)), "Signet model shares", "name");
        eq(bytes32(bytes(version)), "1", "version");
        eq(verifier, address(shares), "verifier");
        (,,,, verifier,,) = sharesOf(other).eip712Domain();
        eq(verifier, address(sharesOf(other)), "the other's");
    }

    // Set-up

    function test_OnlyTheSplitterSetsUpAndIssues() public {
        bytes memory refusal = abi.encodeWithSelector(IModelShares.NotSplitter.selector, ada);
        vm.startPrank(ada);
        vm.expectRevert(refusal);
        shares.setUp(8, new address[](0), new uint256[](0));
        vm.expectRevert(refusal);
        ModelShares(payable(sharesImplementation)).setUp(8, new address[](0), new uint256[](0));
        vm.expectRevert(refusal);
        shares.issue(ada, 1);
        vm.stopPrank();
    }

    function test_IsSetUpOnce() public {
        vm.expectRevert(IModelShares.AlreadySetUp.selector);
        vm.prank(address(splitter));
        shares.setUp(8, new address[](0), new uint256[](0));
    }

    // Votes

    function test_FirstSharesVoteForTheirHolder() public {
        eq(shares.delegates(ada), ada, "ada");
        eq(shares.getVotes(ada), 750_000, "ada's votes");
        move(model, ada, cyd, 100_000);
        eq(shares.delegates(cyd), cyd, "cyd");
        eq(shares.getVotes(cyd), 100_000, "cyd's votes");
        eq(shares.getVotes(ada), 650_000, "ada's votes left");
    }

    function test_IssuedSharesVoteToo() public {
        issue(model, cyd, 100_000);
        eq(shares.getVotes(cyd), 100_000, "cyd's votes");
    }

    function test_ChoiceOfADelegateStays() public {
        vm.prank(ada);
        shares.delegate(cyd);
        move(model, ben, ada, 50_000);
        eq(shares.delegates(ada), cyd, "delegate");
        eq(shares.getVotes(cyd), 800_000, "votes");
        // Whoever voted for nobody keeps to it while it has shares.
        vm.prank(ben);
        shares.delegate(address(0));
        move(model, ada, ben, 1);
        eq(shares.delegates(ben), address(0), "nobody");
        // Once all are gone, the next receipt is a first one.
        move(model, ben, cyd, 200_001);
        move(model, cyd, ben, 5);
        eq(shares.getVotes(ben), 5, "ben votes again");
    }

    function test_TransferOfNothingDelegatesNobody() public {
        vm.prank(ada);
        shares.transfer(cyd, 0);
        eq(shares.delegates(cyd), address(0), "delegate");
    }

    function test_VotesCountByTimestamp() public {
        eq(shares.clock(), block.timestamp, "clock");
        eq(bytes32(bytes(shares.CLOCK_MODE())), "mode=timestamp", "mode");
        uint256 before = block.timestamp;
        vm.warp(before + 10);
        move(model, ada, ben, 750_000);
        vm.warp(before + 20);
        eq(shares.getPastVotes(ada, before + 9), 750_000, "before");
        eq(shares.getPastVotes(ada, before + 10), 0, "afterwards");
        eq(shares.getPastTotalSupply(before + 10), 1_000_000, "supply");
    }

    // Transfers

    function test_NobodySendsMoreThanItHas() public {
        pay(model, 100);
        _expectInsufficient(250_000, 250_001);
        _expectInsufficient(250_000, type(uint256).max);
        eq(claimable(model, NATIVE, ben), 25, "ben's income");
    }

    function test_SharesNeverGoToTheSplitter() public {
        bytes memory refusal =
            abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, splitter);
        vm.expectRevert(refusal);
        vm.prank(ada);
        shares.transfer(address(splitter), 1);
        mockDao(model);
        vm.expectRevert(refusal);
        vm.prank(timelock);
        splitter.issueShares(model, address(splitter), 100_000);
    }

    function test_SharesAreNotBurnt() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0))
        );
        vm.prank(ada);
        shares.transfer(address(0), 1);
    }

    function test_AllowanceMovesIncomeNoMoreThanATransfer() public {
        pay(model, 100);
        vm.prank(ada);
        shares.approve(cyd, 500_000);
        vm.prank(cyd);
        shares.transferFrom(ada, cyd, 500_000);
        eq(claimable(model, NATIVE, ada), 75, "ada");
        eq(claimable(model, NATIVE, cyd), 0, "cyd");
        pay(model, 100);
        eq(claimable(model, NATIVE, ada), 100, "ada has a quarter now");
        eq(claimable(model, NATIVE, cyd), 50, "cyd has half");
    }

    // What is paid to the token

    function test_ForwardsCoinsAsResaleIncome() public {
        vm.deal(address(this), 40);
        (bool ok,) = address(shares).call{value: 40}("");
        isTrue(ok, "taken");
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Revenue(model, NATIVE, IRevenueSplitter.Source.Resale, 40, 0);
        vm.prank(cyd);
        eq(shares.forward(NATIVE), 40, "returned");
        eq(address(shares).balance, 0, "left");
        eq(claimable(model, NATIVE, ada), 30, "ada");
        eq(shares.forward(NATIVE), 0, "nothing the second time");
    }

    function test_ForwardsTokensAsResaleIncome() public {
        dollar.mint(address(shares), 40);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Revenue(model, address(dollar), IRevenueSplitter.Source.Resale, 40, 0);
        eq(shares.forward(address(dollar)), 40, "returned");
        eq(dollar.balanceOf(address(shares)), 0, "left");
        eq(dollar.allowance(address(shares), address(splitter)), 0, "allowance");
        eq(claimable(model, address(dollar), ben), 10, "ben");
        eq(shares.forward(address(dollar)), 0, "nothing the second time");
    }

    function test_ForwardsListedTokensOnly() public {
        address other = sharesOfAnother();
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.TokenNotAllowed.selector, other));
        shares.forward(other);
    }

    /// @dev Shares that the token itself holds earn for the others.
    function test_IncomeOfTheTokenItselfComesBack() public {
        move(model, ada, address(shares), 500_000);
        pay(model, 100);
        splitter.claim(model, NATIVE, address(shares));
        eq(shares.forward(NATIVE), 50, "half");
        eq(claimable(model, NATIVE, ben), 37, "25 and a quarter of 50");
    }

    // Helpers

    function sharesOfAnother() private returns (address other) {
        uint64 second = modelOfTwo(500_000, 500_000);
        other = address(sharesOf(second));
        vm.prank(ada);
        ModelShares(payable(other)).transfer(address(shares), 10);
    }

    function _expectInsufficient(uint256 have, uint256 need) private {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, ben, have, need)
        );
        vm.prank(ben);
        shares.transfer(cyd, need);
    }
}
