#pragma once

#include <chrono>
#include <set>
#include <string>

#include "plugins/payment-ccb/signature.hpp"

namespace zikao::ccb {

/// One counter of one merchant (manifest.json says what each setting is).
struct Settings
{
    std::string gateway_url, merchant_id, pos_id, branch_id, transaction_code, code_host;
    CounterKey counter_key;
    std::string query_operator, query_password;
    int query_days = 2;
    std::set<std::string> refused_codes, unknown_order_codes;
    std::string notice_answer;
    bool refund_by_hand = false;
    std::string bank_client_url, bank_client_customer, bank_client_user, bank_client_password;
    std::chrono::milliseconds timeout{4000};

    /// @errors `invalid_argument` naming everything that is wrong
    static Result<Settings> parse(const std::string& settings_json);
};

} // namespace zikao::ccb
