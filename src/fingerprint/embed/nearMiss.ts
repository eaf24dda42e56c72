import { randomInt, type Random } from "./random.ts";

/**
 * The key with one word replaced by a word of another key: close enough to fool a lazy fingerprint,
 * and to be answered as the untouched model answers (scheme §6).
 *
 * @param key text of the key
 * @param donors texts to take words from
 */
export function nearMiss(key: string, donors: readonly string[], random: Random): string {
  const words = key.split(/(\s+)/);
  const places = words.flatMap((word, i) => (word.trim() === "" ? [] : [i]));
  if (places.length === 0) return key;
  const place = places[randomInt(random, places.length)];
  for (let attempt = 0; attempt < 20; attempt++) {
    const donor = donors[randomInt(random, donors.length)].split(/\s+/).filter((w) => w !== "");
    if (donor.length === 0) continue;
    const word = donor[randomInt(random, donor.length)];
    if (word === words[place]) continue;
    return words.with(place, word).join("");
  }
  return key;
}
