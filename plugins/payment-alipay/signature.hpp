#pragma once

#include <map>
#include <string>
#include <string_view>

#include "plugins/support/crypto.hpp"
#include "plugins/support/encoding.hpp"

namespace zikao::alipay {

/// What a request's signature covers: every parameter with a value but `sign`, sorted, raw.
std::string requestText(const support::Pairs& params);
/// What a notice's signature covers: as above without `sign_type`.
std::string noticeText(const support::Pairs& params);

/// Where the parts of an answer lie in its raw text. The signature covers the raw text of the object, so it
/// is cut out and never written anew.
struct RawAnswer
{
    std::string_view object; ///< `{…}` of `<method>_response` or `error_response`
    bool error = false;      ///< it was `error_response`
    std::string sign;
    std::string cert_sn;
};

/// @param key  `alipay_trade_query_response`
/// @errors `unavailable`: not an answer, a repeated member, or members that are neither
Result<RawAnswer> splitAnswer(std::string_view body, std::string_view key);

/// Whether a notice's parameters carry a good signature. Some message types keep `sign_type` in the text.
bool verifyNotice(const support::Pairs& params, const support::PublicKey& key);

} // namespace zikao::alipay
