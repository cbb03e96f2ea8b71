// The bank's side of the aggregated code: what it refuses, what its notices are, and that it forgets no refund.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { beijing } from '../lib/world.mjs';
import { inMinutes, startBench } from './bench.mjs';

let bench, settings, count = 0;
before(async () => { bench = await startBench(); settings = bench.settings['payment-ccb']; });
after(() => bench.stop());
beforeEach(async () => {
  bench.heard.length = 0;
  Object.assign(bench.answer, { status: 200, body: 'success' });
  await bench.set({ notice: 'now', retry_scale: 1, ccb_notify_url: bench.notifyUrl, ccb_notice: 'get', refund: 'success', refund_ms: 0 });
});

const md5 = (text) => createHash('md5').update(text).digest('hex');
const plain = (fields) => Object.entries(fields).map(([name, value]) => `${name}=${value}`).join('&');
const digits = (ms) => beijing(ms).replace(/\D/g, '');

async function order(more = {}, pub = settings.counter_public_key.slice(-30)) {
  const fields = { MERCHANTID: settings.merchant_id, POSID: settings.pos_id, BRANCHID: settings.branch_id, ORDERID: `CCB${Date.now()}${++count}`, PAYMENT: '76.00', CURCODE: '01', TXCODE: '530550', REMARK1: '', REMARK2: '', RETURNTYPE: '3',
    TIMEOUT: digits(inMinutes(3)), ...more };
  const answer = await (await fetch(`${settings.gateway_url}?CCB_IBSVersion=V6&${plain(fields)}&MAC=${md5(`${plain(fields)}&PUB=${pub}`)}`)).json();
  if (answer.SUCCESS !== 'true') return { no: fields.ORDERID, ...answer };
  const second = await (await fetch(answer.PAYURL)).json();
  return { no: fields.ORDERID, code: decodeURIComponent(second.QRURL), timeout: fields.TIMEOUT };
}

async function query(no, more = {}, password = settings.query_password) {
  const fields = { MERCHANTID: settings.merchant_id, BRANCHID: settings.branch_id, POSID: settings.pos_id, ORDERDATE: digits(Date.now()).slice(0, 8), BEGORDERTIME: '00:00:00', ENDORDERTIME: '23:59:59', ORDERID: no, QUPWD: '', TXCODE: '410408', TYPE: '0', KIND: '0',
    STATUS: '3', SEL_TYPE: '3', PAGE: '1', OPERATOR: '', CHANNEL: '', ...more };
  const mac = md5(plain(fields));
  const answer = await fetch(`${settings.gateway_url}?CCB_IBSVersion=V6`, { method: 'POST', body: new URLSearchParams({ ...fields, QUPWD: password, MAC: mac }) });
  return new TextDecoder('gbk').decode(await answer.arrayBuffer());
}

async function client(code, info) {
  const body = `<?xml version="1.0" encoding="GB2312"?><TX><REQUEST_SN>123</REQUEST_SN><CUST_ID>${settings.bank_client_customer}</CUST_ID><USER_ID>${settings.bank_client_user}</USER_ID><PASSWORD>${settings.bank_client_password}</PASSWORD><TX_CODE>${code}</TX_CODE><TX_INFO>${info}</TX_INFO></TX>`;
  return new TextDecoder('gbk').decode(await (await fetch(settings.bank_client_url, { method: 'POST', body })).arrayBuffer());
}

test('a code is given in two steps for a MAC that fits, and is void after its time', async () => {
  const made = await order();
  assert.match(made.code, /^https:\/\/ibsbjstar\.ccb\.com\.cn\/CCBIS\/QR\?QRCODE=/);
  assert.equal((await order({}, 'f'.repeat(30))).ERRORCODE, 'E0002');
  assert.equal((await order({ POSID: '000000000' })).ERRORCODE, 'E0001');
  assert.equal((await order({ PAYMENT: '76.001' })).ERRORCODE, 'E0004');
  assert.equal((await order({ TIMEOUT: digits(Date.now() - 60_000) })).ERRORCODE, 'E0005');
  await bench.control(`trades/ccb/${made.no}/expire`, {});
  assert.equal((await bench.control('pay', { code: made.code })).code, 'expired');
});

test('the same number with the same content is one order; with another content it is refused', async () => {
  const made = await order();
  const again = await order({ ORDERID: made.no, TIMEOUT: made.timeout });
  assert.notEqual(again.code, made.code);
  assert.deepEqual((await bench.control(`trades/ccb/${made.no}`)).codes, [made.code, again.code]);
  assert.equal((await order({ ORDERID: made.no, TIMEOUT: made.timeout, PAYMENT: '1.00' })).ERRORCODE, 'E0007');
  await bench.control('pay', { code: made.code, notice: 'never' });
  assert.equal((await order({ ORDERID: made.no, TIMEOUT: made.timeout })).ERRORCODE, 'E0006');
});

test('a notice is signed over GBK in the order of the bank, by GET or by POST, and repeated until it is heard', { timeout: 20_000 }, async () => {
  await bench.set({ retry_scale: 0.0001 });
  bench.answer.body = 'no';
  const first = await order();
  await bench.control('pay', { code: first.code });
  await bench.notices(2);
  bench.answer.body = 'success';
  const [heard] = await bench.notices(3);
  const raw = heard.path.slice(heard.path.indexOf('?') + 1);
  const bytes = Buffer.from(unescape(raw.slice(0, raw.indexOf('&SIGN='))), 'latin1');
  const key = createPublicKey({ key: Buffer.from(settings.counter_public_key, 'hex'), format: 'der', type: 'spki' });
  assert.ok(verify('md5', bytes, key, Buffer.from(raw.slice(raw.indexOf('&SIGN=') + 6), 'hex')));
  assert.match(new TextDecoder('gbk').decode(bytes), /^POSID=\d+&BRANCHID=\d+&ORDERID=CCB\d+&PAYMENT=76\.00&CURCODE=01&.*USRINFO=张\*$/);
  bench.heard.length = 0;
  await bench.set({ ccb_notice: 'post' });
  await bench.control('pay', { code: (await order()).code });
  assert.match((await bench.notices(1))[0].body, /^POSID=/);
  bench.heard.length = 0;
  await bench.control('pay', { code: (await order()).code, notice: 'twice' });
  assert.equal((await bench.notices(2))[0].body, bench.heard[1].body);
});

test('an order is found once it is paid, under its day, and not by a stranger', async () => {
  const { no, code } = await order();
  assert.match(await query(no), /<RETURN_CODE>000000<.*<TOTAL>0</);
  await bench.control('pay', { code, notice: 'never' });
  assert.match(await query(no), /<ORDERID>CCB\d+<.*<AMOUNT>76\.00<.*<STATUSCODE>1</);
  await bench.control(`trades/ccb/${no}/uncertain`, {});
  assert.match(await query(no), /<STATUSCODE>2</);
  assert.match(await query(no, {}, 'wrong'), /<RETURN_CODE>E0009</);
  assert.match(await query(no, { ORDERDATE: '20200101' }), /<TOTAL>0</);
  await bench.control(`trades/ccb/${no}/backdate`, {});
  assert.match(await query(no, { ORDERDATE: digits(Date.now() - 86_400_000).slice(0, 8), KIND: '1' }), /<TOTAL>1</);
});

test('the client at the office gives back what was paid, once for one number and no more', async () => {
  const { no, code } = await order();
  const refund = (money, number) => client('5W1004', `<MONEY>${money}</MONEY><ORDER>${no}</ORDER><REFUND_CODE>${number}</REFUND_CODE>`);
  assert.match(await refund('36.00', 'r1'), /C0004/);
  await bench.control('pay', { code, notice: 'never' });
  assert.match(await refund('36.00', 'r1'), /<RETURN_CODE>000000</);
  assert.match(await refund('36.00', 'r1'), /<RETURN_CODE>000000</);
  assert.match(await refund('40.00', 'r1'), /C0005/);
  assert.match(await refund('40.01', 'r2'), /C0006/);
  assert.match(await client('5W1003', `<KIND>0</KIND><ORDER>${no}</ORDER>`), /<REFUND_CODE>r1<.*<REFUND_AMOUNT>36\.00<.*<STATUS>1</);
  assert.equal((await bench.control(`trades/ccb/${no}`)).refunds.length, 1);
  await bench.set({ refund: 'never' });
  assert.match(await refund('1.00', 'r3'), /C0008/);
  assert.match(await client('5W1003', `<KIND>0</KIND><ORDER>${no}</ORDER>`), /<REFUND_CODE>r3<.*<STATUS>2</);
});
