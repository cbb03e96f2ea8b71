#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "plugins/support/http.hpp"

namespace zikao::vectors {

using Json = nlohmann::json;

/// The clock of all vectors: 2026-03-02T10:53:20+08:00.
inline constexpr Instant kNow{1772420000000};

inline std::string file(const std::string& name)
{
    std::ifstream in(std::string(ZIKAO_SOURCE_DIR) + "/tests/vectors/" + name, std::ios::binary);
    EXPECT_TRUE(in.good()) << name;
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A case of one of the JSON files; missing ones fail the test.
inline const Json& find(const Json& vectors, const std::string& id)
{
    for (const auto& item : vectors.at("cases"))
        if (item.at("id") == id)
            return item;
    ADD_FAILURE() << "no vector " << id;
    static const Json kNone;
    return kNone;
}

inline std::string text(const Json& object, const char* key)
{
    return object.at(key).get<std::string>();
}

inline support::Headers headers(const Json& item)
{
    support::Headers made;
    for (const auto& [name, value] : item.at("headers").items())
        made.emplace_back(name, value.get<std::string>());
    return made;
}

/// Remembers what was sent and answers from a list.
class FakeTransport : public support::Transport
{
public:
    Result<support::HttpResponse> send(const support::HttpRequest& request) override
    {
        sent.push_back(request);
        if (answers.empty())
            return fail(ErrorCode::unavailable, "no answer prepared");
        auto answer = std::move(answers.front());
        answers.erase(answers.begin());
        return answer;
    }
    void answer(int status, support::Headers headers, std::string body)
    {
        answers.emplace_back(support::HttpResponse{status, std::move(headers), std::move(body)});
    }
    void answer(Failure failure) { answers.emplace_back(std::move(failure)); }

    std::vector<support::HttpRequest> sent;
    std::vector<Result<support::HttpResponse>> answers;
};

} // namespace zikao::vectors
