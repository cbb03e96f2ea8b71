// The simulator as the package wechatpay-axios-plugin sees WeChat Pay.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import sdk from 'wechatpay-axios-plugin';
import { beijing, rfc3339 } from '../lib/world.mjs';
import { inMinutes, startBench } from './bench.mjs';

const { Aes, Formatter, Rsa, Wechatpay } = sdk;
let bench, wxpay, settings;
let count = 0;

const order = (no, more = {}) => ({ appid: settings.appid, mchid: settings.mchid, description: '自学考试报考费', out_trade_no: no, notify_url: bench.notifyUrl,
  time_expire: rfc3339(inMinutes(3)), amount: { total: 14000, currency: 'CNY' }, ...more });
const nextNo = () => `WX${Date.now()}${++count}`;
const create = (body) => wxpay.v3.pay.transactions.native.post(body);
const query = (no) => wxpay.v3.pay.transactions.outTradeNo.$out_trade_no$.get({ out_trade_no: no, params: { mchid: settings.mchid } });
const close = (no) => wxpay.v3.pay.transactions.outTradeNo.$out_trade_no$.close.post({ mchid: settings.mchid }, { out_trade_no: no });
const refund = (body) => wxpay.v3.refund.domestic.refunds.post(body);
const refused = async (promise) => {
  const error = await promise.then(() => assert.fail('was not refused'), (reason) => reason);
  assert.ok(error.response, String(error));
  return { status: error.response.status, code: error.response.data.code };
};
const keys = () => ({ [bench.world.wechat.platform.cert.serialHex]: bench.world.wechat.platform.cert.pem, [settings.public_key_id]: settings.public_key });

/** What a merchant does with a notice, by the package's own means. */
function open(notice) {
  const { headers } = notice;
  const text = Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'], notice.body);
  const key = Rsa.from(keys()[headers['wechatpay-serial']], Rsa.KEY_TYPE_PUBLIC);
  assert.ok(Rsa.verify(text, headers['wechatpay-signature'], key), 'the signature of the notice');
  const { event_type: event, resource } = JSON.parse(notice.body);
  return { event, content: JSON.parse(Aes.AesGcm.decrypt(resource.ciphertext, settings.apiv3_key, resource.nonce, resource.associated_data)) };
}

before(async () => {
  bench = await startBench();
  settings = bench.settings['payment-wechatpay'];
  wxpay = new Wechatpay({ mchid: settings.mchid, serial: settings.merchant_serial, privateKey: settings.merchant_private_key, certs: keys(), baseURL: `${bench.url}/` });
});
after(() => bench.stop());
beforeEach(async () => {
  bench.heard.length = 0;
  Object.assign(bench.answer, { status: 200, body: '' });
  await bench.set({ notice: 'now', retry_scale: 1, refund: 'success', refund_ms: 0 });
});

test('a code is made, paid, announced and queried', { timeout: 20_000 }, async () => {
  const no = nextNo();
  const { data } = await create(order(no));
  assert.match(data.code_url, /^weixin:\/\/wxpay\/bizpayurl\?pr=/);
  assert.equal((await query(no)).data.trade_state, 'NOTPAY');
  await bench.control('pay', { code: data.code_url, payer: 'A' });
  const [notice] = await bench.notices(1);
  const { event, content } = open(notice);
  assert.equal(event, 'TRANSACTION.SUCCESS');
  const { data: trade } = await query(no);
  for (const seen of [content, trade]) {
    assert.equal(seen.trade_state, 'SUCCESS');
    assert.equal(seen.out_trade_no, no);
    assert.deepEqual([seen.amount.total, seen.amount.currency], [14000, 'CNY']);
  }
  assert.equal(content.transaction_id, trade.transaction_id);
});

test('notices are signed with the certificate and with the public key in turn', { timeout: 20_000 }, async () => {
  for (let i = 0; i < 2; ++i) await bench.control('pay', { code: (await create(order(nextNo()))).data.code_url });
  const notices = await bench.notices(2);
  assert.equal(new Set(notices.map((notice) => notice.headers['wechatpay-serial'])).size, 2);
  notices.forEach(open);
});

test('answers are signed with the key the merchant asks for', async () => {
  const no = nextNo();
  await create(order(no));
  const config = { out_trade_no: no, params: { mchid: settings.mchid } };
  const asked = await wxpay.v3.pay.transactions.outTradeNo.$out_trade_no$.get({ ...config, headers: { 'Wechatpay-Serial': settings.public_key_id } });
  assert.equal(asked.headers['wechatpay-serial'], settings.public_key_id);
  assert.equal((await query(no)).headers['wechatpay-serial'], bench.world.wechat.platform.cert.serialHex);
});

test('the same order may be asked for again, another one under its number may not', async () => {
  const body = order(nextNo());
  const first = await create(body);
  const again = await create(body);
  assert.notEqual(first.data.code_url, again.data.code_url);
  assert.deepEqual(await refused(create({ ...body, amount: { total: 13999, currency: 'CNY' } })), { status: 400, code: 'INVALID_REQUEST' });
});

test('a closed order cannot be paid and its number is used up', async () => {
  const body = order(nextNo());
  const { data } = await create(body);
  assert.equal((await close(body.out_trade_no)).status, 204);
  assert.equal((await query(body.out_trade_no)).data.trade_state, 'CLOSED');
  assert.equal((await bench.control('pay', { code: data.code_url })).code, 'closed');
  assert.deepEqual(await refused(create(body)), { status: 400, code: 'ORDER_CLOSED' });
});

test('a paid order cannot be closed', async () => {
  const no = nextNo();
  await bench.control('pay', { code: (await create(order(no))).data.code_url });
  assert.equal((await refused(close(no))).status, 400);
  assert.equal((await query(no)).data.trade_state, 'SUCCESS');
});

test('an unknown order is told as such', async () => {
  assert.deepEqual(await refused(query('WX000000')), { status: 404, code: 'ORDER_NOT_EXIST' });
});

test('a foreign merchant, application or life of less than a minute is refused', async () => {
  assert.equal((await refused(create(order(nextNo(), { appid: 'wx0' })))).code, 'APPID_MCHID_NOT_MATCH');
  assert.equal((await refused(create(order(nextNo(), { mchid: '1' })))).code, 'MCH_NOT_EXISTS');
  assert.equal((await refused(create(order(nextNo(), { time_expire: rfc3339(Date.now() + 30_000) })))).code, 'PARAM_ERROR');
  assert.equal((await refused(create(order(nextNo(), { notify_url: 'http://pay.example.invalid/x' })))).code, 'PARAM_ERROR');
});

test('a request signed with another key is refused', async () => {
  const stranger = new Wechatpay({ mchid: settings.mchid, serial: settings.merchant_serial, privateKey: bench.world.alipay.app.privateKey, certs: keys(), baseURL: `${bench.url}/` });
  assert.deepEqual(await refused(stranger.v3.pay.transactions.native.post(order(nextNo()))), { status: 401, code: 'SIGN_ERROR' });
});

test('a refund is accepted, done, announced, repeatable and never more than was paid', { timeout: 20_000 }, async () => {
  const no = nextNo();
  await bench.set({ refund_ms: 50 });
  await bench.control('pay', { code: (await create(order(no))).data.code_url });
  await bench.notices(1);
  const body = { out_trade_no: no, out_refund_no: `R${no}`, reason: '停考', notify_url: bench.notifyUrl, amount: { refund: 3500, total: 14000, currency: 'CNY' } };
  assert.equal((await refund(body)).data.status, 'PROCESSING');
  const notice = open((await bench.notices(2))[1]);
  assert.equal(notice.event, 'REFUND.SUCCESS');
  assert.deepEqual([notice.content.refund_status, notice.content.out_refund_no, notice.content.amount.refund], ['SUCCESS', `R${no}`, 3500]);
  assert.equal((await refund(body)).data.status, 'SUCCESS', 'the same number is the same refund');
  assert.equal((await refused(refund({ ...body, amount: { ...body.amount, refund: 3501 } }))).code, 'INVALID_REQUEST');
  assert.equal((await refused(refund({ ...body, out_refund_no: `S${no}`, amount: { ...body.amount, refund: 10501 } }))).code, 'INVALID_REQUEST');
  const asked = await wxpay.v3.refund.domestic.refunds.$out_refund_no$.get({ out_refund_no: `R${no}` });
  assert.equal(asked.data.amount.refund, 3500);
  assert.equal((await query(no)).data.trade_state, 'REFUND');
});

test('certificates can be downloaded and decrypted', async () => {
  const { data } = await wxpay.v3.certificates.get();
  const { encrypt_certificate: sealed, serial_no: serial } = data.data[0];
  const pem = Aes.AesGcm.decrypt(sealed.ciphertext, settings.apiv3_key, sealed.nonce, sealed.associated_data);
  assert.equal(pem, keys()[serial]);
});

test('the bill of a day that is over lists payments and refunds and has the hash that was told', async () => {
  const no = nextNo();
  const [today, yesterday] = [beijing(Date.now()).slice(0, 10), beijing(Date.now() - 86_400_000).slice(0, 10)];
  const bill = (day) => wxpay.v3.bill.tradebill.get({ params: { bill_date: day, bill_type: 'ALL', tar_type: 'GZIP' } });
  assert.equal((await refused(bill('2020-01-01'))).code, 'NO_STATEMENT_EXIST');
  assert.equal((await refused(bill(today))).code, 'STATEMENT_CREATING');
  await bench.control('pay', { code: (await create(order(no))).data.code_url });
  await bench.control(`trades/wechat/${no}/backdate`, { days: 1 });
  const { data } = await bill(yesterday);
  const file = await wxpay.v3.billdownload.file.get({ params: Object.fromEntries(new URL(data.download_url).searchParams), responseType: 'arraybuffer' });
  const csv = gunzipSync(file.data);
  assert.equal(createHash('sha1').update(csv).digest('hex'), data.hash_value);
  const rows = Formatter.castCsvBill(csv.toString());
  const found = [...(rows.rows ?? rows)].find((row) => JSON.stringify(row).includes(no));
  assert.ok(found, 'the payment is listed');
  assert.ok(JSON.stringify(found).includes('140.00'), 'in yuan');
});
