#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// The console of offices that decide hundreds of cases a day.
class ReviewApi : public ServerTest
{
protected:
    /// A registration that waits for an office. @return its id
    std::string waiting(int serial, const std::string& prefecture = "990100")
    {
        Browser guest = browser();
        return submitRegistration(guest, serial, prefecture);
    }
    static Json rowOf(Browser& clerk, const std::string& id)
    {
        return {{"id", id}, {"revision", clerk.get("/api/cases/" + id).json["case"]["revision"]}};
    }
    static Browser::Answer decide(Browser& clerk, const std::string& act, const Json& rows,
                                  const std::string& reason = {}, const std::string& key = requestKey())
    {
        Json body{{"action", act}, {"operation_id", key}, {"rows", rows}};
        if (!reason.empty())
            body["reason"] = reason;
        return clerk.post("/api/staff/cases/decide", body);
    }
    std::string stateOf(Browser& clerk, const std::string& id)
    {
        return clerk.get("/api/cases/" + id).json["case"]["state"];
    }
};
INSTANTIATE_ON_BOTH_ENGINES(ReviewApi);

TEST_P(ReviewApi, AH_REV_01_EachRowOfABulkDecisionIsJudgedByItselfAndSaysWhy)
{
    Browser clerk = officer("clerk.east", "prefecture_office", "990100");
    Browser other = officer("clerk.east2", "prefecture_office", "990100");
    const std::string first = waiting(1), stale = waiting(2), held = waiting(3), decided = waiting(4),
                      west = waiting(5, "990200");
    Json rows{rowOf(clerk, first), rowOf(clerk, stale), rowOf(clerk, held), rowOf(clerk, decided)};
    rows[1]["revision"] = rows[1]["revision"].get<int>() - 1;
    rows.push_back({{"id", west}, {"revision", 1}});
    rows.push_back({{"id", "nobody"}, {"revision", 0}});
    ASSERT_EQ(other.post("/api/staff/cases/" + held + "/hold").status, 200);
    pass(other, decided);
    const std::string key = requestKey();
    const auto answer = decide(clerk, "pass", rows, {}, key);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json["done"], 1);
    const Json& outcomes = answer.json["rows"];
    ASSERT_EQ(outcomes.size(), 6u);
    const std::vector<std::string> codes{"",          "stale_revision", "case_held", "action_not_offered",
                                         "not_found", "not_found"};
    for (std::size_t at = 0; at < codes.size(); ++at) {
        EXPECT_EQ(outcomes[at]["id"], rows[at]["id"]);
        EXPECT_EQ(outcomes[at]["code"], codes[at]) << at;
        EXPECT_EQ(outcomes[at]["done"], codes[at].empty());
        EXPECT_EQ(outcomes[at]["detail"].get<std::string>().empty(), codes[at].empty())
            << "the clerk reads why";
    }
    EXPECT_EQ(stateOf(clerk, first), "passed");
    for (const std::string& id : {stale, held})
        EXPECT_EQ(stateOf(clerk, id), "pending");
    EXPECT_EQ(decide(clerk, "pass", rows, {}, key).json["rows"][0]["done"], true)
        << "an answer that got lost is given again";
}

TEST_P(ReviewApi, ARowIsRefusedWithItsReasonWhereTheActionDemandsOneAndWasGivenNone)
{
    Browser clerk = officer("clerk.east", "prefecture_office", "990100");
    const std::string one = waiting(1), two = waiting(2);
    const Json rows{rowOf(clerk, one), rowOf(clerk, two)};
    const Json unreasoned = decide(clerk, "refuse", rows, "  ").json["rows"];
    ASSERT_EQ(unreasoned.size(), 2u);
    for (const Json& outcome : unreasoned) {
        EXPECT_EQ(outcome["code"], "refused");
        EXPECT_EQ(outcome["reasons"][0]["code"], "reason_required");
        EXPECT_FALSE(outcome["reasons"][0]["detail"].get<std::string>().empty());
    }
    EXPECT_EQ(decide(clerk, "refuse", rows, "照片不清晰，请重新上传。").json["done"], 2);
    EXPECT_EQ(stateOf(clerk, two), "refused");
    EXPECT_EQ(decide(clerk, "pass", Json::array()).status, 400);
}

TEST_P(ReviewApi, DEF_AH_05_TheQueueSaysWhatMayBeDoneInBulkWhoHoldsARowAndHowLongItWaits)
{
    Browser clerk = officer("clerk.east", "prefecture_office", "990100");
    Browser other = officer("clerk.east2", "prefecture_office", "990100");
    const Instant since = clock.now();
    const std::string one = waiting(1);
    clock.advance(std::chrono::minutes{10});
    const std::string two = waiting(2);
    Json queue;
    const Json queues = clerk.get("/api/staff/queues").json;
    for (const Json& each : queues)
        if (each["id"] == "registration.pending")
            queue = each;
    ASSERT_EQ(queue["bulk"].size(), 2u) << queue.dump();
    EXPECT_EQ(queue["bulk"][0]["id"], "pass");
    EXPECT_EQ(queue["bulk"][0]["reason"], "none");
    EXPECT_EQ(queue["bulk"][0]["to_title"], "审核通过");
    EXPECT_EQ(queue["bulk"][1]["reason"], "required");
    EXPECT_EQ(queue["bulk"][1]["reason_choices"], Json::array({"照片不清晰，请重新上传。"}));
    EXPECT_NE(queue["bulk"][1]["message_template"].get<std::string>().find("{reason}"), std::string::npos);
    other.post("/api/staff/cases/" + two + "/hold");
    const auto search = [&](Browser& who, const Json& more = Json::object()) {
        Json body{{"type", "registration"}, {"state", "pending"}, {"mine", true}};
        body.update(more);
        return who.post("/api/staff/cases/search", body).json;
    };
    const Json found = search(clerk);
    ASSERT_EQ(found["rows"].size(), 2u);
    EXPECT_EQ(found["rows"][0]["id"], one) << "the longest waiting first";
    EXPECT_EQ(found["rows"][0]["waits_since_ms"], since.ms);
    EXPECT_EQ(found["rows"][0]["held_by"], nullptr);
    EXPECT_EQ(found["rows"][1]["held_by"], "灯官");
    EXPECT_EQ(search(other)["rows"][1]["held_by"], nullptr) << "one's own hold keeps nobody off";
    const Json place{{"waits_since_ms", since.ms}, {"id", one}};
    const Json next = search(clerk, {{"after", place}});
    ASSERT_EQ(next["rows"].size(), 1u);
    EXPECT_EQ(next["rows"][0]["id"], two);
    EXPECT_EQ(next["total"], 2);
    EXPECT_EQ(search(clerk, {{"before", place}})["rows"].size(), 0u);
    EXPECT_EQ(next["page_size"], 50);
    EXPECT_EQ(search(clerk, {{"page_size", 10}})["page_size"], 10);
    EXPECT_EQ(search(clerk, {{"page_size", 9}})["code"], "field_range");
}

TEST_P(ReviewApi, AH_PHO_03_AWindowThatLiesWithinAnotherIsRefusedAtItsEndWithTheFigures)
{
    Browser administrator = officer("admin", "tenant_admin", "990000");
    const auto listed = administrator.get("/api/staff/windows");
    ASSERT_EQ(listed.json.size(), 2u) << "named by the profile and the rules, set by nobody: " << listed.body;
    EXPECT_EQ(listed.json[0]["name"], "diploma");
    EXPECT_EQ(listed.json[0]["opens_ms"], nullptr);
    EXPECT_EQ(listed.json[0]["used_by"].size(), 1u);
    EXPECT_EQ(listed.json[1]["within"], "diploma");
    const auto save = [&](const std::string& name, unsigned from, unsigned to) {
        return administrator.put("/api/staff/windows/" + name,
                                 {{"title", name == "diploma" ? "证书申请时间" : "照片上传时间"},
                                  {"opens_ms", beijingInstant(Date{2026, 5, from}).ms},
                                  {"closes_ms", beijingInstant(Date{2026, 5, to}).ms}});
    };
    const auto codeOf = [](const Browser::Answer& answer) {
        return answer.status == 200 ? std::string{}
                                    : answer.json["errors"][0].value("code", answer.body) + "@" +
                                          answer.json["errors"][0].value("field", "");
    };
    EXPECT_EQ(codeOf(save("picture", 1, 9)), "window_unknown@within") << "the outer one is set first";
    EXPECT_EQ(codeOf(save("diploma", 1, 20)), "");
    const auto late = save("picture", 1, 21);
    EXPECT_EQ(late.status, 422);
    EXPECT_EQ(codeOf(late), "window_outlasts@closes_ms");
    EXPECT_EQ(late.json["errors"][0]["detail"],
              "结束时间不能晚于“证书申请时间”的结束时间（2026-05-20 00:00:00），请改早。");
    EXPECT_EQ(codeOf(save("picture", 1, 20)), "");
    EXPECT_EQ(codeOf(save("diploma", 1, 19)), "window_too_short@closes_ms");
    EXPECT_EQ(codeOf(save("picture", 9, 9)), "window_closes_first@closes_ms");
    EXPECT_EQ(administrator.get("/api/staff/windows").json[1]["within"], "diploma")
        << "though nobody sent it: it is the province's";
}

TEST_P(ReviewApi, AWrongDegreeIsTakenBackByTheOfficeWithAMessageToTheCandidate)
{
    Browser lamp = browser();
    const std::string id = submitRegistration(lamp, 1);
    lamp.post("/api/degree/codes", {{"operation_id", requestKey()}});
    degree_checker.authorize({degree_checker.record("r1")});
    ASSERT_EQ(lamp.post("/api/degree/refresh").json["state"], "verified");
    Browser clerk = officer("clerk.east", "prefecture_office", "990100");
    Browser west = officer("clerk.west", "prefecture_office", "990200");
    const Json seen = clerk.get("/api/cases/" + id + "/degree").json["degree"]["verified_at_ms"];
    const auto take = [&](Browser& who, const Json& at, const std::string& reason) {
        return who.post("/api/staff/cases/" + id + "/degree/take_back",
                        {{"verified_at_ms", at}, {"reason", reason}});
    };
    EXPECT_EQ(take(west, seen, "不是本人的学历").status, 404);
    EXPECT_EQ(take(clerk, seen, "").status, 400);
    EXPECT_EQ(take(clerk, 1, "不是本人的学历").code(), "degree_changed");
    const auto gone = take(clerk, seen, "不是本人的学历");
    ASSERT_EQ(gone.status, 200) << gone.body;
    EXPECT_EQ(gone.json["state"], "none");
    EXPECT_EQ(gone.json["degree"], nullptr);
    EXPECT_EQ(lamp.get("/api/degree").json["state"], "none");
    const Json message = lamp.get("/api/messages").json[0];
    EXPECT_EQ(message["title"], "前置学历核验已撤销");
    EXPECT_NE(message["text"].get<std::string>().find("不是本人的学历"), std::string::npos);
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit_entry WHERE act = 'degree.take_back'"), 1);
}

} // namespace
} // namespace zikao::app
