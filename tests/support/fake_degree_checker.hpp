#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/clock.hpp"
#include "plugins/api/degree_checker.hpp"

namespace zikao::test {

/// A register in this process: remembers what was asked, answers what the test lays in. A callback's body is the
/// request number, its header `signed: yes` the signature.
class FakeDegreeChecker : public api::DegreeChecker
{
public:
    explicit FakeDegreeChecker(const Clock& clock) : clock_(clock) {}

    Result<api::DegreeCode> create(const api::DegreeRequest& request) override
    {
        std::lock_guard lock(mutex_);
        created.push_back(request);
        if (silent)
            return fail(ErrorCode::timeout, "no answer");
        if (reused)
            return fail(ErrorCode::conflict, "other content", "request_reused");
        api::DegreeAnswer& answer = answers[request.request_no];
        answer.request_no = request.request_no;
        answer.code_nonce = request.code_nonce;
        return api::DegreeCode{"https://register.example/scan?n=" + request.code_nonce,
                               clock_.now() + request.lives};
    }

    Result<api::DegreeAnswer> query(const std::string& request_no) override
    {
        std::lock_guard lock(mutex_);
        ++queries;
        if (silent)
            return fail(ErrorCode::timeout, "no answer");
        const auto found = answers.find(request_no);
        if (found == answers.end())
            return fail(ErrorCode::not_found, "unknown", "NOT_FOUND");
        return found->second;
    }

    Result<api::DegreeAnswer> readCallback(const api::RawNotice& notice, Instant) override
    {
        std::lock_guard lock(mutex_);
        bool is_signed = false;
        for (const auto& header : notice.headers)
            is_signed = is_signed || header == std::pair<std::string, std::string>{"signed", "yes"};
        if (!is_signed)
            return fail(ErrorCode::forbidden, "unsigned", "signature");
        const auto found = answers.find(notice.body);
        if (found == answers.end()) {
            api::DegreeAnswer unknown;
            unknown.request_no = notice.body;
            unknown.state = api::DegreeState::no_record;
            unknown.code_nonce = "0";
            return unknown;
        }
        api::DegreeAnswer answer = found->second;
        answer.event_id = "event-" + notice.body;
        answer.raw_digest = "digest-" + notice.body;
        return answer;
    }

    api::NoticeReply acknowledge(bool accepted) override
    {
        return accepted ? api::NoticeReply{204, "", ""} : api::NoticeReply{500, "application/json", "{}"};
    }

    /// What the register will say of the newest code.
    api::DegreeAnswer& newest() { return answers.at(created.back().request_no); }
    /// The person scans and agrees: the register holds these records of theirs.
    void authorize(std::vector<api::DegreeRecord> records)
    {
        api::DegreeAnswer& answer = newest();
        answer.state = api::DegreeState::authorized;
        answer.authorized_at = clock_.now();
        answer.records = std::move(records);
    }
    /// A record of the person of the newest code.
    [[nodiscard]] api::DegreeRecord record(const std::string& id, const std::string& level = "专科",
                                           int year = 2021) const
    {
        return {id,
                created.back().name,
                created.back().id_number,
                "灯笼学院",
                "灯具",
                level,
                "普通全日制",
                "普通高等教育",
                "毕业",
                "C-" + id,
                year - 3,
                year,
                "CODE12345678",
                "2027-01-01"};
    }

    std::vector<api::DegreeRequest> created;
    std::map<std::string, api::DegreeAnswer> answers;
    bool silent = false, reused = false;
    int queries = 0;

private:
    const Clock& clock_;
    std::mutex mutex_;
};

} // namespace zikao::test
