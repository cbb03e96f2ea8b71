// `./zikao up`: an installation for people, until Ctrl-C or until the terminal is closed.
import { parseArgs } from 'node:util';
import { Installation } from './installation.mjs';
import { oneTimeCode } from './one_time_code.mjs';

const { values } = parseArgs({
  options: {
    build: { type: 'string' }, data: { type: 'string' }, db: { type: 'string' }, port: { type: 'string' }, demo: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
});

const installation = new Installation({
  build: values.build, data: values.data, db: values.db, port: Number(values.port), demo: values.demo === 'yes', only: values.only,
});

let ending = false;
async function stop(code) {
  if (ending) return;
  ending = true;
  await installation.stop();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
// A closed terminal takes no more words; what was started is to be ended all the same.
process.stdout.on('error', () => stop(1));
process.stderr.on('error', () => stop(1));

function show() {
  const text = installation.describe();
  console.log(`\nZikao is running (${text.database}), ready ${installation.readyMs} ms after its start
  tenants     ${text.url}/
  payments    ${text.simulator}/  (the simulator's phone: "scan" and pay here)
  messages    ${text.simulator}/sms and /mail
  log         ${installation.serverLog}`);
  for (const tenant of text.tenants) {
    console.log(`\n  ${tenant.id}\n    portal    ${tenant.portal}\n    console   ${tenant.console}`);
    for (const [role, account] of Object.entries(tenant.accounts ?? {})) {
      const login = account.id_number ?? account.user_name;
      const code = account.totp_secret ? `  one-time code now ${oneTimeCode(account.totp_secret)} (secret ${account.totp_secret})` : '';
      console.log(`    ${role.padEnd(24)} ${login}  password ${account.password}${code}`);
    }
  }
  console.log('\nThe same stands in demo.json of the data folder. Ctrl-C ends everything.');
}

try {
  await installation.start();
  installation.server.once('exit', (code) => {
    if (!ending) console.error(`zikao up: zikaod ended; ${installation.serverLog} tells why`);
    stop(code ?? 1);
  });
  if (!ending) show();
} catch (error) {
  // What was interrupted on purpose did not fail.
  if (!ending) console.error(`zikao up: ${error.message}`);
  await stop(1);
}
