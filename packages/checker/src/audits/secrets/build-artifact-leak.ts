import { defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import { here } from '../event-place.ts';

/** Prefixes by which bundlers copy an environment variable into what they build. */
const INLINED = /\bprocess\.env\.((?:EXPO_PUBLIC|REACT_APP|REACT_NATIVE|NEXT_PUBLIC|GATSBY|VITE)_\w+)/g;
/** Keys that are made to be public, whatever the second half of their name. */
const PUBLIC = /PUBLISHABLE|ANON|PUBLIC_KEY$|SITE_KEY|MAPS|SENTRY|GOOGLE_API/;
/** The environment as a whole: every secret of the build machine. */
const WHOLE_ENVIRONMENT = /(?:JSON\.stringify\(\s*process\.env\s*\)|\.\.\.process\.env\b|:\s*process\.env\s*[,}])/;

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
  needs: ['code'],
  samples: {
    fail: [
      { path: 'build.js', text: 'const plugin = new webpack.DefinePlugin({ "process.env": JSON.stringify(process.env) });' },
      { path: 'build.js', text: 'const plugin = new DefinePlugin({ TOKEN: JSON.stringify(deployToken) });' },
      { path: 'app.config.ts', text: 'export default { expo: { extra: { paymentSecret: process.env.PAYMENT_SECRET } } };' },
      { path: 'client.ts', text: 'export const headers = { key: process.env.EXPO_PUBLIC_BACKEND_SECRET };' },
    ],
    pass: [
      {
        path: 'build.js',
        text: 'const plugin = new webpack.DefinePlugin({ "process.env.API_HOST": JSON.stringify(process.env.API_HOST) });',
      },
      { path: 'app.config.ts', text: 'export default { expo: { extra: { apiHost: process.env.API_HOST } } };' },
      { path: 'client.ts', text: 'export const key = process.env.EXPO_PUBLIC_PUBLISHABLE_KEY;' },
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
    for (const unit of artifacts.code) {
      if (unit.test || unit.language !== 'script' || !unit.source.includes('process.env')) continue;
      for (const match of unit.source.matchAll(INLINED)) {
        const name = match[1] as string;
        if (PUBLIC.test(name) || sensitiveName(name) !== 'credential') continue;
        context.report({
          at: { unit, start: match.index, end: match.index + match[0].length },
          message: `${name} is copied into the bundle by its prefix, and a secret by its name.`,
          confidence: 'medium',
        });
      }
    }
  },
});

const spelled = (event: CallEvent): string => event.scene.unit.source.slice(event.node.start, event.node.end);
