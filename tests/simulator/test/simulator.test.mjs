// What the simulated providers do by themselves: time limits, single scans, notices, restarts, pages.
import assert from 'node:assert/strict';
import { createPublicKey, createSign, createVerify, randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { gbk, zip } from '../lib/archive.mjs';
import { RETRIES } from '../lib/payments.mjs';
import { fen, rfc3339, yuan } from '../lib/world.mjs';
import { inMinutes, startBench } from './bench.mjs';

let bench, settings;
let count = 0;
before(async () => { bench = await startBench(); settings = bench.settings['payment-wechatpay']; });
after(() => bench.stop());
beforeEach(async () => {
  bench.heard.length = 0;
  Object.assign(bench.answer, { status: 204, body: '' });
  await bench.set({ notice: 'now', retry_scale: 1, late_ms: 20_000, answers: 'now' });
});

async function call(method, target, body) {
  const text = body ? JSON.stringify(body) : '';
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(8).toString('hex')];
  const signature = createSign('sha256').update(`${method}\n${target}\n${timestamp}\n${nonce}\n${text}\n`).sign(settings.merchant_private_key, 'base64');
  const authorization = `WECHATPAY2-SHA256-RSA2048 mchid="${settings.mchid}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${settings.merchant_serial}",signature="${signature}"`;
  const answer = await fetch(bench.url + target, { method, ...(text ? { body: text } : {}), headers: { authorization, accept: 'application/json', 'user-agent': 'test', ...(text ? { 'content-type': 'application/json' } : {}) } });
  const reply = await answer.text();
  return { status: answer.status, ...(reply ? JSON.parse(reply) : {}) };
}

async function newCode(more = {}) {
  const no = `SIM${Date.now()}${++count}`;
  const body = { appid: settings.appid, mchid: settings.mchid, description: '报考费', out_trade_no: no, notify_url: bench.notifyUrl, time_expire: rfc3339(inMinutes(3)), amount: { total: 3500, currency: 'CNY' }, ...more };
  const { code_url: code } = await call('POST', '/v3/pay/transactions/native', body);
  return { no, code };
}

test('a code is good for one payer only', async () => {
  const { code } = await newCode();
  assert.equal((await bench.control('scan', { code, payer: 'A' })).status, 200);
  assert.equal((await bench.control('scan', { code, payer: 'B' })).code, 'scanned_by_other');
  assert.equal((await bench.control('pay', { code, payer: 'B' })).code, 'scanned_by_other');
  assert.equal((await bench.control('pay', { code, payer: 'A' })).state, 'PAID');
  assert.equal((await bench.control('pay', { code, payer: 'A' })).code, 'already_paid');
});

test('no money is taken after the last moment', async () => {
  const { no, code } = await newCode();
  await bench.control('scan', { code });
  await bench.control(`trades/wechat/${no}/expire`, {});
  assert.equal((await bench.control('pay', { code })).code, 'expired');
  assert.equal((await bench.control('scan', { code: 'weixin://nothing' })).code, 'unknown_code');
});

test('a notice that is not acknowledged comes again with the same id, and stops when it is', { timeout: 20_000 }, async () => {
  await bench.set({ retry_scale: 0.001 });
  bench.answer.status = 500;
  const { no, code } = await newCode();
  await bench.control('pay', { code });
  await bench.notices(3);
  bench.answer.status = 204;
  const heard = await bench.notices(4);
  assert.equal(new Set(heard.map((notice) => JSON.parse(notice.body).id)).size, 1);
  const trade = await bench.control(`trades/wechat/${no}`);
  assert.ok(trade.notices[0].deliveries.length >= 3);
  assert.deepEqual(RETRIES.wechat.length, 15);
  assert.equal(RETRIES.wechat.reduce((sum, wait) => sum + wait, 0), (24 * 60 + 4) * 60_000, 'about 24 h 4 min in all');
  assert.equal(RETRIES.alipay.length + 1, 8);
});

test('a notice can be sent twice, never, late or forged', { timeout: 20_000 }, async () => {
  await bench.control('pay', { code: (await newCode()).code, notice: 'twice' });
  const twice = await bench.notices(2);
  assert.equal(JSON.parse(twice[0].body).id, JSON.parse(twice[1].body).id);
  bench.heard.length = 0;
  await bench.control('pay', { code: (await newCode()).code, notice: 'never' });
  await bench.set({ late_ms: 100 });
  const late = await newCode();
  await bench.control('pay', { code: late.code, notice: 'late' });
  await bench.notices(1);
  const trade = await bench.control(`trades/wechat/${late.no}`);
  assert.ok(trade.paid_ms + 90 <= Date.now());
  await bench.control('pay', { code: (await newCode()).code, notice: 'forged' });
  const forged = (await bench.notices(2))[1];
  const { headers } = forged;
  const key = headers['wechatpay-serial'] === settings.public_key_id ? settings.public_key : bench.world.wechat.platform.publicKey;
  const text = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${forged.body}\n`;
  assert.ok(!createVerify('sha256').update(text).verify(createPublicKey(key), headers['wechatpay-signature'], 'base64'));
});

test('money may come for a closed trade, and another sum than was asked for', { timeout: 20_000 }, async () => {
  const { no, code } = await newCode();
  await call('POST', `/v3/pay/transactions/out-trade-no/${no}/close`, { mchid: settings.mchid });
  assert.equal((await bench.control('pay', { code })).code, 'closed');
  const trade = await bench.control(`trades/wechat/${no}/take_anyway`, { amount_fen: 3499 });
  assert.deepEqual([trade.state, trade.amount_fen], ['PAID', 3499]);
  await bench.notices(1);
  assert.equal((await call('GET', `/v3/pay/transactions/out-trade-no/${no}?mchid=${settings.mchid}`)).amount.total, 3499);
});

test('a notice can be sealed without being sent, at another time and in other words', async () => {
  const { no, code } = await newCode();
  await bench.control('pay', { code, notice: 'never' });
  const at = Date.now() - 400_000;
  const sealed = await bench.control(`trades/wechat/${no}/seal`, { at_ms: at, as: { mchid: 'another' } });
  const headers = Object.fromEntries(sealed.headers);
  assert.equal(headers['wechatpay-timestamp'], String(Math.floor(at / 1000)));
  const key = headers['wechatpay-serial'] === settings.public_key_id ? settings.public_key : bench.world.wechat.platform.publicKey;
  const text = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${sealed.body}\n`;
  assert.ok(createVerify('sha256').update(text).verify(createPublicKey(key), headers['wechatpay-signature'], 'base64'));
  assert.equal(bench.heard.length, 0);
});

test('answers can be lost, late or not as they were signed, though the work was done', { timeout: 20_000 }, async () => {
  const { no } = await newCode();
  const target = `/v3/pay/transactions/out-trade-no/${no}`;
  await bench.set({ answers: 'lost' });
  await assert.rejects(call('POST', `${target}/close`, { mchid: settings.mchid }));
  await bench.set({ answers: 'late', answer_ms: 200 });
  const asked = Date.now();
  assert.equal((await call('GET', `${target}?mchid=${settings.mchid}`)).trade_state, 'CLOSED');
  assert.ok(Date.now() - asked >= 190);
  await bench.set({ answers: 'now' });
});

test('a new platform certificate signs, and the list holds both', async () => {
  const before = bench.world.wechat.platform.cert.serialHex;
  const { serial } = await bench.control('rotate', {});
  assert.notEqual(serial, before);
  const list = await call('GET', '/v3/certificates');
  assert.deepEqual(list.data.map((entry) => entry.serial_no), [before, serial]);
});

test('money is remembered over a restart', async () => {
  const { no, code } = await newCode();
  await bench.control('pay', { code, notice: 'never' });
  const again = await bench.restart();
  assert.equal(again.settings['payment-wechatpay'].mchid, settings.mchid, 'keys and numbers stay');
  assert.equal((await bench.control(`trades/wechat/${no}`)).state, 'PAID');
});

test('the phone and the inbox are there', async () => {
  for (const [path, word] of [['/', '扫一扫'], ['/sms', '短信'], ['/mail', '邮件'], ['/style.css', 'body'], ['/phone.js', 'scan'], ['/inbox.js', 'refresh']]) {
    const page = await fetch(bench.url + path);
    assert.equal(page.status, 200);
    assert.ok((await page.text()).includes(word), path);
  }
  assert.equal((await fetch(`${bench.url}/etc/passwd`)).status, 404);
});

test('settings are refused when they make no sense', async () => {
  assert.equal((await bench.set({ notice: 'perhaps' })).status, 422);
  assert.equal((await bench.set({ retry_scale: '1' })).status, 422);
  assert.equal((await bench.set({ unknown: 1 })).status, 422);
});

test('amounts and encodings are exact', () => {
  assert.deepEqual(['0.01', '140.00', '12', '12.5', '1.005', '', 'x', '-1'].map(fen), [1, 14000, 1200, 1250, null, null, null, null]);
  assert.deepEqual([1, 14000, -3500, 0].map(yuan), ['0.01', '140.00', '-35.00', '0.00']);
  assert.equal(new TextDecoder('gbk').decode(gbk('支付宝业务明细查询（元）,a')), '支付宝业务明细查询（元）,a');
  assert.equal(zip([[gbk('业务.csv'), Buffer.from('x')]]).subarray(0, 4).toString('latin1'), 'PK\x03\x04');
});
