#include "kernel/app/call.hpp"

#include "kernel/app/texts.hpp"

namespace zikao::app {

std::string sentence(const Json& package_texts, std::string_view code, const Json& args)
{
    for (const Json* texts : {&package_texts, &kernelTexts()}) {
        if (!texts->is_object())
            continue;
        const auto found = texts->find(code);
        if (found != texts->end() && found->is_string())
            return fillPlaceholders(found->get_ref<const std::string&>(), args);
    }
    return {};
}

Json reasonJson(const Reason& reason, const Json& package_texts)
{
    std::string detail = sentence(package_texts, reason.code, reason.args);
    if (detail.empty())
        detail = sentence(package_texts, "refused", {});
    return {{"code", reason.code},
            {"args", reason.args.is_object() ? reason.args : Json::object()},
            {"rule", reason.rule},
            {"field", reason.field},
            {"detail", std::move(detail)}};
}

http::Response refusal(const Decision& decision, const Json& package_texts, const std::string& request_id)
{
    http::Problem problem{http::Status::HTTP_UNPROCESSABLE_ENTITY, "refused"};
    for (const Reason& reason : decision.reasons)
        (reason.field.empty() ? problem.reasons : problem.errors).push_back(reason);
    return http::problemResponse(problem, request_id, [&](std::string_view code, const Json& args) {
        return sentence(package_texts, code, args);
    });
}

} // namespace zikao::app
