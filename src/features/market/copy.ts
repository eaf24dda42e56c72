export const copy = {
  title: "Market",
  lead: "Models whose fingerprints were committed on this chain. Everything here is read from the contracts' events on your device; what owners wrote is shown as they wrote it.",
  none: {
    title: "No model is registered here",
    text: "A model appears once its owner has committed its fingerprints on this chain.",
  },
  noMatch: {
    title: "No model matches",
    text: "Loosen a filter or search for something else.",
  },
  timeline:
    "The commitment came first, then a block that nobody could foresee chose the answers, then the weights were released.",
  lineage:
    "What this model was made from and what was made from it. Shares pass up with every payment.",
  offers: "What you can buy, and who gets what of the price.",
  income: "Cumulative, in whole tokens. Exact sums are in the table.",
  check:
    "Drop the folder you downloaded. It is hashed on this device and compared with the hash that the owner released.",
  hashText: "SHA-256 of the text that people read; compare it with the text you were given.",
} as const;
