#include "kernel/base/decision.hpp"

namespace zikao {

Json toJson(const Reason& reason)
{
    Json json{{"code", reason.code}, {"args", reason.args}};
    if (!reason.rule.empty())
        json["rule"] = reason.rule;
    if (!reason.field.empty())
        json["field"] = reason.field;
    return json;
}

Json toJson(const Decision& decision)
{
    Json reasons = Json::array();
    for (const Reason& reason : decision.reasons)
        reasons.push_back(toJson(reason));
    return {{"allowed", decision.allowed}, {"reasons", std::move(reasons)}};
}

} // namespace zikao
