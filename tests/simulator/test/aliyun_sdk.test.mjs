// The simulator as the package @alicloud/pop-core (RPC signature) sees Aliyun, and the ACS3 signature made by hand.
import assert from 'node:assert/strict';
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import Core from '@alicloud/pop-core';
import { startBench } from './bench.mjs';

let bench, settings, client;
before(async () => {
  bench = await startBench();
  settings = bench.settings['sms-aliyun'];
  client = (secret) => new Core.RPCClient({ accessKeyId: settings.access_key_id, accessKeySecret: secret ?? settings.access_key_secret, endpoint: bench.url, apiVersion: '2017-05-25' });
});
after(() => bench.stop());
beforeEach(() => { bench.world.state.messages.length = 0; });

const message = (more = {}) => ({ PhoneNumbers: '13800000000', SignName: settings.sign_name, TemplateCode: settings.templates.verification_code, TemplateParam: '{"code":"042619"}', OutId: 'm1', ...more });
const send = (more, secret) => client(secret).request('SendSms', message(more), { method: 'POST' });
const refused = (promise) => promise.then(() => assert.fail('was not refused'), (error) => error.code);

test('a message arrives in the inbox', async () => {
  const answer = await send();
  assert.equal(answer.Code, 'OK');
  const { messages } = await bench.control('sms?phone=13800000000');
  assert.deepEqual([messages.length, messages[0].code, messages[0].out_id, messages[0].biz_id], [1, '042619', 'm1', answer.BizId]);
  assert.match(messages[0].text, /【自考模拟】验证码042619/);
  const found = await client().request('QuerySendDetails', { PhoneNumber: '13800000000', SendDate: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', ''), PageSize: 10, CurrentPage: 1 });
  assert.equal(found.SmsSendDetailDTOs.SmsSendDetailDTO[0].OutId, 'm1');
});

test('a lost message was accepted, is on its way for ever and stands in no inbox', async () => {
  await bench.set({ sms: 'lost' });
  assert.equal((await send({ PhoneNumbers: '13800000007' })).Code, 'OK');
  await bench.set({ sms: 'now' });
  assert.deepEqual((await bench.control('sms?phone=13800000007')).messages, []);
  const found = await client().request('QuerySendDetails', { PhoneNumber: '13800000007', SendDate: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', ''), PageSize: 10, CurrentPage: 1 });
  assert.equal(found.SmsSendDetailDTOs.SmsSendDetailDTO[0].SendStatus, 1);
});

test('a second code within a minute is refused, to another phone it is not', async () => {
  await send();
  assert.equal(await refused(send()), 'isv.BUSINESS_LIMIT_CONTROL');
  assert.equal((await send({ PhoneNumbers: '13800000001' })).Code, 'OK');
});

test('what does not fit the account is refused by its own code', async () => {
  assert.equal(await refused(send({ PhoneNumbers: '123' })), 'isv.MOBILE_NUMBER_ILLEGAL');
  assert.equal(await refused(send({ SignName: '别人' })), 'isv.SMS_SIGNATURE_ILLEGAL');
  assert.equal(await refused(send({ TemplateCode: 'SMS_1' })), 'isv.SMS_TEMPLATE_ILLEGAL');
  assert.equal(await refused(send({ TemplateParam: '{}' })), 'isv.TEMPLATE_MISSING_PARAMETERS');
  assert.equal(await refused(send({ TemplateParam: '{"code":42619}' })), 'isv.INVALID_JSON_PARAM');
  assert.equal(await refused(send({}, 'wrong secret')), 'SignatureDoesNotMatch');
});

async function acs3(change = {}) {
  const body = new URLSearchParams(message(change.params)).toString().replaceAll('+', '%20');
  const headers = { host: new URL(bench.url).host, 'content-type': 'application/x-www-form-urlencoded', 'x-acs-action': 'SendSms', 'x-acs-version': '2017-05-25', 'x-acs-date': new Date().toISOString().slice(0, 19) + 'Z',
    'x-acs-signature-nonce': randomUUID(), 'x-acs-content-sha256': createHash('sha256').update(body).digest('hex'), ...change.headers };
  const names = (change.names ?? Object.keys(headers)).sort();
  const text = ['POST', '/', '', ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), headers['x-acs-content-sha256']].join('\n');
  const signature = createHmac('sha256', settings.access_key_secret).update(`ACS3-HMAC-SHA256\n${createHash('sha256').update(text).digest('hex')}`).digest('hex');
  const { host, ...sent } = headers;
  const answer = await fetch(`${bench.url}/`, { method: 'POST', body: change.body ?? body, headers: { ...sent, authorization: `ACS3-HMAC-SHA256 Credential=${settings.access_key_id},SignedHeaders=${names.join(';')},Signature=${signature}` } });
  return (await answer.json()).Code;
}

test('the newer signature is checked over what arrives', async () => {
  assert.equal(await acs3(), 'OK');
  assert.equal(await acs3({ body: 'PhoneNumbers=13800000009' }), 'SignatureDoesNotMatch');
  assert.equal(await acs3({ names: ['host', 'x-acs-action'] }), 'IncompleteSignature');
  assert.equal(await acs3({ headers: { 'x-acs-date': '2020-01-01T00:00:00Z' } }), 'InvalidTimeStamp.Expired');
  assert.equal(await acs3({ params: { PhoneNumbers: '13800000002' }, headers: { 'x-acs-signature-nonce': 'same' } }), 'OK');
  assert.equal(await acs3({ params: { PhoneNumbers: '13800000003' }, headers: { 'x-acs-signature-nonce': 'same' } }), 'SignatureNonceUsed');
});
