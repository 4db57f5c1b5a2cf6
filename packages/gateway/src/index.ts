export { createGateway, type Gateway, type GatewayOptions } from './create-gateway.ts';
export { httpsFetchText } from './https-fetch-text.ts';
export { createJwksSource, type FetchText, type JwksSourceOptions } from './jwks-source.ts';
export { type KeySource, KeysUnavailableError } from './key-source.ts';
export { verifyEs256 } from './verify-es256.ts';
