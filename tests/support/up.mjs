// `./zikao up`: an installation for people, until Ctrl-C.
import { parseArgs } from 'node:util';
import { Installation } from './installation.mjs';
import { oneTimeCode } from './one_time_code.mjs';

const { values } = parseArgs({
  options: { build: { type: 'string' }, data: { type: 'string' }, db: { type: 'string' }, port: { type: 'string' }, demo: { type: 'string' } },
});

const installation = new Installation({
  build: values.build, data: values.data, db: values.db, port: Number(values.port), demo: values.demo === 'yes',
  log: process.env.ZIKAO_VERBOSE ? (who, chunk) => process.stderr.write(chunk) : null,
});

let ending = false;
async function stop(code) {
  if (ending) return;
  ending = true;
  await installation.stop();
  process.exit(code);
}
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

try {
  await installation.start();
} catch (error) {
  console.error(`zikao up: ${error.message}`);
  await stop(1);
}
const text = installation.describe();
console.log(`\nZikao is running (${text.database})\n  tenants     ${text.url}/\n  payments    ${text.simulator}/  (the simulator's phone: "scan" and pay here)`);
for (const tenant of text.tenants) {
  console.log(`\n  ${tenant.id}\n    portal    ${tenant.portal}\n    console   ${tenant.console}`);
  for (const [role, account] of Object.entries(tenant.accounts ?? {})) {
    const login = account.id_number ?? account.user_name;
    const code = account.totp_secret ? `  one-time code now ${oneTimeCode(account.totp_secret)} (secret ${account.totp_secret})` : '';
    console.log(`    ${role.padEnd(24)} ${login}  password ${account.password}${code}`);
  }
}
console.log('\nThe same stands in demo.json of the data folder. Ctrl-C ends everything.');
installation.server.once('exit', (code) => {
  if (!ending) {
    console.error('zikao up: zikaod ended; its last lines are in the terminal above when ZIKAO_VERBOSE=1');
    stop(code ?? 1);
  }
});
