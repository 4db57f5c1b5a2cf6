import { expect, it } from 'vitest';
import { fileRole, isTestPath } from './file-role.ts';

it.each([
  'App/AppTests/Login.swift',
  'Test/MockRouter.swift',
  'App/UITestsFoundation/Screen.swift',
  'SdkMocks/Sources/Generated.swift',
  'App/MockSession.swift',
  'screens/SelfTest.tsx',
  'app/tools/translate.swift',
  'Tools/Sources/Release.swift',
  'src/login.spec.ts',
])('takes %s for what ships to nobody', (path) => {
  expect(isTestPath(path)).toBe(true);
});

it.each([
  'App/Classes/Tools/Maps.swift',
  'App/Login.swift',
  'App/SpeedTest/View.swift',
  'src/Mockery.ts',
  'src/contest.ts',
  'src/tools/http.ts',
  'src/screens/tools/index.js',
])('takes %s for the app', (path) => {
  expect(isTestPath(path)).toBe(false);
});

it('leaves translations alone, which speak of passwords and hold none', () => {
  expect(fileRole('src/i18n/locales/de.json')).toBeUndefined();
  expect(fileRole('src/config.json')).toBe('config');
});
