#pragma once

#include <string_view>
#include <vector>

#include "plugins/api/payment_provider.hpp"
#include "plugins/payment-ccb/settings.hpp"
#include "plugins/payment-ccb/xml.hpp"

namespace zikao::ccb {

/// The fields of an order in the order of its MAC, `MAC` last (530550, RETURNTYPE 3).
support::Pairs orderFields(const Settings& settings, const api::ChargeRequest& request);

/// What is asked for with 410408.
struct Search
{
    Date day;
    bool refunds = false; ///< payments otherwise
    bool settled = false; ///< of earlier days, after settlement; today's otherwise
    std::string order_no; ///< empty: every order of the day
    int page = 1;
};

/// The fields of a query in the order of its MAC, `MAC` last. The password takes no part in the MAC.
support::Pairs queryFields(const Settings& settings, const Search& search);

/// One QUERYORDER of an answer.
struct Found
{
    std::string order_no;
    Money amount, refund; ///< `refund`: in answers about refunds
    char status = '3';    ///< 0 failed, 1 ok, 2 uncertain
};
struct Answer
{
    std::string code, message; ///< RETURN_CODE, RETURN_MSG
    int pages = 1;
    std::vector<Found> found;

    [[nodiscard]] bool good() const { return code == "000000"; }
};

/// Reads an answer to 410408 (GB2312 bytes). @errors `unavailable`: not such an answer, or rows of another
/// counter, or amounts that cannot be read
Result<Answer> readAnswer(std::string_view gbk, const Settings& settings);

/// What a server notice says; its signature was verified. @errors `forbidden`, `reason` says why
Result<api::Notice> readNotice(const support::Pairs& fields, const Settings& settings);

/// The bank client's number for a refund of ours: 15 digits of its hash, the same for the same refund.
std::string refundCode(const std::string& refund_no);
/// A request to the bank client (GB2312 is ASCII here: nothing in it is Chinese).
std::string clientRequest(const Settings& settings, const std::string& code, const std::string& serial,
                          const std::string& info);

} // namespace zikao::ccb
