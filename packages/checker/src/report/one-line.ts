/** A file may be called anything; what would break the line or steer the terminal is shown as a blank. */
export const oneLine = (path: string): string => path.replaceAll(/\p{Cc}/gu, ' ');
