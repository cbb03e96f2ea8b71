#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/payment_provider.hpp"
#include "plugins/support/json.hpp"

namespace zikao::wechatpay {

/// The body of POST /v3/pay/transactions/native.
std::string createBody(const api::ChargeRequest& request, std::string_view appid, std::string_view mchid);
/// The body of POST /v3/refund/domestic/refunds.
std::string refundBody(const api::RefundRequest& request);

/// Reads a transaction object (of a query or a notice). A field that a paid trade must have and does not is
/// an error.
/// @errors `unavailable`
Result<api::Trade> readTrade(const support::Json& transaction);

/// Reads a refund object; `status_key` is `status` in answers and `refund_status` in notices.
/// @errors `unavailable`
Result<api::Refund> readRefund(const support::Json& refund, const char* status_key);

/// The detail rows of a trade bill (type ALL). @errors `corrupt`: a column or a value is not what it should
/// be
Result<std::vector<api::BillRow>> readBill(std::string_view csv);

} // namespace zikao::wechatpay
