// @ts-check

/**
 * @typedef {{ nodeType: string, src: string, [key: string]: any }} Node a node of solc's syntax tree
 * @typedef {object} Change
 * @property {number} start in bytes
 * @property {number} end in bytes
 * @property {string} text what stands there instead
 * @property {string} where function, modifier or "constants"
 * @property {string} what the change in words: code → code
 */

/** @type {Record<string, string>} */
const SWAPS = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "==": "!=",
  "!=": "==",
  "&&": "||",
  "||": "&&",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
};

/** Statements whose loss a test should notice. */
const DELETABLE = new Set(["ExpressionStatement", "EmitStatement", "Continue", "Break"]);

/**
 * All single changes to the contracts of a file.
 *
 * @param {Uint8Array} source
 * @param {Node} ast of that file
 * @returns {Change[]} in the order of the file
 */
export function changesOf(source, ast) {
  const reader = new Reader(source);
  /** @type {Change[]} */
  const changes = [];
  for (const contract of ast.nodes.filter(
    (/** @type {Node} */ node) => node.nodeType === "ContractDefinition",
  )) {
    for (const member of contract.nodes) visitMember(member, reader, changes);
  }
  return changes.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** @param {Node} member @param {Reader} reader @param {Change[]} changes */
function visitMember(member, reader, changes) {
  if (member.nodeType === "VariableDeclaration" && member.value) {
    visit(member.value, { reader, where: "constants", changes });
    return;
  }
  if (member.nodeType !== "FunctionDefinition" && member.nodeType !== "ModifierDefinition") return;
  const where = member.name || member.kind;
  for (const modifier of member.modifiers ?? []) {
    if (modifier.kind !== "modifierInvocation") continue;
    const { start, end } = reader.range(modifier);
    changes.push({ start, end, text: "", where, what: `${reader.text(modifier)} → none` });
  }
  if (member.body) visit(member.body, { reader, where, changes });
}

/** @typedef {{ reader: Reader, where: string, changes: Change[] }} Context */

/** @param {any} value node, list of nodes, or something else @param {Context} context */
function visit(value, context) {
  if (Array.isArray(value)) {
    for (const each of value) visit(each, context);
    return;
  }
  if (value === null || typeof value !== "object") return;
  if (typeof value.nodeType === "string") {
    // Types hold numbers that are no values, and assembly has a syntax of its own.
    if (/TypeName$|^InlineAssembly$/.test(value.nodeType)) return;
    change(value, context);
  }
  for (const [key, child] of Object.entries(value)) {
    if (key !== "typeName" && key !== "typeDescriptions") visit(child, context);
  }
}

/** @param {Node} node @param {Context} context */
function change(node, { reader, where, changes }) {
  const whole = reader.range(node);
  const code = reader.text(node);
  const add = (
    /** @type {number} */ start,
    /** @type {number} */ end,
    /** @type {string} */ text,
  ) => {
    const before = reader.slice(whole.start, start);
    const after = reader.slice(end, whole.end);
    const what = `${around(before, reader.slice(start, end), after)} → ${around(before, text, after)}`;
    changes.push({ start, end, text, where, what });
  };
  switch (node.nodeType) {
    case "BinaryOperation": {
      const between = reader.between(node.leftExpression, node.rightExpression, node.operator);
      const swap = SWAPS[node.operator];
      if (swap !== undefined && between !== null) add(between.start, between.end, swap);
      return;
    }
    case "Assignment": {
      const swap = SWAPS[node.operator.slice(0, -1)];
      if (node.operator === "=" || swap === undefined) return;
      const between = reader.between(node.leftHandSide, node.rightHandSide, node.operator);
      if (between !== null) add(between.start, between.end, `${swap}=`);
      return;
    }
    case "UnaryOperation":
      changeUnary(node, whole, add);
      return;
    case "Literal":
      if (node.kind === "bool")
        add(whole.start, whole.end, node.value === "true" ? "false" : "true");
      else if (node.kind === "number") add(whole.start, whole.end, `(${code} + 1)`);
      return;
    case "IfStatement":
      if (isGuard(node)) add(whole.start, reader.statementEnd(whole.end), "{}");
      return;
    default:
      if (DELETABLE.has(node.nodeType)) add(whole.start, reader.statementEnd(whole.end), "{}");
  }
}

/**
 * @param {Node} node
 * @param {{ start: number, end: number }} whole
 * @param {(start: number, end: number, text: string) => void} add
 */
function changeUnary(node, { start, end }, add) {
  const { operator, prefix } = node;
  if (operator === "++" || operator === "--") {
    const text = operator === "++" ? "--" : "++";
    if (prefix) add(start, start + 2, text);
    else add(end - 2, end, text);
  } else if (operator === "!" || operator === "-") {
    add(start, start + 1, "");
  }
}

/** An if whose only consequence is a revert. @param {Node} node */
function isGuard({ trueBody, falseBody }) {
  if (falseBody) return false;
  const statements = trueBody.nodeType === "Block" ? trueBody.statements : [trueBody];
  return statements.length === 1 && statements[0].nodeType === "RevertStatement";
}

/**
 * A change with what stands next to it, on one line.
 *
 * @param {string} before
 * @param {string} text
 * @param {string} after
 */
function around(before, text, after) {
  const left = onOneLine(before);
  const right = onOneLine(after);
  const middle = onOneLine(text);
  const cut = middle.length <= 90 ? middle : `${middle.slice(0, 50)} … ${middle.slice(-37)}`;
  const from = left.length <= 45 ? left : `… ${left.slice(-43)}`;
  const to = right.length <= 45 ? right : `${right.slice(0, 43)} …`;
  return `${from}${cut}${to}`.trim() || "none";
}

/** @param {string} code */
function onOneLine(code) {
  return code.replaceAll(/\/\/[^\n]*(\n|$)/g, " ").replaceAll(/\s+/g, " ");
}

/** Offsets of the syntax tree count bytes. */
class Reader {
  /** @param {Uint8Array} source */
  constructor(source) {
    this.bytes = Buffer.from(source);
  }

  /** @param {Node} node */
  range({ src }) {
    const [start, length] = src.split(":").map(Number);
    return { start, end: start + length };
  }

  /** @param {number} start @param {number} end */
  slice(start, end) {
    return this.bytes.toString("utf8", start, end);
  }

  /** @param {Node} node */
  text(node) {
    const { start, end } = this.range(node);
    return this.slice(start, end);
  }

  /**
   * Where an operator stands. Comments and brackets may stand around it.
   *
   * @param {Node} left
   * @param {Node} right
   * @param {string} operator
   */
  between(left, right, operator) {
    const from = this.range(left).end;
    const gap = this.slice(from, this.range(right).start);
    const at = gap.replaceAll(/\/\/[^\n]*/g, (text) => " ".repeat(text.length)).indexOf(operator);
    if (at < 0) return null;
    const start = from + Buffer.byteLength(gap.slice(0, at));
    return { start, end: start + operator.length };
  }

  /** A statement's range ends before its semicolon. @param {number} end */
  statementEnd(end) {
    return this.slice(end, end + 1) === ";" ? end + 1 : end;
  }
}
