#pragma once

#include <memory>

#include "plugins/api/payment_provider.hpp"
#include "plugins/payment-ccb/client.hpp"

namespace zikao::ccb {

/// China Construction Bank's aggregated code (聚合支付): one code that WeChat and the bank's own application
/// scan. The bank knows an order from its payment on, and has no call that ends one: before it `query` and
/// `close` both answer `not_created`, and an order dies by its time limit alone. @threads any
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
    Result<api::Refund> doRefund(const api::RefundRequest& request);
    Result<api::Refund> doQueryRefund(const std::string& attempt_no, const std::string& refund_no);
    Result<api::Notice> doReadNotice(const api::RawNotice& notice);
    Result<std::vector<api::BillRow>> doBill(Date day);

    Result<Answer> search(const Search& search);
    /// Every page of a day.
    Result<std::vector<Found>> searchAll(Search search);

    Client client_;
};

} // namespace zikao::ccb
