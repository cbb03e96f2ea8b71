#include "plugins/sms-aliyun/reports.hpp"

#include "plugins/support/json.hpp"

namespace zikao::aliyun {

namespace {

constexpr std::size_t kMostReports = 1000;

} // namespace

Result<api::DeliveryReports> readReports(std::string_view body)
{
    const auto list = support::Json::parse(body, nullptr, false);
    if (!list.is_array() || list.size() > kMostReports)
        return fail(ErrorCode::invalid_argument, "not a list of delivery reports");
    api::DeliveryReports read;
    read.answer = R"({"code":0,"msg":"接收成功"})";
    for (const auto& item : list) {
        api::DeliveryReport report;
        report.message_id = support::textAt(item, "out_id");
        report.code = support::textAt(item, "err_code");
        const auto success = item.find("success");
        report.delivered = success != item.end() && success->is_boolean() && success->get<bool>();
        if (support::textAt(item, "biz_id").empty())
            return fail(ErrorCode::invalid_argument, "a delivery report without biz_id");
        read.reports.push_back(std::move(report));
    }
    return read;
}

} // namespace zikao::aliyun
