/** The address as a link, if it is one that may be followed: https or ipfs, without a user's name. */
export function linkOf(uri: string): string | null {
  if (!URL.canParse(uri)) return null;
  const { protocol, username, password, href } = new URL(uri);
  const mayBeFollowed = protocol === "https:" || protocol === "ipfs:";
  return mayBeFollowed && username === "" && password === "" ? href : null;
}
