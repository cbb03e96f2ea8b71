// What the simulated providers know: their keys, their merchants, and the state that survives a restart.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alipaySn, certificate } from './certificates.mjs';

const TEMPLATES = {
  verification_code: ['SMS_100000001', '验证码${code}，5分钟内有效，请勿告诉他人。'],
  registration_passed: ['SMS_100000002', '您的注册信息已审核通过，请登录系统查看。'],
  registration_refused: ['SMS_100000003', '您的注册信息未通过审核，请登录系统查看原因并修改。'],
  sign_up_paid: ['SMS_100000004', '您的报考费已缴清，请登录系统查看。'],
  sign_up_lapsed: ['SMS_100000005', '您的报考订单已超时取消，请登录系统查看。'],
  registered: ['SMS_100000007', '您已注册成功，请登录系统办理报考。'],
  completed: ['SMS_100000008', '您的资料已完善，请登录系统办理报考。'],
  review_result: ['SMS_100000006', '您的申请有新的审核结果，请登录系统查看。'],
};

/** How the providers behave until a test says otherwise. */
const CONTROL = { notice: 'now', late_ms: 20_000, retry_scale: 1, notice_key: 'both', refund: 'success', refund_ms: 500, answers: 'now', answer_ms: 10_000, ccb_notify_url: '', ccb_notice: 'get', sms: 'now', sms_limits: true, report_url: '' };

const pair = () => generateKeyPairSync('rsa', {
  modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const digits = (count) => Array.from(randomBytes(count), (byte) => byte % 10).join('');

function makeIdentity() {
  const [wechatCa, wechatPlatform, wechatPublic, wechatMerchant, alipayRoot, alipayPlatform, alipayApp] = Array.from({ length: 7 }, pair);
  const wechatIssuer = [['C', 'CN'], ['O', 'SIMULATOR ONLY'], ['CN', 'Simulated WeChat CA']];
  const alipayIssuer = [['C', 'CN'], ['O', 'SIMULATOR ONLY'], ['OU', 'Certification Authority'], ['CN', 'Simulated Alipay Root']];
  const make = (cn, key, issuer, ca, more = {}) => certificate({ subject: cn, issuer, publicKey: key.publicKey, issuerKey: ca.privateKey, ...more });
  return {
    wechat: {
      mchid: `16${digits(8)}`, appid: `wx${randomBytes(8).toString('hex')}`, apiv3_key: randomBytes(16).toString('hex'),
      platform: { ...wechatPlatform, cert: make([['C', 'CN'], ['CN', 'Simulated Tenpay']], wechatPlatform, wechatIssuer, wechatCa) },
      public: { ...wechatPublic, id: `PUB_KEY_ID_01${digits(30)}` },
      merchant: { ...wechatMerchant, cert: make([['C', 'CN'], ['CN', 'Simulated merchant']], wechatMerchant, wechatIssuer, wechatCa) },
    },
    alipay: {
      app_id: `2021${digits(12)}`, seller_id: `2088${digits(12)}`,
      root: make(alipayIssuer, alipayRoot, alipayIssuer, alipayRoot, { authority: true }),
      platform: { ...alipayPlatform, cert: make([['C', 'CN'], ['CN', 'Simulated Alipay']], alipayPlatform, alipayIssuer, alipayRoot) },
      app: { ...alipayApp, cert: make([['C', 'CN'], ['CN', 'Simulated application']], alipayApp, alipayIssuer, alipayRoot) },
    },
    aliyun: { access_key_id: `LTAI5tSimulator${digits(9)}`, access_key_secret: randomBytes(15).toString('hex'), sign_name: '自考模拟' },
  };
}

/** A counter of the bank has a key of 1024 bits, and both sides know its tail. */
function makeCounter() {
  const key = generateKeyPairSync('rsa', { modulusLength: 1024, publicKeyEncoding: { type: 'spki', format: 'der' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  return { merchant_id: `105${digits(12)}`, pos_id: digits(9), branch_id: digits(9), public_hex: key.publicKey.toString('hex'), privateKey: key.privateKey, query_password: digits(6),
    client: { customer: `105${digits(12)}`, user: 'WLPT01', password: randomBytes(6).toString('hex') } };
}

function makeRegister() {
  return { client_id: 'zikao-simulated', aead_key: randomBytes(16).toString('hex'), client: { id: 'client-1', ...pair() }, register: { id: 'register-1', ...pair() } };
}

export class World {
  /** @param forgetful  keeps trades in memory alone: for storms of them */
  constructor(dataDir, forgetful = false) {
    Object.assign(this, { dir: dataDir, forgetful });
    mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
    this.identityFile = join(dataDir, 'keys', 'identity.json');
    if (!existsSync(this.identityFile)) writeFileSync(this.identityFile, JSON.stringify(makeIdentity(), null, 2), { mode: 0o600 });
    Object.assign(this, JSON.parse(readFileSync(this.identityFile, 'utf8')));
    if (!this.ccb) this.keep({ ccb: makeCounter() });
    if (!this.chsi) this.keep({ chsi: makeRegister() });
    if (!this.mail) this.keep({ mail: { user: 'zikao@simulator.test', password: randomBytes(9).toString('hex') } });
    this.aliyun.templates = Object.fromEntries(Object.values(TEMPLATES));
    this.stateFile = join(dataDir, 'state.json');
    this.state = { trades: [], degrees: [], messages: [], mails: [], notices: [], control: {}, ...(existsSync(this.stateFile) ? JSON.parse(readFileSync(this.stateFile, 'utf8')) : {}) };
    this.state.control = { ...CONTROL, ...this.state.control };
  }

  /** Adds to what the simulator is, over restarts. */
  keep(more) {
    Object.assign(this, more);
    writeFileSync(this.identityFile, JSON.stringify({ ...JSON.parse(readFileSync(this.identityFile, 'utf8')), ...more }, null, 2), { mode: 0o600 });
  }

  /** Nothing was ever bought or sent; keys, merchants and the address stay. */
  reset() {
    this.state = { trades: [], degrees: [], messages: [], mails: [], notices: [], control: { ...CONTROL } };
    this.save();
  }

  /** Kept at once: a provider does not forget money because it restarts. */
  save() {
    if (this.forgetful) return;
    writeFileSync(`${this.stateFile}.tmp`, JSON.stringify(this.state), { mode: 0o600 });
    renameSync(`${this.stateFile}.tmp`, this.stateFile);
  }

  /** WeChat Pay signs with a new platform certificate from now on; the earlier ones stay in its list. */
  rotateWechat() {
    const { wechat } = this;
    const [key, issuer] = [pair(), pair()];
    wechat.earlier = [...(wechat.earlier ?? []), wechat.platform];
    wechat.platform = { ...key, cert: certificate({ subject: [['C', 'CN'], ['CN', 'Simulated Tenpay']], issuer: [['C', 'CN'], ['CN', 'Simulated WeChat CA']], publicKey: key.publicKey, issuerKey: issuer.privateKey }) };
    this.keep({ wechat });
    return { serial: wechat.platform.cert.serialHex };
  }

  now() { return Date.now(); }

  /** What a notice is about: a trade, or a verification of the register. */
  trade(provider, no) { return (provider === 'chsi' ? this.state.degrees : this.state.trades).find((trade) => trade.provider === provider && trade.no === no); }

  newNumber(prefix) { return `${prefix}${digits(28 - prefix.length)}`; }

  /** Ready-made settings of the plugins, both as one file and per plugin. */
  writeSettings(origin, smtpPort) {
    const { wechat, alipay, aliyun, ccb, chsi, mail } = this;
    this.origin = origin;
    const settings = {
      'payment-wechatpay': {
        base_url: origin, mchid: wechat.mchid, appid: wechat.appid, apiv3_key: wechat.apiv3_key,
        merchant_serial: wechat.merchant.cert.serialHex, merchant_private_key: wechat.merchant.privateKey,
        public_key_id: wechat.public.id, public_key: wechat.public.publicKey, download_certificates: true,
      },
      'payment-alipay': {
        gateway_url: `${origin}/gateway.do`, app_id: alipay.app_id, seller_id: alipay.seller_id,
        app_private_key: alipay.app.privateKey, alipay_public_key: alipay.platform.publicKey,
      },
      'payment-ccb': {
        gateway_url: `${origin}/CCBIS/ccbMain`, merchant_id: ccb.merchant_id, pos_id: ccb.pos_id, branch_id: ccb.branch_id, counter_public_key: ccb.public_hex, query_password: ccb.query_password,
        bank_client_url: `${origin}/bank-client`, bank_client_customer: ccb.client.customer, bank_client_user: ccb.client.user, bank_client_password: ccb.client.password,
      },
      'degree-chsi': {
        base_url: origin, client_id: chsi.client_id, key_id: chsi.client.id, private_key: chsi.client.privateKey, register_keys: { [chsi.register.id]: chsi.register.publicKey }, aead_key: chsi.aead_key,
      },
      'sms-aliyun': {
        base_url: origin, access_key_id: aliyun.access_key_id, access_key_secret: aliyun.access_key_secret, sign_name: aliyun.sign_name,
        templates: Object.fromEntries(Object.entries(TEMPLATES).map(([key, [code]]) => [key, code])),
      },
    };
    // What a mail says is the province's: its templates stand in province.json.
    settings['mail-smtp'] = { host: '127.0.0.1', port: smtpPort, security: 'none', user: mail.user, password: mail.password, from: mail.user };
    const { alipay_public_key: _, ...certificateMode } = settings['payment-alipay'];
    Object.assign(certificateMode, { app_certificate: alipay.app.cert.pem, alipay_certificate: alipay.platform.cert.pem, root_certificates: alipay.root.pem });
    const write = (name, value) => writeFileSync(join(this.dir, name), JSON.stringify(value, null, 2), { mode: 0o600 });
    write('settings.json', settings);
    write('keys/plugin-settings.json', settings);
    write('keys/alipay-certificate-mode.json', certificateMode);
    return settings;
  }

  alipaySns() { return { app: alipaySn(this.alipay.app.cert), platform: alipaySn(this.alipay.platform.cert), root: alipaySn(this.alipay.root) }; }
}

export const newId = () => randomUUID();
export const yuan = (fen) => `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;
/** Whole fen of a yuan text; null when it is not one. */
export const fen = (text) => (/^\d{1,9}(\.\d{1,2})?$/.test(text ?? '') ? Number(text.split('.')[0]) * 100 + Number((text.split('.')[1] ?? '').padEnd(2, '0')) : null);
/** Beijing wall time `YYYY-MM-DD HH:MM:SS`. */
export const beijing = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
export const rfc3339 = (ms) => `${beijing(ms).replace(' ', 'T')}+08:00`;
export const fromBeijing = (text) => (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text ?? '') ? Date.parse(`${text.replace(' ', 'T')}+08:00`) : NaN);
