export const copy = {
  title: "Challenges",
  lead: "Owners hand chosen pairs of a bank to a prover, encrypted for that prover alone. Provers ask a host with them. A pair that was shown is spent: whoever saw it can answer or filter it.",
  identity:
    "Packages are encrypted for your recipient. Its secret part is made on this device, kept encrypted under a key that no script can read out, and never shown.",
  recipient: "Send this line to the owner. It is public.",
  exporting:
    "An age file under a passphrase of yours. Whoever has both can read every package made for you.",
  forget:
    "Packages that were made for this recipient can then never be opened again, unless you exported the identity.",
  package:
    "The file that an owner sent you. It is decrypted here and every pair is proven against the committed root.",
  bank: "The bank is decrypted in memory only. Its keys and answers are not shown.",
  pairs:
    "Loud pairs are answered out loud and work through any API; quiet pairs need probabilities.",
  burn: "These pairs will be noted as shown in the bank's burn log, and the bank is saved first. Nobody can take that back: a pair that a prover knows proves nothing against them.",
  save: "The bank with its new burn log has to lie on your disc before there is a package. Save it in place of the old file, then choose the saved file here. Until then nobody has seen the pairs, and you can give it up.",
  saved:
    "The bank is saved with its burn log. If its package was not made, make it here, or choose the saved file.",
  ready:
    "Send this file to the prover over any channel; nobody else can open it. It is the only copy here, but it can be packed again from the saved bank.",
  older:
    "Challenges were made of this bank in this browser that its burn log does not have. Their pairs count as burnt, and the next bank that is saved here has them again.",
  earlier: "The same pairs for the same prover, as the burn log has them. Nothing more is spent.",
} as const;
