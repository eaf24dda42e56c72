/** A token that is found in text before anything else happens to it. */
export interface AddedToken {
  id: number;
  content: string;
  special: boolean;
  singleWord: boolean;
  lstrip: boolean;
  rstrip: boolean;
  /** Sought in normalised text instead of raw text. */
  normalized: boolean;
}

/** A stretch of text, or an added token found in it. */
export type Piece = { id: number } | { text: string; start: number };

interface Node {
  next: Map<string, Node>;
  token: AddedToken | null;
}

// Rust's \s and \w: White_Space and Unicode words. JavaScript's \s lacks U+0085 and has U+FEFF.
const SPACES_AT_START = /^\p{White_Space}*/u;
const SPACES_AT_END = /\p{White_Space}*$/u;
const WORD = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]`;
const WORD_AT_START = new RegExp(`^${WORD}`, "u");
const WORD_AT_END = new RegExp(`${WORD}$`, "u");

/**
 * Finds added tokens as the `tokenizers` crate does: leftmost, longest, with the word and space
 * rules of each token. The JavaScript library ignores single_word and strips spaces by another
 * definition, so this is done here.
 */
export class AddedTokenFinder {
  readonly #root: Node = { next: new Map(), token: null };

  /** @param tokens with the text under which each is sought. */
  constructor(tokens: readonly { text: string; token: AddedToken }[]) {
    for (const { text, token } of tokens) {
      if (text === "") continue;
      let node = this.#root;
      for (const unit of text.split("")) {
        let next = node.next.get(unit);
        if (!next) node.next.set(unit, (next = { next: new Map(), token: null }));
        node = next;
      }
      node.token ??= token;
    }
  }

  /** Tokens and the text between them, in order; no empty text. */
  split(text: string): Piece[] {
    const pieces: Piece[] = [];
    let done = 0;
    let at = 0;
    while (at < text.length) {
      const match = this.#longest(text, at);
      if (!match) {
        at++;
        continue;
      }
      const { token, end } = match;
      at = end;
      if (token.singleWord && !standsAlone(text, end - match.length, end)) continue;
      let start = end - match.length;
      let stop = end;
      if (token.lstrip) {
        const spaces = SPACES_AT_END.exec(text.slice(0, start))?.[0].length ?? 0;
        start = Math.max(start - spaces, done);
      }
      if (token.rstrip) stop += SPACES_AT_START.exec(text.slice(end))?.[0].length ?? 0;
      if (done < start) pieces.push({ text: text.slice(done, start), start: done });
      pieces.push({ id: token.id });
      done = stop;
      at = Math.max(at, stop);
    }
    if (done < text.length) pieces.push({ text: text.slice(done), start: done });
    return pieces;
  }

  #longest(text: string, at: number): { token: AddedToken; end: number; length: number } | null {
    let node: Node | undefined = this.#root;
    let found: { token: AddedToken; end: number; length: number } | null = null;
    for (let i = at; i < text.length && (node = node.next.get(text[i])); i++) {
      if (node.token) found = { token: node.token, end: i + 1, length: i + 1 - at };
    }
    return found;
  }
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !WORD_AT_END.test(text.slice(0, start)) && !WORD_AT_START.test(text.slice(end));
}
