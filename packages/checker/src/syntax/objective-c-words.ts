/** Deeper nesting than this is no program a person wrote. */
export const MAX_DEPTH = 200;

/** How tightly C's operators bind. */
export const PRECEDENCE: Record<string, number> = {
  '||': 2,
  '&&': 3,
  '|': 4,
  '^': 5,
  '&': 6,
  '==': 7,
  '!=': 7,
  '<': 8,
  '>': 8,
  '<=': 8,
  '>=': 8,
  '<<': 9,
  '>>': 9,
  '+': 10,
  '-': 10,
  '*': 11,
  '/': 11,
  '%': 11,
};

export const BINARY = /\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%<>|^&]/y;

export const ASSIGN = /(?:<<|>>|[-+*/%|^&])?=(?!=)/y;

export const QUALIFIERS =
  /^(?:static|const|extern|inline|__block|__weak|__strong|__unused|__unsafe_unretained|__autoreleasing|volatile|register|auto|unsigned|signed|struct|enum|union|nullable|nonnull|_Nullable|_Nonnull|__kindof|FOUNDATION_EXPORT|NS_INLINE|UIKIT_EXTERN|OBJC_EXPORT|typename|constexpr|virtual|public|private)$/;

export const NOT_TYPES =
  /^(?:return|else|case|goto|new|delete|throw|sizeof|in|and|or|not|if|while|for|do|switch|self|super|nil|NULL|YES|NO)$/;

/** `Type *name`, `Type<A> *name`, `const char *name`, `Type name`: what may begin a declaration. */
export const DECLARATION =
  /((?:(?:static|const|extern|inline|__block|__weak|__strong|__unused|volatile|unsigned|signed|struct|enum|nullable|nonnull|_Nullable|_Nonnull|__kindof|auto)\s+)*[A-Za-z_]\w*(?:::\w+)*(?:\s*<[^;={}()]{0,120}>)?(?:\s+(?:const|long|int|char|short|double))*)((?:\s*\*\s*(?:const|_Nullable|_Nonnull|__strong|__weak|__autoreleasing|__unused)?)+\s*|\s+)([A-Za-z_]\w*)\s*(?=[=;,[:]|\bin\b)/y;
