#pragma once

#include <string>
#include <vector>

#include "kernel/base/json.hpp"

namespace zikao {

/// Why something is refused: a stable code, the figures, and who spoke. The wording belongs to the province.
struct Reason
{
    std::string code;
    Json args = Json::object();
    std::string rule = {};  ///< the Lua rule or kernel check that spoke, "sign_up.may_submit"
    std::string field = {}; ///< the field it concerns; empty: the whole case
};

/// The answer of a rule or a kernel check.
struct Decision
{
    bool allowed = false;
    std::vector<Reason> reasons;
};

Json toJson(const Reason& reason);
Json toJson(const Decision& decision);

} // namespace zikao
