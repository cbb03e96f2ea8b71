#pragma once

#include "kernel/app/call.hpp"
#include "kernel/documents/documents.hpp"

namespace zikao::app {

/// What is to be paid for a case, before and after there is an order: the tenant's `payment_page` facts, the
/// lines, the sum, the state (XJ-PAY-01..04). @errors `not_found`: the case charges nothing
Result<Json> paymentPageJson(Call& call, const cases::View& view);

/// The printed 订单 of a paid order.
Result<documents::Sheet> receiptSheet(Site& site, const billing::Order& order);

} // namespace zikao::app
