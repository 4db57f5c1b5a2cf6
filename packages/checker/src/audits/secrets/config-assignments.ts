import type { TextFile } from '../../gather/artifacts.ts';

/** A name and what a configuration file sets it to. */
export interface ConfigAssignment {
  readonly key: string;
  readonly value: string;
  /** Offset of the name in the file. */
  readonly at: number;
  readonly written: string;
}

/** `"key": "value"`, `key = 'value'`, `ENV["KEY"] ||= "value"`, `:key => "value"`. */
const QUOTED = /["']?([\w.-]{3,60})["']?\]?\s*(?:\|\|=|=>|[:=])\s*["']([^"'\n]{8,200})["']/g;
/** `KEY=value` and `KEY = "value"` on a line of their own. */
const LINE = /^[ \t]*(?:export\s+)?(?:\/\/[\w.:/-]+\/:)?([\w.-]{3,60})\s*=[ \t]*["']?([^\s"'#]{8,200})/gm;
/** `key: value` of YAML, without quotes. */
const YAML = /^[ \t]*(?:- )?([\w.-]{3,60}):[ \t]+([^\s"'#&*!|>{[][^\s"'#]{7,200})[ \t]*$/gm;
/** Groovy's calls without parentheses: `storePassword "value"`. */
const GROOVY_CALL = /^[ \t]*([\w.]{3,60})[ \t(]+["']([^"'\n]{8,200})["']\)?[ \t]*$/gm;
/** `buildConfigField "String", "KEY", "\"value\""` and `resValue("string", "key", "value")`. */
const BUILD_FIELD =
  /\b(?:buildConfigField|resValue)[\s(]+["'][sS]tring["']\s*,\s*["']([\w.]{3,60})["']\s*,\s*["'](?:\\?["'])*([^"'\\\n]{8,200})/g;
const SETTING = /\b([A-Za-z_]\w{2,60})\s*=\s*"?([^";\n]{8,200})"?;/g;
/** A build phase's script is one string with `\n` for line ends. */
const EXPORT = /\b(?:export )?([A-Z][A-Z0-9_]{3,60})=\\?["']?([^\s"'\\;$]{8,200})/g;
const XML_STRING = /<string\s+name="([\w.-]{3,60})"[^>]*>\s*([^<]{8,200}?)\s*<\/string>/g;
const META_DATA = /<meta-data\s[^>]*android:name="(?:[\w.-]*\.)?([\w-]{3,60})"\s+android:value="([^"]{8,200})"/g;

/** Every name a configuration file gives a value, by the file's own syntax. */
export function configAssignments(file: TextFile): ConfigAssignment[] {
  return syntaxes(file)
    .flatMap((syntax) =>
      [...file.source.matchAll(syntax)].map((match) => ({
        key: match[1] as string,
        value: match[2] as string,
        at: match.index + match[0].length - 1,
        written: match[0].trim(),
      })),
    )
    .sort((left, right) => left.at - right.at);
}

function syntaxes({ path, role }: TextFile): readonly RegExp[] {
  if (role === 'pbxproj') return [SETTING, EXPORT];
  if (role === 'android-manifest') return [META_DATA];
  if (role === 'app-config') return [QUOTED];
  if (role !== 'config') return [LINE];
  if (path.endsWith('.xml')) return [XML_STRING];
  if (/\.gradle(?:\.kts)?$/.test(path)) return [QUOTED, GROOVY_CALL, BUILD_FIELD];
  if (/\.(?:properties|npmrc|netrc)$/.test(path)) return [LINE];
  if (/\.ya?ml$/.test(path)) return [QUOTED, YAML];
  return [QUOTED];
}
