// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../../src/interfaces/IArbitrable.sol";
import {IArbitrator} from "../../src/interfaces/IArbitrator.sol";

/// @notice Takes any fee it was told to and rules what it is told to. Disputes count from 0, as Kleros'.
contract TestArbitrator is IArbitrator {
    uint256 public lastChoices;
    bytes public lastExtraData;
    uint256 private _disputes;
    uint256 private _cost;
    IArbitrable private _atOnce;

    function setCost(uint256 cost) external {
        _cost = cost;
    }

    /// @notice Rules before it has told the dispute's number.
    function ruleAtOnce(IArbitrable arbitrable) external {
        _atOnce = arbitrable;
    }

    function createDispute(uint256 choices, bytes calldata extraData)
        external
        payable
        returns (uint256 dispute)
    {
        lastChoices = choices;
        lastExtraData = extraData;
        dispute = _disputes++;
        if (address(_atOnce) != address(0)) _atOnce.rule(dispute, 1);
    }

    function rule(IArbitrable arbitrable, uint256 dispute, uint256 ruling) external {
        arbitrable.rule(dispute, ruling);
    }

    function arbitrationCost(bytes calldata) external view returns (uint256) {
        return _cost;
    }
}
