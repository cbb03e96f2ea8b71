#include "kernel/app/call.hpp"

#include "kernel/app/texts.hpp"

namespace zikao::app {

namespace {

std::string asText(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : dumpJson(value);
}

} // namespace

std::string fillPlaceholders(std::string_view text, const Json& args)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos)
            return out.append(text.substr(at));
        out.append(text.substr(at, open - at));
        const auto value = args.is_object() ? args.find(text.substr(open + 1, close - open - 1)) : args.end();
        if (value != args.end())
            out += asText(*value);
        else
            out.append(text.substr(open, close - open + 1));
        at = close + 1;
    }
    return out;
}

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
