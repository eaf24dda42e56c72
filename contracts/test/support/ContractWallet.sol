// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A wallet that is a contract
/// @notice Does what its owner's key says, and may change its owner. For tests of the gateway, which
/// asks it about signatures over JSON-RPC.
contract ContractWallet is IERC1271, IERC721Receiver {
    /// @notice Whose signatures are this wallet's.
    address public owner;
    /// @notice Whether it answers with four bytes instead of a word, as no wallet should.
    bool public short;

    error NotOwner(address caller);

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable {}

    function setOwner(address to) external onlyOwner {
        owner = to;
    }

    function setShort(bool to) external onlyOwner {
        short = to;
    }

    function execute(address to, uint256 value, bytes calldata data) external payable onlyOwner {
        (bool ok, bytes memory result) = to.call{value: value}(data);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(result, 0x20), mload(result))
        }
    }

    function onERC721Received(address, address, uint256, bytes calldata)
        external
        pure
        returns (bytes4)
    {
        return this.onERC721Received.selector;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature)
        external
        view
        returns (bytes4)
    {
        if (short) {
            assembly ("memory-safe") {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 4)
            }
        }
        (address signer,,) = ECDSA.tryRecoverCalldata(hash, signature);
        return signer == owner ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}
