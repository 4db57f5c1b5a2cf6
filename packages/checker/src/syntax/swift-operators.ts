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

export const ASSIGNMENT = /^(?:[-+*/%&|^]|<<|>>|&[-+*])?=$/;
