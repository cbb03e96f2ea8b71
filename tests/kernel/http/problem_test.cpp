#include "kernel/http/problem.hpp"

#include <gtest/gtest.h>

namespace zikao::http {
namespace {

std::string texts(std::string_view code, const Json& args)
{
    return "文：" + std::string(code) + (args.contains("need") ? args["need"].dump() : "");
}

TEST(Problem, EveryErrorCodeHasItsStatus)
{
    EXPECT_EQ(statusOf(ErrorCode::invalid_argument), 400);
    EXPECT_EQ(statusOf(ErrorCode::unauthenticated), 401);
    EXPECT_EQ(statusOf(ErrorCode::forbidden), 403);
    EXPECT_EQ(statusOf(ErrorCode::not_found), 404);
    EXPECT_EQ(statusOf(ErrorCode::conflict), 409);
    EXPECT_EQ(statusOf(ErrorCode::refused), 422);
    EXPECT_EQ(statusOf(ErrorCode::too_large), 413);
    EXPECT_EQ(statusOf(ErrorCode::too_many), 429);
    EXPECT_EQ(statusOf(ErrorCode::unavailable), 503);
    EXPECT_EQ(statusOf(ErrorCode::timeout), 504);
    EXPECT_EQ(statusOf(ErrorCode::plugin_fault), 502);
    EXPECT_EQ(statusOf(ErrorCode::limit_exceeded), 503);
    EXPECT_EQ(statusOf(ErrorCode::corrupt), 500);
    EXPECT_EQ(statusOf(ErrorCode::internal), 500);
}

TEST(Problem, TheMessageOfAnErrorStaysInside)
{
    const Error error{ErrorCode::conflict, "row 17 of table secret", "stale_revision"};
    const auto response = problemResponse(problemOf(error), "r-1", texts);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    const Json document = Json::parse(response.body);
    EXPECT_EQ(document["code"], "stale_revision");
    EXPECT_EQ(document["status"], 409);
    EXPECT_EQ(document["detail"], "文：stale_revision");
    EXPECT_EQ(document["request_id"], "r-1");
    EXPECT_EQ(document["errors"], Json::array());
    EXPECT_EQ(document["reasons"], Json::array());
    EXPECT_EQ(response.head.get("Content-Type"), "application/problem+json; charset=utf-8");
}

TEST(Problem, AReasonWithoutASentenceIsExplainedByItsKind)
{
    const auto kinds_only = [](std::string_view code, const Json&) {
        return code == "unavailable" ? std::string("请稍后再试。") : std::string();
    };
    const Error error{ErrorCode::unavailable, "no worker came free", "busy"};
    const Json document = Json::parse(problemResponse(problemOf(error), "r", kinds_only).body);
    EXPECT_EQ(document["code"], "busy");
    EXPECT_EQ(document["detail"], "请稍后再试。");
}

TEST(Problem, FieldsAndReasonsCarryTheirOwnSentences)
{
    Problem problem{Status::HTTP_UNPROCESSABLE_ENTITY, "refused"};
    problem.errors.push_back({"field_missing", Json::object(), "", "phone"});
    problem.reasons.push_back({"credits_short", {{"need", 14}}, "graduation.may_submit", ""});
    const Json document = Json::parse(problemResponse(problem, "r", texts).body);
    EXPECT_EQ(document["errors"][0]["field"], "phone");
    EXPECT_EQ(document["errors"][0]["detail"], "文：field_missing");
    EXPECT_EQ(document["reasons"][0]["rule"], "graduation.may_submit");
    EXPECT_EQ(document["reasons"][0]["detail"], "文：credits_short14");
}

TEST(Problem, WhoIsTooFastIsToldWhenToComeBack)
{
    const auto response = problemResponse(problemOf({ErrorCode::too_many, "", "login_busy"}), "r", texts);
    EXPECT_TRUE(response.head.has("Retry-After"));
}

} // namespace
} // namespace zikao::http
