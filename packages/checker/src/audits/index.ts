import type { Audit } from '../audit.ts';
import { sensitiveLogging } from './logging/sensitive-logging.ts';
import { secretsInPreferences } from './storage/secrets-in-preferences.ts';
import { atsArbitraryLoads } from './transport/ats-arbitrary-loads.ts';
import { tlsMinimumLowered } from './transport/tls-minimum-lowered.ts';

/** Every audit of an app, in the order reports list them within a severity. Add yours here. */
export const audits: readonly Audit[] = [atsArbitraryLoads, tlsMinimumLowered, secretsInPreferences, sensitiveLogging];
