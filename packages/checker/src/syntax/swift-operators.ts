/** How tightly Swift's operators bind; those of a project bind like `==` and `+` in between. */
export const PRECEDENCE: Record<string, number> = {
  '||': 2,
  '&&': 3,
  '??': 6,
  '==': 4,
  '!=': 4,
  '===': 4,
  '!==': 4,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '~=': 4,
  '...': 7,
  '..<': 7,
  '+': 8,
  '-': 8,
  '|': 8,
  '^': 8,
  '&+': 8,
  '&-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
  '&': 9,
  '&*': 9,
  '<<': 10,
  '>>': 10,
};

/** One operator, however many characters it has. Sticky. */
export const OPERATOR = /[-+*/=<>!&|^~%?.]+/y;

const OPERATOR_STARTS = new Uint8Array(128);
for (const character of '-+*/=<>!&|^~%?.') OPERATOR_STARTS[character.charCodeAt(0)] = 1;

/** Whether a character begins an operator. At the end of a file `code` is no number. */
export const startsOperator = (code: number): boolean => code < 128 && OPERATOR_STARTS[code] === 1;

export const ASSIGNMENT = /^(?:[-+*/%&|^]|<<|>>|&[-+*])?=$/;
