import type { Command } from '../command.ts';
import { checkApi } from './check-api.ts';
import { checkApp } from './check-app.ts';
import { checkProxy } from './check-proxy.ts';
import { checkRelease } from './check-release.ts';
import { configCheck } from './config-check.ts';
import { configPrint } from './config-print.ts';
import { configSchema } from './config-schema.ts';
import { demo } from './demo.ts';
import { init } from './init.ts';
import { pins } from './pins.ts';
import { serve } from './serve.ts';
import { usersAdd } from './users-add.ts';
import { usersList } from './users-list.ts';
import { usersLock } from './users-lock.ts';
import { usersUnlock } from './users-unlock.ts';

/** Every command, in the order `--help` lists them. */
export const commands: readonly Command[] = [
  init,
  serve,
  demo,
  checkApp,
  checkApi,
  checkProxy,
  checkRelease,
  configCheck,
  configPrint,
  configSchema,
  usersAdd,
  usersList,
  usersLock,
  usersUnlock,
  ...pins,
];
