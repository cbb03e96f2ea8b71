#pragma once

#include <string_view>
#include <vector>

#include "plugins/api/payment_provider.hpp"
#include "plugins/support/encoding.hpp"
#include "plugins/support/json.hpp"

namespace zikao::alipay {

/// `biz_content` of alipay.trade.precreate.
support::Json precreateContent(const api::ChargeRequest& request, const std::string& product_code,
                               Instant now);
/// `biz_content` of alipay.trade.refund.
support::Json refundContent(const api::RefundRequest& request);

/// Reads the answer of alipay.trade.query. @errors `unavailable`: a paid trade without number, time or amount
Result<api::Trade> readTrade(const support::Json& answer);

/// What a verified notice says; merchant and application were checked before.
/// @errors `forbidden` with reason `body`
Result<api::Notice> readNotice(const support::Pairs& params);

/// The detail file of a trade bill, already UTF-8. @errors `corrupt`: a column or a value is not what it
/// should be
Result<std::vector<api::BillRow>> readBill(std::string_view csv);

/// Whether a file of the bill archive is the detail file (the other is a summary).
bool isDetailFile(std::string_view csv);

} // namespace zikao::alipay
