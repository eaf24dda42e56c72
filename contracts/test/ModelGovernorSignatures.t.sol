// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {ModelGovernor} from "../src/ModelGovernor.sol";
import {DaoSteps} from "./support/DaoSteps.sol";

/// @notice Votes by signature: each clone has an EIP-712 domain of its own.
contract ModelGovernorSignaturesTest is DaoSteps {
    bytes32 private constant DOMAIN_TYPE = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant BALLOT_TYPE =
        keccak256("Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)");
    bytes32 private constant EXTENDED_BALLOT_TYPE = keccak256(
        "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)"
    );

    Proposal private _proposal;

    function setUp() public {
        deployDao();
        _proposal = propose(
            address(registry), abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new"))
        );
        openVote();
    }

    function test_ABallotIsCastByAnyone() public {
        bytes memory signature = _ballot(address(governor), FOR, 0);
        vm.prank(account("relayer"));
        governor.castVoteBySig(_proposal.id, FOR, alice, signature);
        (, uint256 inFavour,) = governor.proposalVotes(_proposal.id);
        eq(inFavour, ALICE_SHARES, "votes");
        eq(governor.nonces(alice), 1, "nonce");
    }

    function test_AnExtendedBallotIsCastByAnyone() public {
        bytes32 ballot = keccak256(
            abi.encode(
                EXTENDED_BALLOT_TYPE,
                _proposal.id,
                AGAINST,
                alice,
                uint256(0),
                keccak256("too soon"),
                keccak256("")
            )
        );
        bytes memory signature = signed(aliceKey, _digest(address(governor), ballot));
        governor.castVoteWithReasonAndParamsBySig(
            _proposal.id, AGAINST, alice, "too soon", "", signature
        );
        (uint256 against,,) = governor.proposalVotes(_proposal.id);
        eq(against, ALICE_SHARES, "votes");
    }

    function test_ABallotCountsOnce() public {
        bytes memory signature = _ballot(address(governor), FOR, 0);
        governor.castVoteBySig(_proposal.id, FOR, alice, signature);
        _refuses(governor, FOR, alice, signature);
        // With the next nonce the signature holds, and the vote was cast.
        signature = _ballot(address(governor), FOR, 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, alice));
        governor.castVoteBySig(_proposal.id, FOR, alice, signature);
    }

    function test_ABallotIsForItsOwnVoteAndVoter() public {
        bytes memory signature = _ballot(address(governor), FOR, 0);
        _refuses(governor, AGAINST, alice, signature);
        _refuses(governor, FOR, bob, signature);
        _refuses(governor, FOR, alice, "");
        _refuses(governor, FOR, alice, _ballot(address(governor), FOR, 1));
    }

    function test_ABallotIsForItsOwnClone() public {
        uint64 other = modelOfThree();
        vm.prank(alice);
        (address second,) = dao.activate(other, alice, bob);
        _refuses(ModelGovernor(payable(second)), FOR, alice, _ballot(address(governor), FOR, 0));
        _refuses(governor, FOR, alice, _ballot(second, FOR, 0));
        _refuses(governor, FOR, alice, _ballot(governorImplementation, FOR, 0));
    }

    function test_ABallotIsForItsOwnChain() public {
        bytes memory signature = _ballot(address(governor), FOR, 0);
        vm.chainId(block.chainid + 1);
        _refuses(governor, FOR, alice, signature);
    }

    function test_TheDomainCanBeRead() public view {
        (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifier,
            bytes32 salt,
            uint256[] memory extensions
        ) = governor.eip712Domain();
        eq(bytes32(fields), bytes32(bytes1(0x0f)), "fields");
        eq(keccak256(bytes(name)), keccak256("Signet model governor"), "name");
        eq(keccak256(bytes(version)), keccak256("1"), "version");
        eq(chainId, block.chainid, "chain");
        eq(verifier, address(governor), "verifier");
        eq(salt, bytes32(0), "salt");
        eq(extensions.length, 0, "extensions");
        eq(keccak256(bytes(governor.name())), keccak256("Signet model governor"), "governor's");
    }

    function _ballot(address verifier, uint8 support, uint256 nonce)
        private
        view
        returns (bytes memory)
    {
        bytes32 ballot = keccak256(abi.encode(BALLOT_TYPE, _proposal.id, support, alice, nonce));
        return signed(aliceKey, _digest(verifier, ballot));
    }

    function _digest(address verifier, bytes32 ballot) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPE,
                keccak256("Signet model governor"),
                keccak256("1"),
                block.chainid,
                verifier
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, ballot));
    }

    function _refuses(ModelGovernor where, uint8 support, address voter, bytes memory signature)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidSignature.selector, voter));
        where.castVoteBySig(_proposal.id, support, voter, signature);
    }
}
