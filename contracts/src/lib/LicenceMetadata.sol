// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Licence metadata
/// @notice Writes the JSON that wallets show for a licence, without asking any other contract.
library LicenceMetadata {
    using Strings for uint256;

    bytes16 private constant _HEX = "0123456789abcdef";

    /// @notice The metadata of a licence as a data URI in base64.
    /// @param label the kind's label, left-aligned, any bytes
    /// @param expires Unix seconds; 2^64 - 1 for ever
    function uri(uint256 licence, uint64 model, bytes32 label, uint32 version, uint64 expires)
        internal
        pure
        returns (string memory)
    {
        string memory kind = escape(label);
        string memory attributes = string.concat(
            '[{"trait_type":"Model","value":"',
            uint256(model).toString(),
            '"},{"trait_type":"Kind","value":"',
            kind,
            '"},{"trait_type":"Version","value":"',
            uint256(version).toString(),
            '"},{"trait_type":"Expires",',
            _expiry(expires),
            "}]"
        );
        string memory json = string.concat(
            '{"name":"Licence ',
            licence.toString(),
            '","description":"Licence for model ',
            uint256(model).toString(),
            ", kind ",
            kind,
            '.","attributes":',
            attributes,
            "}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(bytes(json)));
    }

    /// @notice A label up to its first zero byte as the inside of a JSON string. Whatever is not a plain
    /// printable ASCII character, and what HTML or JSON give a meaning to, becomes \u00xx.
    function escape(bytes32 label) internal pure returns (string memory) {
        bytes memory text = new bytes(32 * 6);
        uint256 length;
        for (uint256 i; i < 32; ++i) {
            bytes1 c = label[i];
            if (c == 0) break;
            if (_isPlain(c)) {
                text[length++] = c;
                continue;
            }
            text[length++] = "\\";
            text[length++] = "u";
            text[length++] = "0";
            text[length++] = "0";
            text[length++] = _HEX[uint8(c) >> 4];
            text[length++] = _HEX[uint8(c) & 15];
        }
        assembly ("memory-safe") {
            mstore(text, length)
        }
        return string(text);
    }

    function _isPlain(bytes1 c) private pure returns (bool) {
        if (c < 0x20 || c > 0x7e) return false;
        return c != '"' && c != "\\" && c != "<" && c != ">" && c != "&" && c != "'";
    }

    function _expiry(uint64 expires) private pure returns (string memory) {
        if (expires == type(uint64).max) return '"value":"never"';
        return string.concat('"display_type":"date","value":', uint256(expires).toString());
    }
}
