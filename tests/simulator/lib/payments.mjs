// The part the payment providers share: codes, payers, time limits, and notices that are repeated until heard.
import { newId } from './world.mjs';

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE;
/** Waiting times between the deliveries of one notice, as the providers publish them; the bank publishes none, so these are ours. */
export const RETRIES = {
  wechat: [15 * SECOND, 15 * SECOND, 30 * SECOND, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR],
  alipay: [4 * MINUTE, 10 * MINUTE, 10 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 15 * HOUR],
  ccb: [MINUTE, 5 * MINUTE, 15 * MINUTE],
  chsi: [15 * SECOND, 30 * SECOND, 3 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR],
};
const ANSWER_WITHIN = 5 * SECOND;

export class Refused extends Error {
  constructor(code, message) { super(message); this.code = code; }
}

export class Payments {
  constructor(world) {
    this.world = world;
    this.timers = new Set();
    this.sealers = {};
  }

  later(ms, act) {
    const timer = setTimeout(() => { this.timers.delete(timer); act(); }, ms);
    this.timers.add(timer);
  }

  stop() { for (const timer of this.timers) clearTimeout(timer); this.timers.clear(); }

  byCode(text) {
    const trade = this.world.state.trades.find((each) => each.codes.includes(text));
    if (!trade) throw new Refused('unknown_code', '无法识别的二维码');
    return trade;
  }

  checkPayable(trade, payer) {
    if (trade.state === 'PAID') throw new Refused('already_paid', '订单已支付，请勿重复付款');
    if (trade.state === 'CLOSED') throw new Refused('closed', '订单已关闭');
    if (this.world.now() > trade.expire_ms) throw new Refused('expired', '二维码已过期，请商家重新生成');
    if (trade.payer && trade.payer !== payer) throw new Refused('scanned_by_other', '该二维码已被其他用户扫描，请商家重新生成');
  }

  /** The first scan binds the code to its payer; at Alipay it is what makes the trade exist. */
  scan(text, payer) {
    const trade = this.byCode(text);
    this.checkPayable(trade, payer);
    if (!trade.payer) {
      trade.payer = payer;
      trade.scanned_ms = this.world.now();
      trade.trade_no ||= this.numberFor(trade);
      this.world.save();
    }
    return trade;
  }

  pay(text, payer) {
    const trade = this.scan(text, payer);
    trade.state = 'PAID';
    trade.paid_ms = this.world.now();
    this.world.save();
    this.announce(trade, 'payment');
    return trade;
  }

  /** Money comes although the trade is over, or another sum than was asked for: providers have done both. */
  takeAnyway(trade, amount = trade.fen) {
    Object.assign(trade, { fen: amount, payer: trade.payer || 'A', scanned_ms: trade.scanned_ms ?? this.world.now(), trade_no: trade.trade_no || this.numberFor(trade), state: 'PAID', paid_ms: this.world.now() });
    this.world.save();
    this.announce(trade, 'payment');
    return trade;
  }

  /** The bank gives a payment no number of its own. */
  numberFor({ provider, no }) { return provider === 'ccb' ? no : this.world.newNumber(provider === 'wechat' ? '4200' : beijingDay(this.world.now())); }

  /** Sends the notice of an event as the control says: now, late, twice, never or forged. */
  announce(trade, kind, refund = null, how = trade.notice ?? this.world.state.control.notice) {
    const url = refund?.notify_url ?? trade.notify_url;
    if (!url || how === 'never') return;
    const notice = { id: newId(), provider: trade.provider, no: trade.no, kind, refund_no: refund?.no, url, forged: how === 'forged', deliveries: [], heard: false };
    this.world.state.notices.push(notice);
    this.world.save();
    this.later(how === 'late' ? this.world.state.control.late_ms : 0, () => this.deliver(notice));
    if (how === 'twice') this.later(300, () => this.deliver(notice, { once: true }));
  }

  /** A payment notice as it would be sent, not sent. `as` goes over its content before it is signed. */
  seal(trade, { forged = false, at_ms, as = {} }) {
    const { headers, body } = this.sealers[trade.provider]({ id: newId(), kind: 'payment', forged, at_ms, as }, trade, null);
    return { headers: Object.entries(headers), body };
  }

  async deliver(notice, { once = false } = {}) {
    if (!this.world.state.notices.includes(notice)) return null; // of a time before a reset
    const trade = this.world.trade(notice.provider, notice.no);
    const refund = notice.refund_no ? trade.refunds.find((each) => each.no === notice.refund_no) : null;
    const sealed = this.sealers[notice.provider](notice, trade, refund);
    const delivery = { at_ms: this.world.now(), status: 0, heard: false };
    try {
      const sent = sealed.get ? [`${notice.url}?${sealed.body}`, {}] : [notice.url, { method: 'POST', body: sealed.body }];
      const answer = await fetch(sent[0], { ...sent[1], headers: sealed.headers, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN) });
      delivery.status = answer.status;
      delivery.heard = sealed.heard(answer.status, await answer.text());
    } catch (error) {
      delivery.error = error.name;
    }
    notice.deliveries.push(delivery);
    notice.heard ||= delivery.heard;
    this.world.save();
    const wait = RETRIES[notice.provider][notice.deliveries.length - 1];
    if (!once && !notice.forged && !notice.heard && wait !== undefined) this.later(wait * this.world.state.control.retry_scale, () => this.deliver(notice));
    return delivery;
  }

  /** Notices that were not heard before a restart go on. */
  resume() {
    for (const notice of this.world.state.notices) {
      const wait = RETRIES[notice.provider][notice.deliveries.length];
      if (!notice.heard && !notice.forged && wait !== undefined) this.later(wait * this.world.state.control.retry_scale, () => this.deliver(notice));
    }
  }

  refundedFen(trade) { return trade.refunds.filter((refund) => refund.state !== 'CLOSED').reduce((sum, refund) => sum + refund.fen, 0); }
}

const beijingDay = (ms) => new Date(ms + 8 * HOUR).toISOString().slice(0, 10).replaceAll('-', '');
