/** On this machine, in this network, or (RFC 6761, RFC 7686) never answered by anybody else. An onion address is its own encryption. */
export const LOCAL_ADDRESS =
  /^\w+:\/\/(?:[^/@]*@)?(?:localhost|127\.|0\.0\.0\.0|\[::1?\]|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|[\w.-]+\.(?:local|localhost|test|invalid|onion)\b|169\.254\.|host\.docker\.internal)/i;

/** In the network the device is in, which may be a café's; but for the emulator's names of the machine it runs on. */
export const PRIVATE_ADDRESS = /^\w+:\/\/(?:[^/@]*@)?(?:10\.(?!0\.[23]\.2\b)|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/i;

/** Schemes whose content is readable on the way. */
const PLAIN_SCHEME = /^(?:http|ws|ftp|tcp|mqtt|telnet|ldap|smtp|imap|pop3|rtmp|rtsp):\/\//i;

/** Whether what is sent to an address that begins so is readable on the way. */
export const isPlainAddress = (start: string | undefined): boolean =>
  start !== undefined && PLAIN_SCHEME.test(start) && !LOCAL_ADDRESS.test(start);
