import { defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import { here } from '../event-place.ts';
import { literally } from '../literally.ts';

/** Prefixes by which bundlers copy an environment variable into what they build. */
const INLINED = /\bprocess\.env\.((?:EXPO_PUBLIC|REACT_APP|REACT_NATIVE|NEXT_PUBLIC|GATSBY|VITE)_\w+)/g;
/** Keys that are made to be public, whatever the second half of their name. */
const PUBLIC =
  /PUBLISHABLE|ANON|PUBLIC_KEY$|SITE_KEY|MAPS|MAPBOX|SENTRY(?!_AUTH)|GOOGLE_API|FIREBASE|AMPLITUDE|SEGMENT|MIXPANEL|POSTHOG|BUGSNAG|ONESIGNAL|REVENUE_?CAT|PURCHASES|BRANCH|GIPHY|TENOR|CLIENT_TOKEN|WALLET_?CONNECT|INFURA|ALCHEMY/i;
/** An API key may be made for apps; those of these providers, or named so, are not. */
const SERVER_KEY =
  /SECRET|PRIVATE|ADMIN|SERVICE|SERVER|MASTER|OPENAI|ANTHROPIC|CLAUDE|GEMINI|MISTRAL|GROQ|STRIPE|SENDGRID|MAILGUN|TWILIO|POSTMARK|RESEND|BREVO|AWS|AZURE|DEEPL|ELEVENLABS|REPLICATE|HUGGING/i;
/** The environment as a whole: every secret of the build machine. */
const WHOLE_ENVIRONMENT = /(?:JSON\.stringify\(\s*process\.env\s*\)|\.\.\.process\.env\b|:\s*process\.env\s*[,}])/;

/** What a build needs and no app does. */
const BUILD_FILE =
  /^\.env(?:\.[\w.-]+)?$|\.(?:map|p12|pfx|p8|key|jks|keystore|xcconfig)$|service[-_]?account[\w-]*\.json$|^(?:Podfile|Fastfile|Gemfile)(?:\.lock)?$|^(?:\.npmrc|package-lock\.json|yarn\.lock)$/i;
/** The entry of Xcode's project that copies a file into the app. */
const COPIED = /\/\* (\S[^*]*?) in (?:Resources|CopyFiles|Copy Files|Embed \w+) \*\/ = \{isa = PBXBuildFile/g;

export const buildArtifactLeak = defineAudit({
  id: 'build-artifact-leak',
  area: 'secrets',
  title: 'The build copies no secret into the bundle',
  failingTitle: 'The build copies a secret into the bundle',
  severity: 'high',
  references: {
    checklist: 'secrets-at-build',
    masvs: ['MASVS-STORAGE-1'],
    maswe: ['MASWE-0005'],
    cwe: [312, 315, 526],
    api10: ['API8:2023'],
  },
  why: 'What a bundler puts in is text in the download: an environment variable of the build machine is then read by everybody who unpacks the app.',
  remedy: {
    text: 'Name single, public values; let the server or the gateway hold what is secret.',
    language: 'javascript',
    code: "new DefinePlugin({ 'process.env.API_HOST': JSON.stringify(process.env.API_HOST) })",
  },
  needs: ['code', 'texts'],
  samples: {
    fail: [
      { path: 'build.js', text: 'const plugin = new webpack.DefinePlugin({ "process.env": JSON.stringify(process.env) });' },
      { path: 'build.js', text: 'const plugin = new DefinePlugin({ TOKEN: JSON.stringify(deployToken) });' },
      { path: 'app.config.ts', text: 'export default { expo: { extra: { paymentSecret: process.env.PAYMENT_SECRET } } };' },
      { path: 'client.ts', text: 'export const headers = { key: process.env.EXPO_PUBLIC_BACKEND_SECRET };' },
      { path: 'client.ts', text: 'import Config from "react-native-config";\nexport const headers = { key: Config.BACKEND_SECRET };' },
      { path: 'client.ts', text: 'import { BACKEND_SECRET } from "@env";\nexport const headers = { key: BACKEND_SECRET };' },
      { path: 'client.ts', text: 'import { WEATHER_API_KEY, BACKEND_SECRET } from "@env";\nexport const f = () => call(WEATHER_API_KEY);' },
      { path: 'client.ts', text: 'export const headers = { key: Constants.expoConfig.extra.backendSecret };' },
      { path: 'A.xcodeproj/project.pbxproj', text: '1A /* .env in Resources */ = {isa = PBXBuildFile; fileRef = 1B /* .env */; };' },
    ],
    pass: [
      {
        path: 'build.js',
        text: 'const plugin = new webpack.DefinePlugin({ "process.env.API_HOST": JSON.stringify(process.env.API_HOST) });',
      },
      { path: 'app.config.ts', text: 'export default { expo: { extra: { apiHost: process.env.API_HOST } } };' },
      { path: 'client.ts', text: 'export const key = process.env.EXPO_PUBLIC_PUBLISHABLE_KEY;' },
      { path: 'client.ts', text: 'import Config from "react-native-config";\nexport const host = Config.API_HOST;' },
      {
        path: 'A.xcodeproj/project.pbxproj',
        text: '1A /* PrivacyInfo.xcprivacy in Resources */ = {isa = PBXBuildFile; fileRef = 1B /* PrivacyInfo.xcprivacy */; };',
      },
    ],
  },
  calls: [
    {
      names: ['DefinePlugin', 'EnvironmentPlugin'],
      check(event, context) {
        const argument = event.args[0];
        if (argument === undefined || event.scene.unit.language !== 'script') return;
        const { sensitive } = argument.known;
        const whole = WHOLE_ENVIRONMENT.test(spelled(event));
        if (!whole && sensitive?.kind !== 'credential') return;
        context.report({
          at: here(event.scene, event.node),
          message: whole
            ? 'The whole environment of the build goes into the bundle.'
            : `“${sensitive?.name}” goes into the bundle as text.`,
          confidence: whole ? 'high' : 'medium',
        });
      },
    },
  ],
  dictionaries(event, context) {
    if (!/(?:^|\/)app\.config\.[cm]?[jt]s$/.test(event.scene.unit.path)) return;
    for (const { key, keyNode, value, valueNode } of event.entries) {
      const spelledValue = event.scene.unit.source.slice(valueNode.start, valueNode.end);
      const variable = /^process\.env\.(\w+)$/.exec(spelledValue)?.[1];
      if (variable === undefined || PUBLIC.test(variable) || value.guarded === true) continue;
      if (sensitiveName(variable) !== 'credential' && sensitiveName(key.text ?? '') !== 'credential') continue;
      context.report({
        at: here(event.scene, { start: keyNode.start, end: valueNode.end }),
        message: `${variable} of the build machine goes into the app’s configuration.`,
        confidence: 'medium',
      });
    }
  },
  check(artifacts, context) {
    for (const file of artifacts.texts) {
      if (file.role !== 'pbxproj') continue;
      for (const match of file.source.matchAll(COPIED))
        if (BUILD_FILE.test(match[1] as string))
          context.report({
            place: { path: file.path, line: file.source.slice(0, match.index).split('\n').length, evidence: match[0] },
            message: `${match[1]} is copied into the app.`,
            severity: (match[1] as string).endsWith('.map') ? 'medium' : 'high',
          });
    }
    for (const unit of artifacts.code) {
      if (unit.test || unit.language !== 'script') continue;
      const seen = new Set<string>();
      const found = bundledNames(unit.source).filter(([, name = '']) => {
        const fresh = !seen.has(name) && !PUBLIC.test(name) && sensitiveName(name) === 'credential';
        seen.add(name);
        return fresh;
      });
      // An import names several in one line, and a line is told once: the surest first.
      for (const sure of [true, false])
        for (const match of found) {
          const name = match[1] as string;
          if (isAmbiguous(name) === sure) continue;
          context.report({
            at: { unit, start: match.index, end: match.index + match[0].length },
            message: `${name} is copied into the bundle, and a secret by its name.`,
            confidence: sure ? 'medium' : 'low',
          });
        }
    }
  },
});

const spelled = (event: CallEvent): string => event.scene.unit.source.slice(event.node.start, event.node.end);

/** `WEATHER_API_KEY` may be made for apps. */
const isAmbiguous = (name: string): boolean => /API_?KEY(?:_[A-Z]+)?$/i.test(name) && !SERVER_KEY.test(name);

/** Every place where a value of the build is asked for: by prefix, of react-native-config, of `@env`, of Expo's `extra`. */
function bundledNames(source: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = source.includes('process.env') ? [...source.matchAll(INLINED)] : [];
  const config = /import\s+(\w+)[^;\n]*from\s*['"]react-native-config['"]/.exec(source)?.[1];
  if (config !== undefined) found.push(...source.matchAll(new RegExp(`\\b${literally(config)}\\.([A-Z][A-Z0-9_]+)\\b`, 'g')));
  if (source.includes('extra')) found.push(...source.matchAll(/\b(?:expoConfig|manifest2?)[?!]?\.extra[?!]?\.(\w+)/g));
  const names = /import\s*\{([^}]*)\}\s*from\s*['"](?:@env|react-native-dotenv)['"]/.exec(source);
  for (const name of names?.[1]?.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? [])
    found.push(...source.matchAll(new RegExp(`\\b(${literally(name)})\\b`, 'g')));
  return found;
}
