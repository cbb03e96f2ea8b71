// The simulator's own interface, for tests and for the two pages: JSON below /_control/.
import { Refused } from './payments.mjs';
import { yuan } from './world.mjs';

const DAY = 86_400_000;
const CHOICES = { notice: ['now', 'late', 'twice', 'never', 'forged'], refund: ['success', 'abnormal', 'never'], answers: ['now', 'late', 'lost', 'forged'], notice_key: ['both', 'certificate', 'public'], ccb_notice: ['get', 'post'], sms: ['now', 'lost'] };

export class Control {
  constructor(world, payments, chsi) { Object.assign(this, { world, payments, chsi }); }

  async handle(request, response) {
    let status = 200, answer;
    try {
      answer = await this.route(request);
      if (answer === undefined) [status, answer] = [404, { code: 'not_found', message: '没有这个地址' }];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      [status, answer] = [422, { code: error.code, message: error.message }];
    }
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    response.end(JSON.stringify(answer));
  }

  view(trade) {
    return { provider: trade.provider, no: trade.no, subject: trade.subject, amount_fen: trade.fen, amount_yuan: yuan(trade.fen), state: trade.state, codes: trade.codes, payer: trade.payer, trade_no: trade.trade_no,
      created_ms: trade.created_ms, expire_ms: trade.expire_ms, paid_ms: trade.paid_ms ?? null, notice: trade.notice ?? null, refunds: trade.refunds, merchant: '省级自学考试报名平台（模拟商户）',
      notices: this.world.state.notices.filter((notice) => notice.provider === trade.provider && notice.no === trade.no) };
  }

  tradeOf(key) {
    const [provider, no] = key.split('/');
    const trade = this.world.trade(provider, no);
    if (!trade) throw new Refused('unknown_trade', '没有这笔订单');
    return trade;
  }

  async route({ method, path, query, body }) {
    const at = path.slice('/_control/'.length);
    let input = {};
    if (method === 'POST' || method === 'PUT') {
      try { input = JSON.parse(body.toString() || '{}'); } catch { throw new Refused('bad_json', '请求不是JSON'); }
    }
    const { state } = this.world;
    if (method === 'GET' && at === 'trades') return { trades: state.trades.map((trade) => this.view(trade)).reverse(), now_ms: this.world.now() };
    if (method === 'GET' && at.startsWith('trades/')) return this.view(this.tradeOf(at.slice(7)));
    if (method === 'GET' && at === 'degrees') return { degrees: state.degrees.map((one) => this.chsi.view(one)).reverse(), now_ms: this.world.now() };
    if (method === 'GET' && at === 'notices') return { notices: state.notices };
    if (method === 'GET' && at === 'sms') return { messages: state.messages.filter((each) => !each.lost && (!query.get('phone') || each.phone === query.get('phone'))).reverse() };
    if (method === 'GET' && at === 'mail') return { mails: state.mails.filter((each) => !query.get('to') || each.to === query.get('to')).reverse() };
    if (method === 'GET' && at === 'settings') return state.control;
    if (method === 'PUT' && at === 'settings') return this.change(input);
    if (method !== 'POST') return undefined;
    if (at === 'scan') return this.view(this.payments.scan(String(input.code ?? '').trim(), input.payer ?? 'A'));
    if (at === 'pay') return this.view(await this.payOne(input));
    if (at === 'degrees/scan') return this.chsi.scan({ ...input, ...(input.notice ? { notice: this.choice('notice', input.notice) } : {}) });
    if (at === 'degrees/expire') return this.expireDegree(input);
    if (at === 'reset') return this.reset();
    if (at === 'rotate') return this.world.rotateWechat();
    const [, key, act] = /^trades\/([a-z]+\/[^/]+)\/(\w+)$/.exec(at) ?? [];
    if (key && act === 'seal') return this.payments.seal(this.tradeOf(key), input);
    if (key) return this.view(await this.act(this.tradeOf(key), act, input));
    return undefined;
  }

  reset() {
    this.payments.stop();
    this.world.reset();
    return this.world.state.control;
  }

  expireDegree(input) {
    const verification = this.chsi.byCode(input.code);
    verification.expire_ms = this.world.now() - 1;
    this.world.save();
    return this.chsi.view(verification);
  }

  /** `at_ms`: pays at that moment. Whoever has to meet one can say so beforehand. */
  async payOne(input) {
    const code = String(input.code ?? '').trim();
    if (input.notice) this.payments.byCode(code).notice = this.choice('notice', input.notice);
    if (input.at_ms) await new Promise((done) => this.payments.later(Math.max(0, input.at_ms - this.world.now()), done));
    return this.payments.pay(code, input.payer ?? 'A');
  }

  choice(name, value) {
    if (!CHOICES[name].includes(value)) throw new Refused('bad_choice', `${name}: ${CHOICES[name].join(', ')}`);
    return value;
  }

  change(input) {
    const { control } = this.world.state;
    for (const [key, value] of Object.entries(input)) {
      if (!(key in control) || typeof value !== typeof control[key]) throw new Refused('bad_setting', `没有这个设置或类型不对：${key}`);
      control[key] = CHOICES[key] ? this.choice(key, value) : value;
    }
    this.world.save();
    return control;
  }

  async act(trade, act, input) {
    const shift = (ms) => (ms === undefined ? undefined : ms - (input.days ?? 1) * DAY);
    if (act === 'expire') trade.expire_ms = this.world.now() - 1;
    else if (act === 'notice') this.payments.announce(trade, 'payment', null, this.choice('notice', input.how ?? 'now'));
    else if (act === 'close_by_provider') trade.state = trade.state === 'NOTPAY' ? 'CLOSED' : trade.state;
    else if (act === 'backdate') {
      // A day has passed: bills are written for days that are over.
      trade.paid_ms = shift(trade.paid_ms);
      for (const refund of trade.refunds) Object.assign(refund, { created_ms: shift(refund.created_ms), done_ms: shift(refund.done_ms) });
    } else if (act === 'take_anyway') this.payments.takeAnyway(trade, input.amount_fen);
    else if (act === 'uncertain') trade.uncertain = input.is ?? true;
    else if (act === 'forget') this.world.state.trades = this.world.state.trades.filter((each) => each !== trade);
    else throw new Refused('unknown_act', '没有这个操作');
    this.world.save();
    return trade;
  }
}
