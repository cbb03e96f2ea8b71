#include "kernel/http/problem.hpp"

#include <array>
#include <utility>

namespace zikao::http {
namespace {

constexpr std::array<std::pair<ErrorCode, Status>, 14> kStatus = {{
    {ErrorCode::invalid_argument, Status::HTTP_BAD_REQUEST},
    {ErrorCode::unauthenticated, Status::HTTP_UNAUTHORIZED},
    {ErrorCode::forbidden, Status::HTTP_FORBIDDEN},
    {ErrorCode::not_found, Status::HTTP_NOT_FOUND},
    {ErrorCode::conflict, Status::HTTP_CONFLICT},
    {ErrorCode::refused, Status::HTTP_UNPROCESSABLE_ENTITY},
    {ErrorCode::too_large, Status::HTTP_REQUEST_ENTITY_TOO_LARGE},
    {ErrorCode::too_many, Status::HTTP_TOO_MANY_REQUESTS},
    {ErrorCode::unavailable, Status::HTTP_SERVICE_UNAVAILABLE},
    {ErrorCode::timeout, Status::HTTP_GATEWAY_TIMEOUT},
    {ErrorCode::plugin_fault, Status::HTTP_BAD_GATEWAY},
    {ErrorCode::limit_exceeded, Status::HTTP_SERVICE_UNAVAILABLE},
    {ErrorCode::corrupt, Status::HTTP_INTERNAL_SERVER_ERROR},
    {ErrorCode::internal, Status::HTTP_INTERNAL_SERVER_ERROR},
}};

Json listOf(const std::vector<Reason>& reasons, const Texts& texts)
{
    Json list = Json::array();
    for (const auto& reason : reasons) {
        Json item = {
            {"code", reason.code}, {"args", reason.args}, {"detail", texts(reason.code, reason.args)}};
        if (!reason.field.empty())
            item["field"] = reason.field;
        if (!reason.rule.empty())
            item["rule"] = reason.rule;
        list.push_back(std::move(item));
    }
    return list;
}

} // namespace

Status statusOf(ErrorCode code)
{
    for (const auto& [known, status] : kStatus) {
        if (known == code)
            return status;
    }
    return Status::HTTP_INTERNAL_SERVER_ERROR;
}

Problem problemOf(const Error& error)
{
    Problem problem{statusOf(error.code), error.reason.empty() ? name(error.code) : error.reason};
    problem.general = name(error.code);
    if (error.code == ErrorCode::too_many || error.code == ErrorCode::unavailable)
        problem.retry_after_seconds = 2;
    return problem;
}

Response problemResponse(const Problem& problem, const std::string& request_id, const Texts& texts)
{
    Response response;
    response.head.setStatusAndReason(problem.status);
    response.head.set("Content-Type", "application/problem+json; charset=utf-8");
    if (problem.retry_after_seconds > 0)
        response.head.set("Retry-After", std::to_string(problem.retry_after_seconds));
    std::string detail = texts(problem.code, problem.args);
    if (detail.empty()) // a word between modules: people read what its kind means for them
        detail = texts(problem.general, problem.args);
    Json document = {{"type", "about:blank"},
                     {"title", response.head.getReason()},
                     {"status", static_cast<int>(problem.status)},
                     {"code", problem.code},
                     {"detail", std::move(detail)},
                     {"request_id", request_id}};
    if (!problem.errors.empty())
        document["errors"] = listOf(problem.errors, texts);
    if (!problem.reasons.empty())
        document["reasons"] = listOf(problem.reasons, texts);
    response.body = dumpJson(document);
    return response;
}

} // namespace zikao::http
