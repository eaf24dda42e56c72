export const copy = {
  title: "Permissions",
  lead: "Pay a host per call without a wallet window for each: a deposit on the chain, one signature that sets the limits, and a key in this browser that signs a voucher for every call.",
  noWallet: "Connect the wallet that holds a licence to see its channels and to open one.",
  none: "No channel was opened by this account yet.",
  noLicence: "This account holds no licence in force. Buy one in the market first.",
  choose:
    "Hosts are those that this studio's server lists; started with --api NAME=URL it lists one more. A host's address can be typed too.",
  deposit:
    "It is yours until vouchers are settled, and what is left comes back when the channel closes.",
  delay: "How long the host has to settle its vouchers once you ask for the close.",
  sign: "One signature, no transaction. The host puts it on the chain with your first call and pays for that.",
  key: "The session key can spend up to the limit below, at this host alone, until the permission ends.",
  policy:
    "The permission names these conditions, so that the host cannot raise its prices under it.",
  string:
    "Worth nothing without the session key. The two together can spend what the limits allow, so treat it like a password.",
  elsewhere: "Shown once: this browser keeps no copy of a string for a key that it does not hold.",
  use: "Each call is paid by a voucher that this browser signs. The text goes to the host alone, without those before it.",
  lost: "This browser does not hold the key of the permission that is active. Use it where it was made, or sign a new one here: it takes effect with the first call.",
  old: "Their permissions are void, replaced or of a channel that is closed.",
  revoke:
    "Every permission to this host becomes void and the close is asked for. What was signed before can still be settled until the delay has passed.",
  close:
    "The host can settle until the delay has passed. Then the rest can be taken out. It serves nothing more from now on.",
  closeNow:
    "The host signs for exactly what was used and serves nothing more. The rest comes back at once.",
  finalise: "Credits what is left of the deposit to you; take it out on the Licences screen.",
} as const;
