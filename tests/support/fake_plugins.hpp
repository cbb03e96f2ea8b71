#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "plugins/api/image_inspector.hpp"
#include "plugins/api/message_sender.hpp"

namespace zikao::test {

/// Answers with what the test laid ready; keeps what it was asked.
class FakeImageInspector : public api::ImageInspector
{
public:
    Result<api::Inspection> inspect(const std::string& bytes, const api::PhotoStandard& standard) override
    {
        ++inspected;
        last_standard = standard;
        return inspection ? inspection(bytes) : Result<api::Inspection>(api::Inspection{});
    }
    Result<api::CleanImage> clean(const std::string& bytes, const api::PhotoStandard&) override
    {
        ++cleaned;
        if (cleaning)
            return cleaning(bytes);
        // A re-encoding of its own: recognisable, and different from what came in.
        const bool jpg = bytes.compare(0, 2, "\xFF\xD8") == 0;
        return api::CleanImage{jpg ? "jpg" : "png", 48, 64, bytes.substr(0, 8) + " re-encoded",
                               "\xFF\xD8\xFF preview"};
    }

    std::function<Result<api::Inspection>(const std::string&)> inspection;
    std::function<Result<api::CleanImage>(const std::string&)> cleaning;
    api::PhotoStandard last_standard;
    int inspected = 0, cleaned = 0;
};

/// Keeps what was sent; answers from `answers`, then with success.
class FakeMessageSender : public api::MessageSender
{
public:
    Result<api::SendReceipt> send(const api::OutgoingMessage& message) override
    {
        sent.push_back(message);
        if (answers.empty())
            return api::SendReceipt{"provider-" + std::to_string(sent.size())};
        Result<api::SendReceipt> answer = std::move(answers.front());
        answers.pop_front();
        return answer;
    }

    /// Each line of the body is a report: the message's id and its code.
    Result<api::DeliveryReports> readReports(const std::string& body) override
    {
        api::DeliveryReports read{{}, "heard"};
        std::istringstream lines(body);
        for (std::string id, code; lines >> id >> code;)
            read.reports.push_back({id, code == "DELIVERED", code});
        if (read.reports.empty())
            return fail(ErrorCode::invalid_argument, "no report");
        return read;
    }

    std::vector<api::OutgoingMessage> sent;
    std::deque<Result<api::SendReceipt>> answers;
};

} // namespace zikao::test
