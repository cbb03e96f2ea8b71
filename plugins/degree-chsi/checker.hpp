#pragma once

#include <memory>

#include "plugins/api/degree_checker.hpp"
#include "plugins/degree-chsi/messages.hpp"

namespace zikao::chsi {

/// The register of degrees over its signed interface. @threads any
class Checker : public api::DegreeChecker
{
public:
    /// @errors `invalid_argument` naming every setting that is wrong
    static Result<std::unique_ptr<api::DegreeChecker>> create(const api::PluginContext& context);
    Checker(Settings settings, support::Environment environment);

    Result<api::DegreeCode> create(const api::DegreeRequest& request) override;
    Result<api::DegreeAnswer> query(const std::string& request_no) override;
    Result<api::DegreeAnswer> readCallback(const api::RawNotice& notice, Instant now) override;
    api::NoticeReply acknowledge(bool accepted) override;

private:
    Result<support::HttpResponse> exchange(const std::string& method, const std::string& target,
                                           const std::string& body);
    Result<api::DegreeCode> doCreate(const api::DegreeRequest& request);
    Result<api::DegreeAnswer> doQuery(const std::string& request_no);
    Result<api::DegreeAnswer> doReadCallback(const api::RawNotice& notice, Instant now);

    const Settings settings_;
    support::Environment environment_;
};

} // namespace zikao::chsi
