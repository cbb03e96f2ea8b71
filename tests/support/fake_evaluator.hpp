#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "kernel/rules/package.hpp"

namespace zikao::test {

/// Rules as C++ functions, for tests of what stands around rules. Counts what it was asked.
class FakeEvaluator : public rules::Evaluator
{
public:
    using Rule = std::function<Json(const Json& facts)>;

    void rule(const std::string& name, Rule body) { rules_[name] = std::move(body); }

    rules::Compiled compile(const rules::Source&) override { return {}; }

    Result<std::vector<rules::Evaluation>> run(const rules::Package&,
                                               const std::vector<rules::Call>& calls) override
    {
        std::lock_guard lock(mutex_);
        ++messages;
        std::vector<rules::Evaluation> answers;
        for (const rules::Call& call : calls) {
            const auto found = rules_.find(call.rule());
            if (found == rules_.end())
                return fail(ErrorCode::invalid_argument, "no rule " + call.rule(), "rule_unknown");
            answers.push_back({found->second(Json::parse(call.facts())), 1, 1, 1});
        }
        return answers;
    }

    int messages = 0;

private:
    std::map<std::string, Rule> rules_;
    std::mutex mutex_;
};

} // namespace zikao::test
