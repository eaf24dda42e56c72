// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {DaoSteps} from "./support/DaoSteps.sol";

/// @notice What a model's DAO costs its holders when it has decided something before.
contract GasDaoTest is DaoSteps {
    function setUp() public {
        deployDao();
        enact(address(licences), _priceOf(2 ether));
    }

    function test_AProposal() public {
        Proposal memory made = propose(address(licences), _priceOf(3 ether));
        vm.snapshotGasLastCall("dao", "propose");
        openVote();
        vote(alice, made, FOR);
        vote(bob, made, FOR);
        vm.snapshotGasLastCall("dao", "vote");
        closeVote(made);
        queue(made);
        vm.snapshotGasLastCall("dao", "queue");
        pass(2 days);
        execute(made);
        vm.snapshotGasLastCall("dao", "execute");
    }

    function test_Activate() public {
        model = modelOfThree();
        activate();
        vm.snapshotGasLastCall("dao", "activate");
    }

    function _priceOf(uint128 price) private view returns (bytes memory) {
        return abi.encodeCall(ILicenceToken.setPrice, (model, KIND, NATIVE, price, true));
    }
}
