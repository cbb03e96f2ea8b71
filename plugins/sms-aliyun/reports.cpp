#include "plugins/sms-aliyun/reports.hpp"

#include "plugins/support/json.hpp"

namespace zikao::aliyun {

namespace {

constexpr std::size_t kMostReports = 1000;

} // namespace

Result<std::vector<DeliveryReport>> readReports(std::string_view body)
{
    const auto list = support::Json::parse(body, nullptr, false);
    if (!list.is_array() || list.size() > kMostReports)
        return fail(ErrorCode::invalid_argument, "not a list of delivery reports");
    std::vector<DeliveryReport> reports;
    for (const auto& item : list) {
        DeliveryReport report;
        report.provider_id = support::textAt(item, "biz_id");
        report.message_id = support::textAt(item, "out_id");
        report.code = support::textAt(item, "err_code");
        const auto success = item.find("success");
        report.delivered = success != item.end() && success->is_boolean() && success->get<bool>();
        if (report.provider_id.empty())
            return fail(ErrorCode::invalid_argument, "a delivery report without biz_id");
        reports.push_back(std::move(report));
    }
    return reports;
}

std::string reportReceived()
{
    return R"({"code":0,"msg":"接收成功"})";
}

} // namespace zikao::aliyun
