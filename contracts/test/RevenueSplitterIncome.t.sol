// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {RevenueSplitter} from "../src/RevenueSplitter.sol";
import {Money} from "./support/Money.sol";
import {TestToken} from "./support/TestToken.sol";

/// @notice How money comes in: gifts, payments and deposits of modules, authorisations.
contract RevenueSplitterIncomeTest is Money {
    IRevenueSplitter.Source private constant USAGE = IRevenueSplitter.Source.Usage;

    uint64 private model;
    address private payer;
    uint256 private payerKey;

    event Revenue(
        uint64 indexed model,
        address indexed token,
        IRevenueSplitter.Source indexed source,
        uint256 amount,
        uint256 gross
    );
    event Credited(address indexed account, address indexed token, uint256 amount);

    function setUp() public {
        setUpMoney();
        model = readyModel(owner);
        (payer, payerKey) = person("payer");
    }

    // Deployment

    function test_ListsTokensAsDeployed() public view {
        address[] memory tokens = splitter.allowedTokens();
        eq(tokens.length, 1, "count");
        eq(tokens[0], address(dollar), "token");
        isTrue(splitter.isAllowed(address(dollar)), "dollar");
        isTrue(splitter.isAllowed(NATIVE), "native coin");
        isFalse(splitter.isAllowed(ada), "anything else");
    }

    function test_KnowsWhomItWasDeployedFor() public view {
        RevenueSplitter deployed = RevenueSplitter(address(splitter));
        eq(address(deployed.REGISTRY()), address(registry), "registry");
        eq(address(deployed.DAO()), address(dao), "dao");
        eq(deployed.SHARES_IMPLEMENTATION(), sharesImplementation, "shares");
    }

    function test_RefusesNineTokens() public {
        address[] memory tokens = new address[](9);
        for (uint256 i; i < 9; ++i) {
            tokens[i] = address(new TestToken("t", 6));
        }
        _expectBadToken(tokens, tokens[8]);
    }

    function test_TakesEightTokens() public {
        address[] memory tokens = new address[](8);
        for (uint256 i; i < 8; ++i) {
            tokens[i] = address(new TestToken("t", 6));
        }
        eq(_deploy(tokens).allowedTokens()[7], tokens[7], "the last");
    }

    function test_RefusesTheSameTokenTwice() public {
        address[] memory tokens = new address[](2);
        (tokens[0], tokens[1]) = (address(dollar), address(dollar));
        _expectBadToken(tokens, address(dollar));
    }

    function test_RefusesATokenWithoutCode() public {
        address[] memory tokens = new address[](1);
        _expectBadToken(tokens, address(0));
        tokens[0] = ada;
        _expectBadToken(tokens, ada);
    }

    // Gifts

    function test_AnyoneGivesCoins() public {
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Revenue(model, NATIVE, IRevenueSplitter.Source.Gift, 5, 0);
        vm.prank(payer);
        splitter.give{value: 5}(model, NATIVE, 5);
        eq(own(model, NATIVE), 5, "own");
    }

    function test_AnyoneGivesTokens() public {
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Revenue(model, address(dollar), IRevenueSplitter.Source.Gift, 5, 0);
        vm.prank(payer);
        splitter.give(model, address(dollar), 5);
        eq(own(model, address(dollar)), 5, "own");
        eq(dollar.balanceOf(address(splitter)), 5, "balance");
        eq(splitter.held(address(dollar)), 5, "held");
    }

    function test_NobodyGivesToNoModel() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 99));
        vm.prank(payer);
        splitter.give{value: 5}(99, NATIVE, 5);
        // Nor nothing, which no lineage is looked up for.
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 99));
        splitter.give(99, NATIVE, 0);
    }

    function test_GivesOnlyListedTokens() public {
        _expectNotAllowed(ada);
        splitter.give(model, ada, 5);
        // Also when there is nothing to give.
        _expectNotAllowed(ada);
        splitter.give(model, ada, 0);
    }

    function testFuzz_CoinMustBeTheAmount(uint96 amount, uint96 sent) public {
        vm.deal(payer, sent);
        bool right = amount == sent;
        if (!right) vm.expectRevert(_wrongValue(amount, sent));
        vm.prank(payer);
        splitter.give{value: sent}(model, NATIVE, amount);
        eq(own(model, NATIVE), right ? amount : 0, "own");
    }

    function test_NoCoinGoesWithATokenPayment() public {
        vm.expectRevert(_wrongValue(0, 1));
        vm.prank(payer);
        splitter.give{value: 1}(model, address(dollar), 1);
    }

    // Modules

    function test_OnlyModulesPay() public {
        IRevenueSplitter.Authorization memory authorization;
        bytes memory refusal = abi.encodeWithSelector(IRevenueSplitter.NotModule.selector, payer);
        vm.startPrank(payer);
        vm.expectRevert(refusal);
        splitter.pay(model, NATIVE, payer, 0, USAGE);
        vm.expectRevert(refusal);
        splitter.payWithAuthorization(model, address(dollar), 1, USAGE, authorization);
        vm.expectRevert(refusal);
        splitter.deposit(NATIVE, payer, 0);
        vm.expectRevert(refusal);
        splitter.depositWithAuthorization(address(dollar), 1, authorization);
        vm.expectRevert(refusal);
        splitter.split(model, NATIVE, 0, USAGE);
        vm.expectRevert(refusal);
        splitter.credit(payer, NATIVE, 0);
        vm.stopPrank();
    }

    function test_EachModulePaysForEverySource() public {
        address[3] memory modules = [address(licences), address(channel), address(provers)];
        uint256 total;
        for (uint256 i; i < 3; ++i) {
            for (uint8 source; source < 6; ++source) {
                vm.expectEmit(true, true, true, true, address(splitter));
                emit Revenue(model, address(dollar), IRevenueSplitter.Source(source), 7, total);
                vm.prank(modules[i]);
                splitter.pay(model, address(dollar), payer, 7, IRevenueSplitter.Source(source));
                total += 7;
            }
        }
        eq(own(model, address(dollar)), total, "own");
    }

    function test_ModulesPayOnlyListedTokensAndExactCoins() public {
        vm.deal(address(channel), 10);
        vm.startPrank(address(channel));
        _expectNotAllowed(ada);
        splitter.pay(model, ada, payer, 1, USAGE);
        _expectNotAllowed(ada);
        splitter.deposit(ada, payer, 1);
        vm.expectRevert(_wrongValue(2, 3));
        splitter.pay{value: 3}(model, NATIVE, payer, 2, USAGE);
        vm.expectRevert(_wrongValue(2, 1));
        splitter.deposit{value: 1}(NATIVE, payer, 2);
        vm.expectRevert(_wrongValue(0, 1));
        splitter.deposit{value: 1}(address(dollar), payer, 2);
        vm.stopPrank();
    }

    function test_AmountsAbove128BitsAreRefused() public {
        uint256 amount = uint256(type(uint128).max) + 1;
        bytes memory refusal =
            abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, amount);
        IRevenueSplitter.Authorization memory authorization;
        dollar.mint(payer, amount);
        vm.startPrank(address(channel));
        vm.expectRevert(refusal);
        splitter.pay(model, address(dollar), payer, amount, USAGE);
        vm.expectRevert(refusal);
        splitter.deposit(address(dollar), payer, amount);
        vm.expectRevert(refusal);
        splitter.payWithAuthorization(model, address(dollar), amount, USAGE, authorization);
        vm.expectRevert(refusal);
        splitter.depositWithAuthorization(address(dollar), amount, authorization);
        vm.stopPrank();
    }

    function test_DepositsAreTheModulesUntilSpent() public {
        deposit(100);
        eq(splitter.moduleBalanceOf(address(channel), NATIVE), 100, "module");
        eq(splitter.held(NATIVE), 100, "held");
        eq(gross(model, NATIVE), 0, "no income yet");

        vm.startPrank(address(channel));
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Revenue(model, NATIVE, USAGE, 60, 0);
        splitter.split(model, NATIVE, 60, USAGE);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Credited(ben, NATIVE, 30);
        splitter.credit(ben, NATIVE, 30);
        splitter.credit(ben, NATIVE, 1);
        vm.stopPrank();

        eq(splitter.moduleBalanceOf(address(channel), NATIVE), 9, "module afterwards");
        eq(own(model, NATIVE), 60, "own");
        eq(splitter.creditOf(ben, NATIVE), 31, "credit");
        eq(splitter.held(NATIVE), 100, "held afterwards");
    }

    function test_DepositsTokens() public {
        vm.prank(address(provers));
        splitter.deposit(address(dollar), payer, 40);
        eq(splitter.moduleBalanceOf(address(provers), address(dollar)), 40, "module");
        eq(splitter.moduleBalanceOf(address(provers), NATIVE), 0, "other token");
        eq(dollar.balanceOf(address(splitter)), 40, "balance");
    }

    function test_ModulesSpendOnlyTheirOwn() public {
        deposit(100);
        bytes4 tooLow = IRevenueSplitter.ModuleBalanceTooLow.selector;
        vm.expectRevert(abi.encodeWithSelector(tooLow, licences, 0, 1));
        vm.prank(address(licences));
        splitter.split(model, NATIVE, 1, USAGE);
        vm.expectRevert(abi.encodeWithSelector(tooLow, channel, 100, 101));
        vm.prank(address(channel));
        splitter.credit(ben, NATIVE, 101);
        vm.expectRevert(abi.encodeWithSelector(tooLow, channel, 0, 1));
        vm.prank(address(channel));
        splitter.split(model, address(dollar), 1, USAGE);
    }

    function test_CreditsNobodyNothing() public {
        deposit(1);
        vm.startPrank(address(channel));
        vm.expectRevert(IRevenueSplitter.ZeroReceiver.selector);
        splitter.credit(address(0), NATIVE, 1);
        splitter.credit(ben, NATIVE, 0);
        vm.stopPrank();
        eq(splitter.creditOf(ben, NATIVE), 0, "credit");
    }

    // Authorisations

    function test_PaysByAuthorisation() public {
        IRevenueSplitter.Authorization memory authorization = _authorise(25, payerKey);
        vm.prank(payer);
        dollar.approve(address(splitter), 0);
        vm.prank(address(licences));
        splitter.payWithAuthorization(model, address(dollar), 25, USAGE, authorization);
        eq(own(model, address(dollar)), 25, "own");
        eq(splitter.held(address(dollar)), 25, "held");
    }

    function test_DepositsByAuthorisation() public {
        IRevenueSplitter.Authorization memory authorization = _authorise(25, payerKey);
        vm.prank(address(channel));
        splitter.depositWithAuthorization(address(dollar), 25, authorization);
        eq(splitter.moduleBalanceOf(address(channel), address(dollar)), 25, "module");
        eq(splitter.held(address(dollar)), 25, "held");
    }

    function test_AuthorisationHoldsForItsAmountOnce() public {
        IRevenueSplitter.Authorization memory authorization = _authorise(25, payerKey);
        vm.startPrank(address(licences));
        vm.expectRevert(bytes4(keccak256("ERC3009InvalidSignature()")));
        splitter.payWithAuthorization(model, address(dollar), 24, USAGE, authorization);
        splitter.payWithAuthorization(model, address(dollar), 25, USAGE, authorization);
        vm.expectRevert(
            abi.encodeWithSelector(
                bytes4(keccak256("ERC3009UsedAuthorization(address,bytes32)")),
                payer,
                authorization.nonce
            )
        );
        splitter.payWithAuthorization(model, address(dollar), 25, USAGE, authorization);
        vm.stopPrank();
    }

    function test_AuthorisationOfAnotherIsRefused() public {
        IRevenueSplitter.Authorization memory authorization = _authorise(25, payerKey + 1);
        vm.expectRevert(bytes4(keccak256("ERC3009InvalidSignature()")));
        vm.prank(address(licences));
        splitter.payWithAuthorization(model, address(dollar), 25, USAGE, authorization);
    }

    function test_NoAuthorisationForCoinsOrUnlistedTokens() public {
        IRevenueSplitter.Authorization memory authorization = _authorise(25, payerKey);
        vm.startPrank(address(licences));
        _expectNotAllowed(NATIVE);
        splitter.payWithAuthorization(model, NATIVE, 25, USAGE, authorization);
        _expectNotAllowed(ada);
        splitter.depositWithAuthorization(ada, 25, authorization);
        vm.stopPrank();
    }

    // Helpers

    function _deploy(address[] memory tokens) private returns (RevenueSplitter) {
        address[3] memory modules;
        bytes memory arguments =
            abi.encode(address(1), address(2), address(3), modules, tokens);
        return RevenueSplitter(payable(deployBuilt("RevenueSplitter", arguments)));
    }

    function _expectBadToken(address[] memory tokens, address bad) private {
        _expectNotAllowed(bad);
        _deploy(tokens);
    }

    function _expectNotAllowed(address token) private {
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.TokenNotAllowed.selector, token));
    }

    function _wrongValue(uint256 expected, uint256 sent) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRevenueSplitter.WrongValue.selector, expected, sent);
    }

    function _authorise(uint256 amount, uint256 key)
        private
        view
        returns (IRevenueSplitter.Authorization memory)
    {
        bytes32 nonce = keccak256("nonce");
        bytes32 digest = dollar.authorizationDigest(
            payer, address(splitter), amount, 0, type(uint256).max, nonce
        );
        return IRevenueSplitter.Authorization({
            from: payer,
            validAfter: 0,
            validBefore: type(uint256).max,
            nonce: nonce,
            signature: signed(key, digest)
        });
    }
}
