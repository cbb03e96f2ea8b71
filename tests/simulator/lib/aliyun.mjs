// Aliyun SMS: the provider's side. Both signature versions, flow limits, an inbox instead of a phone.
import { createHash, createHmac, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import { beijing } from './world.mjs';

const TIME_TOLERANCE_MS = 15 * 60_000;
const LIMITS = [[60_000, 1, '分钟级'], [3_600_000, 5, '小时级'], [86_400_000, 10, '天级']];
const REPORT_RETRIES = [60_000, 300_000, 600_000];

const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const canonical = (pairs) => [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const same = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

class Refused extends Error {
  constructor(status, code, message) { super(message); Object.assign(this, { status, code }); }
}

export class AliyunSms {
  constructor(world, payments) { Object.assign(this, { world, payments, nonces: new Map() }); }

  handle(request, response) {
    const requestId = randomUUID().toUpperCase();
    let status = 200, answer;
    try {
      const params = this.authorize(request);
      const actions = { SendSms: () => this.send(params), QuerySendDetails: () => this.details(params) };
      if (!actions[params.Action]) throw new Refused(404, 'InvalidAction.NotFound', 'Specified api is not found.');
      answer = { RequestId: requestId, ...actions[params.Action]() };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status = error.status;
      answer = { RequestId: requestId, ...(status === 200 ? {} : { HostId: request.headers.host }), Code: error.code, Message: error.message };
    }
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
    response.end(JSON.stringify(answer));
  }

  authorize(request) {
    const params = Object.fromEntries(request.query);
    if (/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')) Object.assign(params, Object.fromEntries(new URLSearchParams(request.body.toString())));
    return request.headers.authorization?.startsWith('ACS3-HMAC-SHA256 ') ? this.authorizeV3(request, params) : this.authorizeV1(request, params);
  }

  check(keyId, version, date, nonce) {
    if (keyId !== this.world.aliyun.access_key_id) throw new Refused(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    if (version !== '2017-05-25') throw new Refused(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date ?? '') || Math.abs(Date.parse(date) - this.world.now()) > TIME_TOLERANCE_MS) throw new Refused(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
    if (!nonce || this.nonces.has(nonce)) throw new Refused(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }

  remember(nonce) {
    this.nonces.set(nonce, this.world.now());
    for (const [old, at] of this.nonces) if (at < this.world.now() - 2 * TIME_TOLERANCE_MS) this.nonces.delete(old);
  }

  authorizeV1(request, params) {
    this.check(params.AccessKeyId, params.Version, params.Timestamp, params.SignatureNonce);
    if (params.SignatureMethod !== 'HMAC-SHA1' || params.SignatureVersion !== '1.0') throw new Refused(400, 'SignatureDoesNotMatch', 'Specified signature method is not supported.');
    const { Signature: given = '', ...signed } = params;
    const text = `${request.method}&%2F&${encode(canonical(Object.entries(signed)))}`;
    const right = createHmac('sha1', `${this.world.aliyun.access_key_secret}&`).update(text).digest('base64');
    if (!same(given, right)) throw new Refused(400, 'SignatureDoesNotMatch', 'Specified signature is not matched with our calculation.');
    this.remember(params.SignatureNonce);
    return params;
  }

  authorizeV3(request, params) {
    const { headers } = request;
    const fields = Object.fromEntries(headers.authorization.slice(17).split(',').map((part) => { const at = part.indexOf('='); return [part.slice(0, at).trim(), part.slice(at + 1)]; }));
    this.check(fields.Credential, headers['x-acs-version'], headers['x-acs-date'], headers['x-acs-signature-nonce']);
    const names = (fields.SignedHeaders ?? '').split(';');
    for (const needed of ['host', 'x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'])
      if (!names.includes(needed)) throw new Refused(400, 'IncompleteSignature', `The header ${needed} must be signed.`);
    if (headers['x-acs-content-sha256'] !== sha256(request.body)) throw new Refused(400, 'SignatureDoesNotMatch', 'The content hash does not fit the body.');
    const text = [request.method, request.path, canonical(request.query), ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`), '', names.join(';'), headers['x-acs-content-sha256']].join('\n');
    const right = createHmac('sha256', this.world.aliyun.access_key_secret).update(`ACS3-HMAC-SHA256\n${sha256(text)}`).digest('hex');
    if (!same(fields.Signature ?? '', right)) throw new Refused(400, 'SignatureDoesNotMatch', 'Specified signature is not matched with our calculation.');
    this.remember(headers['x-acs-signature-nonce']);
    return { ...params, Action: headers['x-acs-action'] };
  }

  send(params) {
    const refuse = (code, message) => { throw new Refused(200, code, message); };
    const { aliyun, state } = this.world;
    const phones = (params.PhoneNumbers ?? '').split(',');
    if (phones.length > 1000) refuse('isv.MOBILE_COUNT_OVER_LIMIT', '手机号码数量超过限制');
    if (!phones.every((phone) => /^(\+?86|0086)?1\d{10}$/.test(phone))) refuse('isv.MOBILE_NUMBER_ILLEGAL', '手机号码格式错误');
    if (params.SignName !== aliyun.sign_name) refuse('isv.SMS_SIGNATURE_ILLEGAL', '该账号下找不到对应签名');
    const text = aliyun.templates[params.TemplateCode];
    if (!text) refuse('isv.SMS_TEMPLATE_ILLEGAL', '该账号下找不到对应模板');
    let values = {};
    if (params.TemplateParam) {
      try { values = JSON.parse(params.TemplateParam); } catch { refuse('isv.INVALID_JSON_PARAM', '参数格式错误，请修改为字符串值'); }
      if (!Object.values(values).every((value) => typeof value === 'string')) refuse('isv.INVALID_JSON_PARAM', '参数格式错误，请修改为字符串值');
    }
    const missing = [...text.matchAll(/\$\{(\w+)\}/g)].filter(([, name]) => !values[name]);
    if (missing.length > 0) refuse('isv.TEMPLATE_MISSING_PARAMETERS', `模板变量缺少对应参数值：${missing[0][1]}`);
    const now = this.world.now();
    if (state.control.sms_limits && text.includes('${code}'))
      for (const [span, most, name] of LIMITS)
        if (phones.some((phone) => state.messages.filter((each) => each.phone === phone.slice(-11) && each.code && each.at_ms > now - span).length >= most)) refuse('isv.BUSINESS_LIMIT_CONTROL', `触发${name}流控Permits:${most}`);
    const bizId = `${randomInt(1e8, 1e9)}${now}^0`;
    for (const phone of phones)
      state.messages.push({ phone: phone.slice(-11), biz_id: bizId, out_id: params.OutId ?? '', template: params.TemplateCode, code: values.code ?? '', params: values, at_ms: now, lost: state.control.sms === 'lost',
        text: `【${aliyun.sign_name}】${text.replace(/\$\{(\w+)\}/g, (_, name) => values[name])}` });
    this.world.save();
    if (state.control.report_url && state.control.sms !== 'lost') this.payments.later(300, () => this.report(bizId));
    return { Message: 'OK', BizId: bizId, Code: 'OK' };
  }

  async report(bizId, tries = 0) {
    const reports = this.world.state.messages.filter((each) => each.biz_id === bizId).map((each) => ({ phone_number: each.phone, send_time: beijing(each.at_ms), report_time: beijing(this.world.now()),
      success: true, err_code: 'DELIVERED', err_msg: '用户接收成功', sms_size: '1', biz_id: each.biz_id, out_id: each.out_id }));
    let heard = false;
    try {
      const answer = await fetch(this.world.state.control.report_url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(reports), signal: AbortSignal.timeout(5000) });
      heard = answer.ok && (await answer.json()).code === 0;
    } catch { heard = false; }
    if (!heard && tries < REPORT_RETRIES.length) this.payments.later(REPORT_RETRIES[tries] * this.world.state.control.retry_scale, () => this.report(bizId, tries + 1));
  }

  details(params) {
    const size = Number(params.PageSize), page = Number(params.CurrentPage);
    if (!(size >= 1 && size <= 50 && page >= 1)) throw new Refused(200, 'isv.INVALID_PARAMETERS', '参数格式不正确');
    const found = this.world.state.messages.filter((each) => each.phone === params.PhoneNumber && beijing(each.at_ms).slice(0, 10).replaceAll('-', '') === params.SendDate && (!params.BizId || each.biz_id === params.BizId));
    return { Code: 'OK', Message: 'OK', TotalCount: String(found.length), SmsSendDetailDTOs: { SmsSendDetailDTO: found.slice((page - 1) * size, page * size).map((each) => ({ PhoneNum: each.phone, SendStatus: each.lost ? 1 : 3, ErrCode: each.lost ? '' : 'DELIVERED',
      TemplateCode: each.template, Content: each.text, SendDate: beijing(each.at_ms), ReceiveDate: each.lost ? '' : beijing(each.at_ms), OutId: each.out_id })) } };
  }
}
