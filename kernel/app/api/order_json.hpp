#pragma once

#include "kernel/app/call.hpp"

namespace zikao::app {

/// An order as candidates and staff see it.
Result<Json> orderJson(Site& site, const billing::Order& order);

/// Lines of an order or of a bill to be: code, name, amount and, for courses of a sitting, when they are
/// examined.
Result<Json> linesJson(Site& site, const std::string& case_id, const std::vector<billing::Line>& lines);

/// The word people read for a state (未缴费 …): the tenant's `payment_words`, else the kernel's.
std::string stateTitle(const Site& site, billing::OrderState state);

/// The label of a payment channel, the id where the tenant no longer offers it.
std::string channelLabel(Site& site, const std::string& channel);

} // namespace zikao::app
