import type { AuditContext } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { lastName } from '../../flow/paths.ts';
import type { Call } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';

/** A store on the device, asked for something. */
const LOCAL_STORE =
  /NSFetchRequest|fetchRequest\(\)|realm\w*\.objects?\(|UserDefaults\.|AsyncStorage\.getItem|sqlite3_(?:prepare|exec)|executeQuery|executeSql|getFirstAsync|getAllAsync|SecItemCopyMatching/;
/** Asks a server as well, which may be the one that decides. */
const REMOTE = /URLSession|dataTask|\bAF\.|Alamofire|(?<![.\w])fetch\(|axios|Auth\.auth\(\)|\.signIn\(withEmail/;
/** What was typed to sign in. */
const TYPED = /\.text\b|e_?mail|user_?name|password|pass_?code|\bpin\b/i;
/** What lies behind the sign-in is shown. */
const ENTERS =
  /\bpresent\(|pushViewController|setViewControllers|performSegue|rootViewController|(?:navigation|router)\.(?:navigate|replace|push|reset)|isLogged_?In\s*=\s*true|is(?:Authenticated|SignedIn)\s*=\s*true|set(?:IsLoggedIn|LoggedIn|SignedIn|Authenticated)\(true/i;
/** Declarations of a name that are looked at; a name declared more often is too common to tell whose it is. */
const MAX_DECLARATIONS = 3;

/** `if database.hasUser(email.text) { open() }`: a record on the device lets somebody in. */
export function reportLocalSignIn(event: FunctionEvent, context: AuditContext): void {
  const { source } = event.scene.unit;
  walk(event.node.body, (node) => {
    if (node.kind !== 'if' || node.keyword !== 'if' || node.consequent.length === 0) return;
    const last = node.consequent.at(-1) as { end: number };
    if (!ENTERS.test(source.slice((node.consequent[0] as { start: number }).start, last.end))) return;
    walk(node.conditions, (item) => {
      if (item.kind === 'call' && item.args.length > 0 && asksOnDevice(item, source, context))
        context.report({
          at: here(event.scene, item),
          message: 'A record on the device decides who is signed in: whoever can change the device’s data can sign in.',
          confidence: 'medium',
        });
    });
  });
}

function asksOnDevice(call: Call, source: string, { artifacts }: AuditContext): boolean {
  if (!call.args.some(({ value }) => TYPED.test(source.slice(value.start, value.end)))) return false;
  const declared = artifacts.project.functions.get(lastName(call.callee) ?? '') ?? [];
  return (
    declared.length <= MAX_DECLARATIONS &&
    declared.some(({ declare, unit }) => {
      const text = unit.source.slice(declare.start, declare.end);
      return LOCAL_STORE.test(text) && !REMOTE.test(text);
    })
  );
}
