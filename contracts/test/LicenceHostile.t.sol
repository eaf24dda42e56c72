// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC5643} from "../src/interfaces/IERC5643.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {
    ActingHolder,
    DeafHolder,
    MumblingHolder,
    RefusingHolder
} from "./support/LicenceReceivers.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";
import {TestToken} from "./support/TestToken.sol";
import {BlocklistToken} from "./support/tokens/BlocklistToken.sol";
import {FalseToken} from "./support/tokens/FalseToken.sol";
import {FeeToken} from "./support/tokens/FeeToken.sol";
import {HookToken} from "./support/tokens/HookToken.sol";
import {LyingToken} from "./support/tokens/LyingToken.sol";
import {SilentToken} from "./support/tokens/SilentToken.sol";
import {SimpleToken} from "./support/tokens/SimpleToken.sol";

/// @notice Holders that are contracts and tokens that misbehave.
contract LicenceHostileTest is LicenceSteps {
    BlocklistToken private blocklist;
    FalseToken private falseToken;
    FeeToken private fee;
    HookToken private hook;
    LyingToken private lying;
    SilentToken private silent;
    SimpleToken private whole;

    function setUp() public {
        dollar = new TestToken("Test dollar", 6);
        (blocklist, falseToken, fee, hook) =
        (new BlocklistToken(), new FalseToken(), new FeeToken(), new HookToken());
        (lying, silent, whole) = (new LyingToken(), new SilentToken(), new SimpleToken(0));
        address[] memory tokens = new address[](8);
        tokens[0] = address(dollar);
        tokens[1] = address(blocklist);
        tokens[2] = address(falseToken);
        tokens[3] = address(fee);
        tokens[4] = address(hook);
        tokens[5] = address(lying);
        tokens[6] = address(silent);
        tokens[7] = address(whole);
        deployMarket(tokens);
        owner = funded("owner");
        (buyer, buyerKey) = person("buyer");
        model = readyModel(owner);
        sellForBoth(plainKind());
    }

    // Holders

    function test_AContractThatCannotHoldLicencesGetsNone() public {
        _receiverRefuses(address(new DeafHolder()));
        _receiverRefuses(address(new MumblingHolder()));
        _receiverRefuses(address(dollar));
    }

    function test_AContractThatRefusesIsHeard() public {
        ILicenceToken.Order memory made = order(NATIVE);
        made.to = address(new RefusingHolder());
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(RefusingHolder.NotThisOne.selector, 1));
        licences.buy{value: PRICE}(made);
        eq(gross(NATIVE), 0, "nothing was paid");
    }

    function test_AContractMayHoldALicence() public {
        ActingHolder holder = new ActingHolder();
        _buyFor(holder);
        eq(nft().ownerOf(1), address(holder), "holder");
        eq(holder.operator(), buyer, "operator");
        eq(holder.from(), address(0), "from");
        eq(holder.licence(), 1, "licence");
    }

    function test_TheReceiverIsAskedAfterTheMoneyMoved() public {
        ActingHolder holder = new ActingHolder();
        holder.prepare(address(splitter), abi.encodeCall(IRevenueSplitter.potOf, (model, NATIVE)));
        _buyFor(holder);
        IRevenueSplitter.Pot memory seen = abi.decode(holder.result(), (IRevenueSplitter.Pot));
        eq(seen.gross, PRICE, "income that the receiver saw");
        holder.prepare(address(licences), abi.encodeCall(ILicenceToken.licenceOf, (2)));
        _buyFor(holder);
        eq(abi.decode(holder.result(), (ILicenceToken.Licence)).model, model, "licence it saw");
    }

    function test_AReceiverCannotEnterAgain() public {
        changeKind(returnableKind());
        ActingHolder holder = new ActingHolder();
        vm.deal(address(holder), 100 ether);
        ILicenceToken.Order memory made = order(NATIVE);
        IRevenueSplitter.Authorization memory none;
        bytes32 hash = licences.termsHashOf(model, KIND);
        _cannotEnter(holder, abi.encodeCall(ILicenceToken.buy, (made)));
        _cannotEnter(
            holder,
            abi.encodeCall(ILicenceToken.buyWithPermit, (made, 0, 0, bytes32(0), bytes32(0)))
        );
        _cannotEnter(
            holder, abi.encodeCall(ILicenceToken.buyWithAuthorization, (made, bytes32(0), none))
        );
        _cannotEnter(holder, abi.encodeCall(ILicenceToken.renew, (1, NATIVE, PRICE, hash)));
        _cannotEnter(holder, abi.encodeCall(ILicenceToken.refund, (1)));
        _cannotEnter(holder, abi.encodeCall(ILicenceToken.releaseEscrow, (1)));
        _cannotEnter(holder, abi.encodeCall(ILicenceToken.lock, (1, 1)));
        _cannotEnter(holder, abi.encodeCall(ILicenceToken.unlock, (1, 1)));
        _cannotEnter(holder, abi.encodeCall(IERC5643.renewSubscription, (1, YEAR)));
        _cannotEnter(holder, abi.encodeCall(IERC5643.cancelSubscription, (1)));
        eq(escrowed(NATIVE), 10 * uint256(PRICE), "ten purchases wait");
    }

    function test_AReceiverMayPassTheLicenceOn() public {
        ActingHolder holder = new ActingHolder();
        holder.prepare(
            address(licences), abi.encodeCall(IERC721.transferFrom, (address(holder), owner, 1))
        );
        _buyFor(holder);
        eq(nft().ownerOf(1), owner, "holder");
        isTrue(licences.isValidAt(1, START_TIME), "valid");
    }

    function test_AContractReturnsALicenceWithoutTakingCoin() public {
        changeKind(returnableKind());
        // It has no way to receive coin; credit is all that a refund gives.
        ActingHolder holder = new ActingHolder();
        _buyFor(holder);
        holder.act(address(licences), 0, abi.encodeCall(ILicenceToken.refund, (1)));
        eq(splitter.creditOf(address(holder), NATIVE), PRICE, "credit");
    }

    // Tokens

    function test_ATokenThatReturnsNothingIsTaken() public {
        _sellFor(address(silent));
        silent.mint(buyer, DOLLARS);
        vm.prank(buyer);
        silent.approve(address(splitter), DOLLARS);
        bought(address(silent));
        eq(gross(address(silent)), DOLLARS, "income");
    }

    function test_ATokenWithoutDecimalsIsTaken() public {
        _stock(whole);
        bought(address(whole));
        eq(gross(address(whole)), DOLLARS, "income");
    }

    function test_ATokenThatReturnsFalseBuysNothing() public {
        _stock(falseToken);
        falseToken.refuse(true);
        _buysNothing(
            address(falseToken),
            abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(falseToken))
        );
    }

    function test_ATokenThatKeepsAFeeBuysNothing() public {
        _stock(fee);
        _buysNothing(
            address(fee),
            abi.encodeWithSelector(
                IRevenueSplitter.FeeOnTransfer.selector, DOLLARS, DOLLARS - DOLLARS / 100
            )
        );
    }

    function test_ATokenThatOnlySaysItPaidBuysNothing() public {
        _stock(lying);
        _buysNothing(
            address(lying),
            abi.encodeWithSelector(IRevenueSplitter.FeeOnTransfer.selector, DOLLARS, 0)
        );
    }

    function test_ABlockedBuyerBuysNothingAndABlockedHolderKeepsItsCredit() public {
        changeKind(returnableKind());
        _stock(blocklist);
        uint256 licence = bought(address(blocklist));
        blocklist.setBlocked(buyer, true);
        _buysNothing(
            address(blocklist), abi.encodeWithSelector(BlocklistToken.Blocked.selector, buyer)
        );
        vm.prank(buyer);
        licences.refund(licence);
        eq(splitter.creditOf(buyer, address(blocklist)), DOLLARS, "credit");
    }

    function test_ATokenCannotEnterAgainWhileItPays() public {
        _stock(hook);
        ILicenceToken.Order memory made = order(NATIVE);
        bytes memory again =
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        hook.hook(address(licences), abi.encodeCall(ILicenceToken.buy, (made)));
        _buysNothing(address(hook), again);
        hook.hook(address(licences), abi.encodeCall(ILicenceToken.refund, (1)));
        _buysNothing(address(hook), again);
        hook.hook(address(licences), abi.encodeCall(ILicenceToken.releaseEscrow, (1)));
        _buysNothing(address(hook), again);
    }

    function test_ATokenWithoutPermitsBuysByAllowanceInTheSameCall() public {
        _stock(whole);
        ILicenceToken.Order memory made = order(address(whole));
        vm.prank(buyer);
        uint256 licence = licences.buyWithPermit(made, START_TIME, 27, "r", "s");
        eq(nft().ownerOf(licence), buyer, "holder");
        eq(whole.balanceOf(buyer), 0, "paid");
    }

    function test_ATokenWithoutAuthorisationsBuysNothing() public {
        _stock(whole);
        ILicenceToken.Order memory made = order(address(whole));
        IRevenueSplitter.Authorization memory a;
        a.from = buyer;
        a.nonce = licences.orderNonce(made, "");
        vm.expectRevert();
        licences.buyWithAuthorization(made, "", a);
        eq(licences.licenceCount(), 0, "count");
    }

    // Coin that nobody asked for

    function test_TheLicenceTokenTakesNoCoin() public {
        vm.prank(buyer);
        (bool done,) = address(licences).call{value: 1}("");
        isFalse(done, "no plain transfers");
        eq(address(licences).balance, 0, "balance");
    }

    function test_ForcedCoinChangesNothing() public {
        vm.deal(address(licences), 5 ether);
        bought(NATIVE);
        eq(gross(NATIVE), PRICE, "income");
        eq(address(licences).balance, 5 ether, "neither used nor lost to a purchase");
    }

    function _receiverRefuses(address to) private {
        ILicenceToken.Order memory made = order(NATIVE);
        made.to = to;
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, to));
        licences.buy{value: PRICE}(made);
    }

    function _buyFor(ActingHolder holder) private {
        ILicenceToken.Order memory made = order(NATIVE);
        made.to = address(holder);
        vm.prank(buyer);
        licences.buy{value: PRICE}(made);
    }

    function _cannotEnter(ActingHolder holder, bytes memory call_) private {
        holder.prepare(address(licences), call_);
        _buyFor(holder);
        isFalse(holder.ok(), "entered again");
        eq(
            holder.result(),
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
            "why"
        );
    }

    function _sellFor(address token) private {
        changePrice(token, DOLLARS);
    }

    function _stock(SimpleToken token) private {
        _sellFor(address(token));
        token.mint(buyer, DOLLARS);
        vm.prank(buyer);
        token.approve(address(splitter), DOLLARS);
    }

    function _buysNothing(address token, bytes memory error_) private {
        ILicenceToken.Order memory made = order(token);
        uint256 count = licences.licenceCount();
        SimpleToken(token).mint(buyer, DOLLARS);
        vm.startPrank(buyer);
        SimpleToken(token).approve(address(splitter), DOLLARS);
        vm.expectRevert(error_);
        licences.buy(made);
        vm.stopPrank();
        eq(licences.licenceCount(), count, "count");
        eq(gross(token), 0, "income");
    }
}
