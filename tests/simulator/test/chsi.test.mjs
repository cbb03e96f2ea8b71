// The register's side of the adapter contract: signatures, one use of a code, sealed results, callbacks that come again.
import assert from 'node:assert/strict';
import { createDecipheriv, createHash, createSign, createVerify, randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { RETRIES } from '../lib/payments.mjs';
import { startBench } from './bench.mjs';

const NAME = '测试者', NUMBER = '990101200001020017';
let bench, settings;
let count = 0;
before(async () => { bench = await startBench(); settings = bench.settings['degree-chsi']; });
after(() => bench.stop());
beforeEach(async () => {
  bench.heard.length = 0;
  Object.assign(bench.answer, { status: 204, body: '' });
  await bench.set({ notice: 'now', retry_scale: 1, late_ms: 20_000, answers: 'now' });
});

async function call(method, target, body, change = {}) {
  const text = body ? JSON.stringify(body) : '';
  const [timestamp, nonce] = [change.timestamp ?? String(Math.floor(Date.now() / 1000)), change.nonce ?? randomBytes(8).toString('hex')];
  const signature = createSign('sha256').update(`${method}\n${target}\n${timestamp}\n${nonce}\n${change.signed ?? text}\n`).sign(settings.private_key, 'base64');
  const headers = { 'x-verify-client': change.client ?? settings.client_id, 'x-verify-key-id': change.key ?? settings.key_id, 'x-verify-timestamp': timestamp, 'x-verify-nonce': nonce, 'x-verify-signature': signature };
  const answer = await fetch(bench.url + target, { method, headers, ...(text ? { body: text } : {}) });
  const raw = await answer.text();
  return { status: answer.status, headers: answer.headers, raw, json: JSON.parse(raw) };
}

const newBody = (more = {}) => {
  const no = `SIM${Date.now()}${++count}`;
  return { request_no: no, purpose: 'ZK_GRADUATION', subject_digest: `sha256:${createHash('sha256').update(`${NAME}|${NUMBER}|${no}`).digest('hex')}`, qr_nonce: randomBytes(16).toString('hex'), expires_in: 300, callback_url: bench.notifyUrl, ...more };
};

async function newCode() {
  const body = newBody();
  const { json } = await call('POST', '/v1/verifications', body);
  return { no: body.request_no, nonce: body.qr_nonce, code: json.qr_content };
}

const scan = (code, more = {}) => bench.control('degrees/scan', { code, name: NAME, id_number: NUMBER, ...more });

function open({ nonce, associated_data: associated, ciphertext }) {
  const sealed = Buffer.from(ciphertext, 'base64');
  const cipher = createDecipheriv('aes-256-gcm', settings.aead_key, nonce).setAAD(Buffer.from(associated)).setAuthTag(sealed.subarray(-16));
  return JSON.parse(Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]).toString());
}

const isSigned = (headers, body) => createVerify('sha256').update(`${headers['x-verify-timestamp']}\n${headers['x-verify-nonce']}\n${body}\n`)
  .verify(settings.register_keys[headers['x-verify-key-id']], headers['x-verify-signature'], 'base64');

test('a person with one record authorises it, and the callback says so, signed and sealed', async () => {
  const { no, nonce, code } = await newCode();
  assert.equal((await call('GET', `/v1/verifications/${no}`)).json.status, 'PENDING');
  assert.equal((await scan(code)).status, 'AUTHORIZED');
  const [notice] = await bench.notices(1);
  assert.ok(isSigned(notice.headers, notice.body));
  const event = JSON.parse(notice.body);
  assert.equal(event.event_type, 'VERIFICATION.AUTHORIZED');
  const result = open(event.resource);
  assert.deepEqual([result.request_no, result.qr_nonce, result.status, result.records.length], [no, nonce, 'AUTHORIZED', 1]);
  assert.equal(result.records[0].name, NAME);
  const asked = await call('GET', `/v1/verifications/${no}`);
  assert.ok(isSigned(Object.fromEntries(asked.headers), asked.raw));
  assert.deepEqual(open(asked.json.resource), result);
});

test('several records, none, another name, a refusal, and somebody else at the app', async () => {
  const records = async (more) => { const { no, code } = await newCode(); const view = await scan(code, more); return [view.status, (await bench.control('degrees')).degrees.find((one) => one.no === no).records.map((one) => one.name)]; };
  assert.deepEqual(await records({ person: 'several' }), ['AUTHORIZED', [NAME, NAME]]);
  assert.deepEqual(await records({ person: 'several', pick: 'r2' }), ['AUTHORIZED', [NAME]]);
  assert.deepEqual(await records({ person: 'none' }), ['NO_RECORD', []]);
  assert.deepEqual(await records({ person: 'other_name' }), ['AUTHORIZED', [`${NAME}甲`]]);
  assert.deepEqual(await records({ person: 'refuses' }), ['REJECTED', []]);
  assert.deepEqual(await records({ name: '别人' }), ['NO_RECORD', []]);
});

test('a code is good once, and not after its end', async () => {
  const { no, code } = await newCode();
  await scan(code);
  assert.equal((await scan(code)).code, 'used');
  const late = await newCode();
  await bench.control('degrees/expire', { code: late.code });
  assert.equal((await scan(late.code)).code, 'expired');
  assert.equal((await call('GET', `/v1/verifications/${late.no}`)).json.status, 'EXPIRED');
  assert.equal((await scan(`${bench.url}/degree?v=1&n=2`)).code, 'unknown_code');
  assert.notEqual(no, late.no);
});

test('the same number with the same content is the same code, with another it is refused', async () => {
  const body = newBody();
  const first = await call('POST', '/v1/verifications', body);
  assert.deepEqual((await call('POST', '/v1/verifications', body)).json, first.json);
  const other = await call('POST', '/v1/verifications', { ...body, expires_in: 200 });
  assert.deepEqual([other.status, other.json.code], [409, 'REQUEST_CONFLICT']);
});

test('what the contract does not allow is refused by its name', async () => {
  const refused = async (more) => (await call('POST', '/v1/verifications', newBody(more))).json.code;
  for (const more of [{ request_no: 'lower' }, { purpose: 'FUN' }, { subject_digest: 'sha256:x' }, { qr_nonce: 'x' }, { expires_in: 59 }, { expires_in: 601 }, { callback_url: 'http://example.com/c' }, { callback_url: `${bench.notifyUrl}?a=b` }, { more: 1 }]) assert.equal(await refused(more), 'PARAM_ERROR', JSON.stringify(more));
  const body = newBody();
  assert.equal((await call('POST', '/v1/verifications', body, { signed: 'other' })).status, 401);
  assert.equal((await call('POST', '/v1/verifications', body, { timestamp: '1' })).status, 401);
  assert.equal((await call('POST', '/v1/verifications', body, { key: 'x' })).status, 401);
  assert.equal((await call('POST', '/v1/verifications', body, { client: 'x' })).status, 403);
  assert.equal((await call('POST', '/v1/verifications', body, { nonce: 'once' })).status, 200);
  assert.equal((await call('POST', '/v1/verifications', body, { nonce: 'once' })).status, 401);
  assert.equal((await call('GET', '/v1/verifications/UNKNOWN')).status, 404);
});

test('a callback that is not acknowledged comes again with the same id', { timeout: 20_000 }, async () => {
  await bench.set({ retry_scale: 0.001 });
  bench.answer.status = 500;
  await scan((await newCode()).code);
  await bench.notices(2);
  bench.answer.status = 204;
  const heard = await bench.notices(3);
  assert.equal(new Set(heard.map((notice) => JSON.parse(notice.body).event_id)).size, 1);
  assert.equal(RETRIES.chsi.length, 6);
});

test('a forged callback has a signature that does not fit', async () => {
  await scan((await newCode()).code, { notice: 'forged' });
  const [notice] = await bench.notices(1);
  assert.equal(isSigned(notice.headers, notice.body), false);
});

test('requests and their results survive a restart', async () => {
  const { no, code } = await newCode();
  await scan(code);
  await bench.restart();
  assert.equal((await bench.control('degrees')).degrees.find((one) => one.no === no).status, 'AUTHORIZED');
});

test('the page of the app is there and opens a code as its own address', async () => {
  const { code } = await newCode();
  const page = await fetch(code);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /学历授权/);
  assert.equal((await fetch(`${bench.url}/degree.js`)).status, 200);
});
