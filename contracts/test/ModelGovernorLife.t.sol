// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {DaoSteps} from "./support/DaoSteps.sol";

/// @notice Every call on the list, from the proposal to its effect.
contract ModelGovernorLifeTest is DaoSteps {
    function setUp() public {
        deployDao();
    }

    function test_TermsAreChanged() public {
        IModelRegistry.Terms memory terms = IModelRegistry.Terms({
            textHash: keccak256("new text"),
            derivativePpm: 123_456,
            derivatives: true,
            approval: true
        });
        enact(address(registry), abi.encodeCall(IModelRegistry.setTerms, (model, terms)));
        eq(registry.termsHash(model), keccak256(abi.encode(terms)), "terms");
    }

    function test_ThePageIsMoved() public {
        enact(address(registry), abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new page")));
        eq(keccak256(bytes(registry.uriOf(model))), keccak256("ipfs://new page"), "uri");
    }

    function test_ADerivativeIsApproved() public {
        IModelRegistry.Terms memory terms = openTerms(100_000);
        terms.approval = true;
        enact(address(registry), abi.encodeCall(IModelRegistry.setTerms, (model, terms)));
        address dave = account("dave");
        IModelRegistry.ParentLink[] memory parents = oneParent(model, 100_000);
        IModelRegistry.Commitment memory commitment = freshCommitment();
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.DerivativeNotApproved.selector, model, dave)
        );
        vm.prank(dave);
        registry.register(commitment, parents);
        enact(
            address(registry), abi.encodeCall(IModelRegistry.approveDerivative, (model, dave, true))
        );
        vm.prank(dave);
        uint64 child = registry.register(commitment, parents);
        eq(registry.ancestorsOf(child)[0].model, model, "parent");
    }

    function test_AnotherBankIsCommittedAndReleased() public {
        IModelRegistry.Commitment memory commitment = freshCommitment();
        enact(address(registry), abi.encodeCall(IModelRegistry.addEpoch, (model, commitment)));
        eq(registry.epochCount(model), 2, "epochs");
        eq(registry.epochOf(model, 1).root, commitment.root, "root");

        vm.roll(block.number + BEACON_DELAY_BLOCKS + 1);
        registry.sealBeacon(model, 1);
        bytes32 weights = keccak256("better weights");
        enact(
            address(registry),
            abi.encodeCall(
                IModelRegistry.release, (model, 1, weights, openTerms(7), "ipfs://better")
            )
        );
        eq(registry.epochOf(model, 1).weightsHash, weights, "weights");
        eq(registry.termsOf(model).derivativePpm, 7, "terms");
    }

    function test_ALapsedBeaconIsDrawnAgain() public {
        IModelRegistry.Commitment memory commitment = freshCommitment();
        enact(address(registry), abi.encodeCall(IModelRegistry.addEpoch, (model, commitment)));
        vm.roll(block.number + 10_000);
        enact(address(registry), abi.encodeCall(IModelRegistry.recommit, (model, 1)));
        eq(registry.epochOf(model, 1).draws, 2, "draws");
        eq(registry.epochOf(model, 1).commitBlock, block.number, "block");
    }

    function test_AKindIsChangedForLaterBuyersOnly() public {
        address buyer = funded("buyer");
        uint256 licence = buyLicence(buyer, model, NATIVE);
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 30 days;
        enact(address(licences), abi.encodeCall(ILicenceToken.setKind, (model, KIND, kind)));
        eq(licences.termsHashOf(model, KIND), keccak256(abi.encode(kind)), "kind on sale");
        eq(licences.licenceOf(licence).version, 1, "licence in force");
        eq(licences.kindOf(model, KIND, 1).duration, 365 days, "terms in force");
        (uint32 version,) = licences.saleOf(model, KIND);
        eq(version, 2, "version on sale");
    }

    function test_APriceIsSet() public {
        enact(
            address(licences),
            abi.encodeCall(
                ILicenceToken.setPrice, (model, KIND, address(dollar), uint128(5e6), true)
            )
        );
        (uint128 price, bool listed) = licences.priceOf(model, KIND, address(dollar));
        eq(price, 5e6, "price");
        isTrue(listed, "listed");
    }

    function test_SalesAreStoppedAndOpened() public {
        enact(address(licences), abi.encodeCall(ILicenceToken.setSale, (model, KIND, false)));
        (, bool open) = licences.saleOf(model, KIND);
        isFalse(open, "stopped");
        enact(address(licences), abi.encodeCall(ILicenceToken.setSale, (model, KIND, true)));
        (, open) = licences.saleOf(model, KIND);
        isTrue(open, "open");
    }

    function test_TheRewardIsSet() public {
        enact(address(provers), abi.encodeCall(IProverNetwork.setReward, (model, uint32(250_000))));
        (, uint32 ppm) = provers.bountyOf(model);
        eq(ppm, 250_000, "reward");
    }

    function test_SeveralCallsAreMadeInOrder() public {
        Proposal memory made = draft(address(registry), "");
        made.targets = new address[](2);
        made.values = new uint256[](2);
        made.calldatas = new bytes[](2);
        made.targets[0] = address(registry);
        made.targets[1] = address(licences);
        made.calldatas[0] = abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://both"));
        made.calldatas[1] = abi.encodeCall(ILicenceToken.setSale, (model, KIND, false));
        made.id = idOf(made);
        submit(bob, made);
        openVote();
        vote(alice, made, FOR);
        closeVote(made);
        queue(made);
        pass(2 days);
        execute(made);
        eq(keccak256(bytes(registry.uriOf(model))), keccak256("ipfs://both"), "uri");
        (, bool open) = licences.saleOf(model, KIND);
        isFalse(open, "sale");
    }

    function test_ARefusedCallUndoesTheWholeProposal() public {
        // The licence token refuses a share above 900,000 ppm for hosts.
        ILicenceToken.Kind memory kind = plainKind();
        kind.hostPpm = 900_001;
        Proposal memory made =
            carry(address(licences), abi.encodeCall(ILicenceToken.setKind, (model, KIND, kind)));
        vm.expectRevert(ILicenceToken.BadKind.selector);
        execute(made);
        eq(licences.kindOf(model, KIND, 1).hostPpm, 500_000, "kind");
    }
}
