import { alamofire } from './alamofire.ts';
import { androidNetworkSecurityConfig } from './android-network-security-config.ts';
import { clientPolicy } from './client-policy.ts';
import { curlConfig } from './curl-config.ts';
import type { Emitter } from './emitter.ts';
import { expoAppJson } from './expo-app-json.ts';
import { iosInfoPlist } from './ios-info-plist.ts';
import { nodeModule } from './node-module.ts';
import { okhttp } from './okhttp.ts';
import { trustkit } from './trustkit.ts';
import { urlsessionDelegate } from './urlsession-delegate.ts';

/** Every platform a set can be emitted for. To add one: a file here, a line here, a golden file. */
export const emitters: readonly Emitter[] = [
  iosInfoPlist,
  expoAppJson,
  androidNetworkSecurityConfig,
  trustkit,
  alamofire,
  okhttp,
  urlsessionDelegate,
  curlConfig,
  nodeModule,
  clientPolicy,
];
