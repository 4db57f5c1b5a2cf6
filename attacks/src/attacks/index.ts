import type { Attack } from '../attack.ts';
import { flood } from './flood.ts';
import { algorithmNone, changedPayload, foreignKey, idTokenAsAccessToken, keyConfusion } from './forged-tokens.ts';
import { interceptingProxy } from './intercepting-proxy.ts';
import { parallelRefresh } from './parallel-refresh.ts';
import { passwordGuessing } from './password-guessing.ts';
import { plainHttp } from './plain-http.ts';
import { replayedRequest } from './replayed-request.ts';
import { spoofedIdentityHeader } from './spoofed-identity-header.ts';
import { stolenAccessToken } from './stolen-access-token.ts';
import { stolenRefreshToken } from './stolen-refresh-token.ts';
import { tlsDowngrade } from './tls-downgrade.ts';
import { unlistedRoute } from './unlisted-route.ts';

/** Every attack, in the order a stranger would try them: the wire, the tokens, the requests, the doors, brute force. */
export const attacks: readonly Attack[] = [
  interceptingProxy,
  tlsDowngrade,
  plainHttp,
  stolenAccessToken,
  stolenRefreshToken,
  parallelRefresh,
  replayedRequest,
  algorithmNone,
  keyConfusion,
  foreignKey,
  changedPayload,
  idTokenAsAccessToken,
  unlistedRoute,
  spoofedIdentityHeader,
  passwordGuessing,
  flood,
];
