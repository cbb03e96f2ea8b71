#pragma once

#include "plugins/payment-ccb/messages.hpp"
#include "plugins/support/http.hpp"

namespace zikao::ccb {

/// Speaks to the gateway and to the bank client. Nothing they answer is signed: TLS and a comparison of every
/// figure are what there is. @threads any
class Client
{
public:
    Client(Settings settings, support::Environment environment);

    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] Instant now() const { return environment_.now(); }

    /// Both steps of an aggregated code. @return the text of the code
    /// @errors `invalid_argument`: refused with one of `refused_codes`; `unavailable`, `timeout` otherwise
    Result<std::string> code(const api::ChargeRequest& request);

    /// @errors `unavailable`, `timeout`; a RETURN_CODE that is not 000000 is an answer
    Result<Answer> query(const Search& search);

    /// @param info  the inside of TX_INFO
    /// @return the answer's root element. @errors `unavailable`, `timeout`
    Result<Element> bankClient(const std::string& code, const std::string& serial, const std::string& info);

private:
    Result<std::string> exchange(support::HttpRequest request, const char* what);
    /// The member `key` of an answer that says SUCCESS.
    Result<std::string> step(const std::string& url, const char* key);

    const Settings settings_;
    support::Environment environment_;
};

} // namespace zikao::ccb
