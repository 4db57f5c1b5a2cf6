/** Words of code that looks at an address before it is opened or loaded. */
export const CHECKED =
  /startsWith\(|(?:contains|hasSuffix)\(|hasPrefix|\.(?:protocol|hostname|host|origin|scheme)\b|includes\(|\.test\(|match\(|\.has\(|[aA]llow(?:ed|list|List)|[wW]hite[lL]ist|is(?:Safe|Valid|Trusted|Allowed|Own|Internal|Http)\w*\(|[vV]alidate\w*\(/;
