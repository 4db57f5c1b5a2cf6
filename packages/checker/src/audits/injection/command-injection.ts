import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { isNumeric, type Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';
import { spelledLocal } from '../spelled-local.ts';

/** Node's way to a shell; `exec` alone is a method of regular expressions and databases too. */
const CHILD_PROCESS = /\bchild_process\b|\bshelljs\b|\bexec(?:Sync)?\s*\(\s*(?:command|cmd|`)/;
const SHELL = /(?:^|\/)(?:sh|bash|zsh|env)$/;

export const commandInjection = defineAudit({
  id: 'command-injection',
  area: 'injection',
  title: 'Nothing from outside becomes part of a command',
  failingTitle: 'A value is written into a command for the shell',
  severity: 'high',
  references: { checklist: 'no-injection', masvs: ['MASVS-CODE-4'], maswe: ['MASWE-0086'], cwe: [78], api10: ['API8:2023'] },
  why: 'A value with ; or $( ) in it runs whatever its author likes, with the rights of the process.',
  remedy: {
    text: 'Start the program itself with a list of arguments, without a shell between.',
    language: 'swift',
    code: 'process.executableURL = URL(fileURLWithPath: "/usr/bin/grep")\nprocess.arguments = ["-r", "--", words, folder]',
    script: "execFile('grep', ['-r', '--', words, folder]);",
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'a.js',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "import { exec } from 'child_process';\nexport const find = (words) => { const line = `grep ${words} log`; exec(line, () => {}); };",
      },
      { path: 'a.ts', text: "import * as cp from 'child_process';\nexport const shrink = (file) => cp.execSync('convert ' + file.path);" },
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "import { spawn } from 'child_process';\nexport const list = (folder) => spawn(`ls ${folder}`, { shell: true });",
      },
      'func list(folder: String) { let p = Process(); p.launchPath = "/bin/sh"; p.arguments = ["-c", "ls \\(folder)"]; p.launch() }',
      {
        path: 'a.m',
        text: 'void drop(NSString *name) { NSString *line = [NSString stringWithFormat:@"rm %@", name]; system([line UTF8String]); }',
      },
    ],
    pass: [
      {
        path: 'a.js',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const first = (text) => /a(b)/.exec(`${text}`); export const rows = (db, n) => db.exec("select " + n);',
      },
      {
        path: 'a.ts',
        text: "import { execFile } from 'child_process';\nexport const shrink = (file) => execFile('convert', [file.path]);",
      },
      { path: 'a.ts', text: "import { exec } from 'child_process';\nexport const clean = () => exec('rm -rf build');" },
      'func list(folder: String) { let p = Process(); p.launchPath = "/bin/ls"; p.arguments = ["-l", folder]; p.launch() }',
    ],
  },
  calls: [
    {
      names: ['exec', 'execSync', 'spawn', 'spawnSync'],
      check(event, context) {
        if (event.scene.unit.language !== 'script' || !mentions(event.scene.unit, CHILD_PROCESS)) return;
        // Of an object it is a method of that object, unless the object is the module.
        if (event.receiverNode !== undefined && !/^(?:cp|childProcess|child_process|shell(?:js)?)\./.test(event.path)) return;
        if (event.name.startsWith('spawn') && event.arg('shell')?.symbol !== 'true') return;
        judge(event, 0, context);
      },
    },
    {
      names: ['system', 'popen'],
      check(event, context) {
        if (event.receiverNode === undefined && event.scene.unit.language !== 'script') judge(event, 0, context);
      },
    },
  ],
  assigns: [
    {
      names: ['arguments'],
      check(event, context) {
        const items = event.value.items ?? [];
        const node = event.valueNode;
        if (event.declared || node?.kind !== 'array' || items[0]?.text === undefined || !/^-l?c$/.test(items[0].text)) return;
        const around = event.scene.function;
        const text = event.scene.unit.source.slice(around?.start ?? event.node.start, around?.end ?? event.node.end);
        const command = items[1];
        if (command !== undefined && varies(command) && [...text.matchAll(/"([\w/]+)"/g)].some((match) => SHELL.test(match[1] as string)))
          context.report({ at: here(event.scene, event.node), message: MESSAGE, confidence: 'medium' });
      },
    },
  ],
});

const MESSAGE = 'A value that is not constant becomes part of a command for the shell.';

const varies = (command: Value): boolean =>
  command.text === undefined && (command.composed === true || command.foreign !== undefined) && !isNumeric(command);

function judge(event: CallEvent, position: number, context: AuditContext): void {
  const command = event.args[position];
  if (command === undefined || !varies(command.known)) return;
  const written = spelledLocal(event.scene, command.value);
  context.report({
    at: here(event.scene, written.kind === 'string' || written.kind === 'binary' ? written : event.node),
    message: MESSAGE,
    confidence: 'medium',
  });
}
