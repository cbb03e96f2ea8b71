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

Json errorsOf(const Problem& problem, const Texts& texts)
{
    Json list = Json::array();
    for (const auto& error : problem.errors)
        list.push_back(
            {{"field", error.field}, {"code", error.code}, {"detail", texts(error.code, error.args)}});
    return list;
}

Json reasonsOf(const Problem& problem, const Texts& texts)
{
    Json list = Json::array();
    for (const auto& reason : problem.reasons)
        list.push_back({{"code", reason.code},
                        {"args", reason.args.is_object() ? reason.args : Json::object()},
                        {"rule", reason.rule},
                        {"field", reason.field},
                        {"detail", texts(reason.code, reason.args)}});
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
    const Json document = {{"type", "about:blank"},
                           {"title", response.head.getReason()},
                           {"status", static_cast<int>(problem.status)},
                           {"code", problem.code},
                           {"detail", std::move(detail)},
                           {"errors", errorsOf(problem, texts)},
                           {"reasons", reasonsOf(problem, texts)},
                           {"request_id", request_id}};
    response.body = dumpJson(document);
    return response;
}

} // namespace zikao::http
