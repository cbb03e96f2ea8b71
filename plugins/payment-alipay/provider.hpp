#pragma once

#include <memory>

#include "plugins/api/payment_provider.hpp"
#include "plugins/payment-alipay/client.hpp"

namespace zikao::alipay {

/// Alipay's open platform, face-to-face: the payer scans a code on our page. The trade exists at Alipay only
/// from the first scan on, so `not_created` is the normal answer before it. @threads any
class Provider : public api::PaymentProvider
{
public:
    /// @errors `invalid_argument` naming every setting that is wrong
    static Result<std::unique_ptr<api::PaymentProvider>> create(const api::PluginContext& context);
    Provider(Settings settings, support::Environment environment);

    Result<api::ChargeCode> charge(const api::ChargeRequest& request) override;
    Result<api::Trade> query(const std::string& attempt_no) override;
    Result<api::Trade> close(const std::string& attempt_no) override;
    Result<api::Refund> refund(const api::RefundRequest& request) override;
    Result<api::Refund> queryRefund(const std::string& attempt_no, const std::string& refund_no) override;
    Result<api::Notice> readNotice(const api::RawNotice& notice, Instant now) override;
    api::NoticeReply acknowledge(bool accepted) override;
    Result<std::vector<api::BillRow>> bill(Date day) override;

private:
    Result<api::ChargeCode> doCharge(const api::ChargeRequest& request);
    Result<api::Trade> doQuery(const std::string& attempt_no);
    Result<api::Trade> doClose(const std::string& attempt_no);
    Result<api::Refund> doRefund(const api::RefundRequest& request);
    Result<api::Refund> doQueryRefund(const std::string& attempt_no, const std::string& refund_no);
    Result<api::Notice> doReadNotice(const api::RawNotice& notice, Instant now);
    Result<std::vector<api::BillRow>> doBill(Date day);

    Client client_;
};

} // namespace zikao::alipay
