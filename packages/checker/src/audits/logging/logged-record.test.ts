import { expect, it } from 'vitest';
import { assemble } from '../../gather/assemble.ts';
import { runAudits } from '../../judge/run-audits.ts';
import { sensitiveLogging } from './sensitive-logging.ts';

/** How many findings one file gives. */
async function found({ path, text }: { path: string; text: string }): Promise<number> {
  const artifacts = await assemble([{ path, size: text.length, read: () => Buffer.from(text) }], [], { blobs: [], missing: undefined });
  return runAudits([sensitiveLogging], artifacts).flatMap(({ findings }) => findings).length;
}

it.each([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
  { path: 'me.ts', text: 'export const show = (user) => console.log(`now ${JSON.stringify(user)}`);' },
  {
    path: 'me.tsx',
    text: 'export const Code = ({ route }) => { console.log(route.params); const { mail, otp } = route.params; send(mail, otp); };',
  },
  {
    path: 'back.ts',
    text: "const part = 'access_token';\nexport async function start() { const initial = await Linking.getInitialURL(); console.log('opened by', initial); }",
  },
  {
    path: 'form.tsx',
    text: "const first = { title: '', password: '' };\nexport const Screen = () => { const keep = (all) => { console.log('kept', all); }; return <Formik initialValues={first} onSubmit={(values) => keep(values)} />; };",
  },
  { path: 'pick.tsx', text: 'export const pick = (row) => { console.log("picked", row); setPhone(row.phone); };' },
  { path: 'order.ts', text: 'export const order = (who, address, phone) => { console.log("order", { who, address, phone }); };' },
  {
    path: 'all.ts',
    text: 'export const show = async () => { const list = await api.getAllCustomers(1); console.log("got", list.data.rows[0]); };',
  },
  {
    path: 'all.ts',
    text: 'export const fetchUsers = async () => { const reply = await api.get(PLACE); console.log("got", reply.data); return reply.data; };',
  },
])('finds the record of a person or a sign-in that is logged whole: $text', async (file) => {
  expect(await found(file)).toBe(1);
});

it.each([
  {
    path: 'me.tsx',
    text: 'export const Code = ({ route }) => { console.log(route.params); const { page, size } = route.params; send(page, size); };',
  },
  {
    path: 'form.tsx',
    text: "const first = { title: '', page: 1 };\nexport const Screen = () => { const keep = (all) => { console.log('kept', all); }; return <Formik initialValues={first} onSubmit={(values) => keep(values)} />; };",
  },
  { path: 'pick.tsx', text: 'export const pick = (row) => { console.log("picked", row); setTitle(row.title); row.email(); };' },
  { path: 'check.tsx', text: 'export const check = (errors) => { console.log(errors); show(errors.email); };' },
  { path: 'order.ts', text: 'export const order = (phone, theme) => { console.log("order", { theme, phone: models.find(phone) }); };' },
  {
    path: 'all.ts',
    text: 'export const show = async () => { const list = await api.getAllCustomers(1); console.log("got", list.data.length); };',
  },
  {
    path: 'all.ts',
    text: 'export const fetchUsers = async () => { const found = await api.count(PLACE); console.log("got", found.data); };',
  },
])('leaves alone what holds nothing of a person, or only a part: $text', async (file) => {
  expect(await found(file)).toBe(0);
});
