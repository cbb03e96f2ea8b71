// The simulator as the package alipay-sdk sees Alipay, in key mode and in certificate mode.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { AlipaySdk } from 'alipay-sdk';
import { beijing } from '../lib/world.mjs';
import { inMinutes, startBench } from './bench.mjs';

// The package writes the machine's local time and takes it for China's.
process.env.TZ = 'Asia/Shanghai';

let bench;
let count = 0;
const nextNo = () => `ZFB${Date.now()}${++count}`;

before(async () => { bench = await startBench(); });
after(() => bench.stop());
beforeEach(async () => {
  bench.heard.length = 0;
  Object.assign(bench.answer, { status: 200, body: 'success' });
  await bench.set({ notice: 'now', retry_scale: 1, refund: 'success' });
});

const MODES = {
  'key mode': () => {
    const settings = bench.settings['payment-alipay'];
    return new AlipaySdk({ appId: settings.app_id, privateKey: settings.app_private_key, alipayPublicKey: settings.alipay_public_key, gateway: settings.gateway_url, keyType: 'PKCS8' });
  },
  'certificate mode': () => {
    const settings = JSON.parse(readFileSync(join(bench.world.dir, 'keys/alipay-certificate-mode.json'), 'utf8'));
    return new AlipaySdk({ appId: settings.app_id, privateKey: settings.app_private_key, gateway: settings.gateway_url, keyType: 'PKCS8',
      appCertContent: settings.app_certificate, alipayPublicCertContent: settings.alipay_certificate, alipayRootCertContent: settings.root_certificates });
  },
};

for (const [mode, make] of Object.entries(MODES)) {
  describe(mode, () => {
    let sdk;
    const exec = (method, bizContent, more = {}) => sdk.exec(method, { bizContent, ...more }, { validateSign: true });
    const precreate = (no, more = {}) => exec('alipay.trade.precreate', { out_trade_no: no, total_amount: '140.00', subject: '自学考试报考费', time_expire: beijing(inMinutes(3)), ...more }, { notify_url: bench.notifyUrl });
    const query = (no) => exec('alipay.trade.query', { out_trade_no: no });
    before(() => { sdk = make(); });

    test('a trade exists from the first scan on', async () => {
      const no = nextNo();
      const { code, qrCode } = await precreate(no);
      assert.equal(code, '10000');
      assert.match(qrCode, /^https:\/\/qr\.alipay\.com\//);
      assert.equal((await query(no)).subCode, 'ACQ.TRADE_NOT_EXIST');
      assert.equal((await exec('alipay.trade.close', { out_trade_no: no })).subCode, 'ACQ.TRADE_NOT_EXIST');
      await bench.control('scan', { code: qrCode, payer: 'A' });
      assert.equal((await query(no)).tradeStatus, 'WAIT_BUYER_PAY');
    });

    test('a payment is announced with a notice the package verifies', { timeout: 20_000 }, async () => {
      const no = nextNo();
      const { qrCode } = await precreate(no);
      await bench.control('pay', { code: qrCode, payer: 'A' });
      const [notice] = await bench.notices(1);
      const params = Object.fromEntries(new URLSearchParams(notice.body));
      assert.ok(sdk.checkNotifySignV2(params));
      assert.ok(!sdk.checkNotifySignV2({ ...params, total_amount: '1.40' }), 'a changed amount is seen');
      assert.deepEqual([params.trade_status, params.out_trade_no, params.total_amount], ['TRADE_SUCCESS', no, '140.00']);
      const trade = await query(no);
      assert.deepEqual([trade.tradeStatus, trade.totalAmount, trade.tradeNo], ['TRADE_SUCCESS', '140.00', params.trade_no]);
    });

    test('the same number with other content is refused', async () => {
      const no = nextNo();
      const time = beijing(inMinutes(3));
      await precreate(no, { time_expire: time });
      assert.equal((await precreate(no, { time_expire: time })).code, '10000');
      assert.equal((await precreate(no, { time_expire: time, total_amount: '139.99' })).subCode, 'ACQ.CONTEXT_INCONSISTENT');
    });

    test('a scanned trade can be closed, a paid one cannot', { timeout: 20_000 }, async () => {
      const no = nextNo();
      const { qrCode } = await precreate(no);
      await bench.control('scan', { code: qrCode });
      assert.equal((await exec('alipay.trade.close', { out_trade_no: no })).code, '10000');
      const params = Object.fromEntries(new URLSearchParams((await bench.notices(1))[0].body));
      assert.ok(sdk.checkNotifySignV2(params));
      assert.equal(params.trade_status, 'TRADE_CLOSED');
      assert.equal((await bench.control('pay', { code: qrCode })).code, 'closed');
      assert.equal((await precreate(no)).subCode, 'ACQ.TRADE_HAS_CLOSE');
      const paid = nextNo();
      await bench.control('pay', { code: (await precreate(paid)).qrCode });
      assert.equal((await exec('alipay.trade.close', { out_trade_no: paid })).subCode, 'ACQ.TRADE_STATUS_ERROR');
      assert.equal((await precreate(paid)).subCode, 'ACQ.TRADE_HAS_SUCCESS');
    });

    test('refunds move funds once, are announced and never exceed the payment', { timeout: 20_000 }, async () => {
      const no = nextNo();
      await bench.control('pay', { code: (await precreate(no)).qrCode });
      const refund = (amount, requestNo) => exec('alipay.trade.refund', { out_trade_no: no, refund_amount: amount, ...(requestNo ? { out_request_no: requestNo } : {}) });
      assert.equal((await refund('35.00')).subCode, 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
      assert.deepEqual(((a) => [a.fundChange, a.refundFee])(await refund('35.00', 'R1')), ['Y', '35.00']);
      assert.deepEqual(((a) => [a.fundChange, a.refundFee])(await refund('35.00', 'R1')), ['N', '35.00']);
      assert.equal((await refund('36.00', 'R1')).subCode, 'ACQ.DISCORDANT_REPEAT_REQUEST');
      assert.equal((await refund('105.01', 'R2')).subCode, 'ACQ.REASON_TRADE_REFUND_FEE_ERR');
      assert.equal((await refund('105.00', 'R2')).refundFee, '140.00');
      assert.equal((await query(no)).tradeStatus, 'TRADE_CLOSED');
      const asked = await exec('alipay.trade.fastpay.refund.query', { out_trade_no: no, out_request_no: 'R1' });
      assert.deepEqual([asked.refundStatus, asked.refundAmount], ['REFUND_SUCCESS', '35.00']);
      assert.equal((await exec('alipay.trade.fastpay.refund.query', { out_trade_no: no, out_request_no: 'R9' })).refundStatus, undefined);
      const notices = (await bench.notices(3)).map((notice) => Object.fromEntries(new URLSearchParams(notice.body)));
      notices.forEach((params) => assert.ok(sdk.checkNotifySignV2(params)));
      assert.deepEqual(notices.map((params) => params.out_biz_no ?? '').sort(), ['', 'R1', 'R2']);
    });

    test('a bill leads to a file that is there for half a minute', async () => {
      const no = nextNo();
      await bench.control('pay', { code: (await precreate(no)).qrCode });
      await bench.control(`trades/alipay/${no}/backdate`, { days: 3 });
      const day = beijing(Date.now() - 3 * 86_400_000).slice(0, 10);
      const url = (await exec('alipay.data.dataservice.bill.downloadurl.query', { bill_type: 'trade', bill_date: day })).billDownloadUrl;
      const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
      assert.equal(bytes.subarray(0, 2).toString(), 'PK');
      assert.equal((await fetch(url.replace(/token=.*/, 'token=0'))).status, 403);
      assert.equal((await exec('alipay.data.dataservice.bill.downloadurl.query', { bill_type: 'trade', bill_date: '2020-01-01' })).subCode, 'isp.bill_not_exist');
    });
  });
}

test('a request signed with another key is refused by the gateway', async () => {
  const settings = bench.settings['payment-alipay'];
  const stranger = new AlipaySdk({ appId: settings.app_id, privateKey: bench.world.wechat.merchant.privateKey, alipayPublicKey: settings.alipay_public_key, gateway: settings.gateway_url, keyType: 'PKCS8' });
  const text = await stranger.exec('alipay.trade.query', { bizContent: { out_trade_no: 'X' } }, { validateSign: false }).then(JSON.stringify, (error) => String(error.message ?? error));
  assert.match(text, /invalid-signature|验签/);
});
