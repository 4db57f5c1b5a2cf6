import { basename, extname } from 'node:path/posix';

/** Folders that hold other people's code or build output: their weaknesses are not fixed here. */
const FOREIGN_FOLDERS = new Set([
  '.git',
  '.svn',
  '.hg',
  'Pods',
  'Carthage',
  'node_modules',
  'build',
  'Build',
  'DerivedData',
  '.build',
  'dist',
  '.gradle',
  '.expo',
  '.idea',
  '.vscode',
  '__MACOSX',
  'vendor',
  'Vendor',
  'ThirdParty',
  'third_party',
  'thirdparty',
  'SourcePackages',
  '.bundle',
  'coverage',
  '.next',
  '.yarn',
  'xcuserdata',
  'Checkouts',
]);

export const isForeignFolder = (name: string): boolean =>
  FOREIGN_FOLDERS.has(name) ||
  name.endsWith('.xcassets') ||
  name.endsWith('.framework') ||
  name.endsWith('.xcframework') ||
  name.endsWith('.lproj');

const TEST_FOLDER =
  /(?:^|\/)(?:(?:Tests?|[\w-]*(?:Tests|UITests\w*|Specs|Mocks?|TestUtils|TestHelpers))|__tests__|__mocks__|__fixtures__|tests?|e2e|detox|cypress|(?<!(?:^|\/)(?:src|screens?|pages|views|features|scenes)\/)(?:scripts|tools)|test[-_]?utils|Fixtures|[\w-]*Screenshots|PreviewContent|Preview Content)\/|^Tools\//;
const TEST_FILE =
  /(?:^|\/)(?:Mock|Fake|Stub)[A-Z]\w*\.(?:swift|mm?|h|[jt]sx?)$|(?:Tests?|Spec|Mocks?|Stubs?|Previews?)\.(?:swift|mm?|h|[jt]sx?)$|\.(?:test|spec|stories|mock)\.[jt]sx?$|(?:^|\/)(?:test|tests|test[-_]\w+|\w*fixtures?\w*|setupTests|jest[\w.]*|webpack[\w.]*|metro[\w.]*|babel[\w.]*)\.[cm]?[jt]sx?$/;

/** Whether a path holds tests, mocks, previews or the team's own tools: they ship to nobody. `src/tools` and a screen of tools do ship. */
export const isTestPath = (path: string): boolean => TEST_FOLDER.test(path) || TEST_FILE.test(path);

/** Folders of translations: `locales/de.json` says “password” in every language, and holds none. */
const TRANSLATIONS = /(?:^|\/)(?:i18n|l10n|locales?|translations?|languages?|lang)\//i;

export type FileRole =
  | 'swift'
  | 'objc'
  | 'script'
  | 'plist'
  | 'xcconfig'
  | 'pbxproj'
  | 'env'
  | 'app-config'
  | 'android-manifest'
  | 'xml'
  | 'config'
  | 'bundle'
  | 'jvm'
  | 'package'
  | 'page'
  | 'key-file'
  | 'executable';

/** What a file is, by its name; undefined for what nobody audits. */
export function fileRole(path: string): FileRole | undefined {
  const name = basename(path);
  const extension = extname(name).toLowerCase();
  if (name === 'AndroidManifest.xml') return 'android-manifest';
  if (/^app\.config\.(?:js|ts|cjs|mjs)$/.test(name) || name === 'app.json' || name === 'eas.json') return 'app-config';
  if (/^\.env(?:\.|$)/.test(name) || extension === '.env') return 'env';
  if (/\.(?:jsbundle|bundle)$/.test(name) && !name.endsWith('.min.js')) return 'bundle';
  if (name === 'google-services.json') return 'config';
  if (name === 'package.json') return 'package';
  // What builds and releases the app: scripts in Ruby, package registries.
  if (/^(?:Podfile|Fastfile|Matchfile|Appfile|Deliverfile|Gymfile|Pluginfile|Gemfile|\.npmrc|\.netrc)$/.test(name)) return 'config';
  switch (extension) {
    case '.swift':
      return 'swift';
    case '.m':
    case '.mm':
    case '.h':
      return 'objc';
    case '.js':
    case '.jsx':
    case '.ts':
    case '.tsx':
    case '.mjs':
    case '.cjs':
      return /\.(?:min|bundle)\.js$/.test(name) ? 'bundle' : name.endsWith('.d.ts') ? undefined : 'script';
    case '.plist':
    case '.entitlements':
    case '.xcprivacy':
      return 'plist';
    case '.xcconfig':
      return 'xcconfig';
    case '.pbxproj':
      return 'pbxproj';
    case '.html':
    case '.htm':
      return 'page';
    case '.xml':
      return 'xml';
    case '.json':
    case '.yml':
    case '.yaml':
    case '.properties':
    case '.strings':
    case '.gradle':
    case '.kts':
      if (TRANSLATIONS.test(path)) return undefined;
      return /^(?:package|package-lock|tsconfig|composer|Contents|Package)\b|\.lock|lock\.|localiz/i.test(name) ? undefined : 'config';
    // Android halves of React Native apps: read as text, for what they pin.
    case '.kt':
    case '.java':
      return 'jvm';
    case '.p12':
    case '.pfx':
    case '.p8':
    case '.pem':
    case '.key':
    case '.jks':
    case '.keystore':
      return 'key-file';
    case '':
    case '.dylib':
      return 'executable';
    default:
      return undefined;
  }
}
