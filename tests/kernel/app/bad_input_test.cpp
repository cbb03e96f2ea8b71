#include <thread>

#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// Bad input of every kind gets a stable code and a Chinese sentence that says what to do, and changes nothing.
class BadInput : public ServerTest
{
protected:
    /// Everything a request could have changed.
    std::string state()
    {
        std::string all;
        for (const char* sql :
             {"SELECT id, state, revision FROM case_record ORDER BY id", "SELECT id FROM account ORDER BY id",
              "SELECT id, state FROM file ORDER BY id", "SELECT id, state FROM sign_up ORDER BY id",
              "SELECT no, state FROM pay_order ORDER BY no", "SELECT COUNT(*) FROM case_event"}) {
            const auto rows = site().tenant->database->query(sql);
            EXPECT_TRUE(rows) << sql << ": " << (rows ? "" : rows.error().message);
            for (const storage::Row& row : rows.value())
                for (std::size_t i = 0; i < row.size(); ++i)
                    all += (i == 0 && std::string(sql).find("COUNT") != std::string::npos) || i == 2
                               ? std::to_string(row.integer(i)) + "|"
                               : row.text(i) + "|";
        }
        return all;
    }

    static void expectRefusal(const Browser::Answer& answer, int status, const std::string& code)
    {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(answer.code(), code) << answer.body;
        const std::string detail = answer.detail();
        EXPECT_NE(detail.find("\xE3\x80\x82"), std::string::npos) << "no Chinese sentence: " << detail;
        EXPECT_EQ(detail.find('{'), std::string::npos) << "an unfilled placeholder: " << detail;
        EXPECT_NE(answer.json.value("request_id", ""), "");
    }

    /// Whether a refusal names this code among its fields or reasons.
    static bool names(const Browser::Answer& answer, const std::string& code)
    {
        for (const char* list : {"errors", "reasons"})
            for (const Json& each : answer.json.value(list, Json::array()))
                if (each["code"] == code && !each["detail"].get<std::string>().empty())
                    return true;
        return answer.code() == code;
    }

    /// A candidate whose registration was passed.
    Browser approved(int serial)
    {
        Browser candidate = browser();
        const std::string id = submitRegistration(candidate, serial);
        passByClerk(id);
        return candidate;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(BadInput);

TEST_P(BadInput, C16_UnknownAndRepeatedFieldsAreRefused)
{
    Browser guest = browser();
    guest.me();
    const std::string before = state();
    expectRefusal(guest.post("/api/cases", {{"type", "registration"}, {"state", "passed"}}), 400,
                  "field_unknown");
    expectRefusal(guest.post("/api/cases"), 400, "field_missing");
    expectRefusal(guest.post("/api/cases", {{"type", 7}}), 400, "field_type");
    expectRefusal(guest.send("POST", "/lantern/api/cases", R"({"type":"registration","type":"registration"})",
                             "application/json"),
                  400, "json_repeated_key");
    expectRefusal(guest.send("POST", "/lantern/api/cases", R"({"type":)", "application/json"), 400,
                  "json_malformed");
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, AFieldThatTheCaseDoesNotHaveIsRefused)
{
    Browser guest = browser();
    guest.me();
    const auto view = guest.post("/api/cases", {{"type", "registration"}});
    const std::string path = "/api/cases/" + view.json["case"]["id"].get<std::string>();
    const std::string before = state();
    const auto refused = guest.put(path + "/draft", {{"revision", view.json["case"]["revision"]},
                                                     {"fields", {{"office_code", "990200"}}}});
    EXPECT_GE(refused.status, 400) << refused.body;
    EXPECT_LT(refused.status, 500);
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, AStaleRevisionIsToldAndWhatTheOtherPageKeptStays)
{
    Browser guest = browser();
    guest.me();
    const auto view = guest.post("/api/cases", {{"type", "registration"}});
    const std::string path = "/api/cases/" + view.json["case"]["id"].get<std::string>();
    const Json revision = view.json["case"]["revision"];
    ASSERT_EQ(guest.put(path + "/draft", {{"revision", revision}, {"fields", {{"name", "先保存"}}}}).status,
              200);
    const std::string before = state();
    expectRefusal(guest.put(path + "/draft", {{"revision", revision}, {"fields", {{"name", "后保存"}}}}), 409,
                  "stale_revision");
    EXPECT_EQ(guest.get(path).json["case"]["fields"]["name"], "先保存");
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, OfTwoSubmissionsAtOnceOneWins)
{
    Browser guest = browser();
    const auto view = filledRegistration(guest, 1);
    const std::string path = "/api/cases/" + view.json["case"]["id"].get<std::string>() + "/actions/submit";
    Browser other_page = guest;
    Browser::Answer first, second;
    std::thread thread([&] { first = guest.post(path, action(view, nullptr, secrets())); });
    second = other_page.post(path, action(view, nullptr, secrets()));
    thread.join();
    const auto& won = first.status == 200 ? first : second;
    const auto& lost = first.status == 200 ? second : first;
    EXPECT_EQ(won.status, 200) << won.body;
    // The loser came too late for the revision, its guest session had become the candidate's, or the number was his.
    EXPECT_TRUE(lost.status >= 400 && lost.status < 500) << lost.status << lost.body;
    EXPECT_NE(lost.code(), "");
    EXPECT_EQ(count("SELECT COUNT(*) FROM account"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM case_event WHERE action = 'submit'"), 1);
}

TEST_P(BadInput, C29_TheSameSubmissionSentTwiceActsOnce)
{
    Browser candidate = approved(1);
    const auto view = candidate.post("/api/cases", {{"type", "sign_up"}});
    const std::string path = "/api/cases/" + view.json["case"]["id"].get<std::string>() + "/actions/submit";
    const Json body = action(view, signUpFields());
    const auto first = candidate.post(path, body);
    const auto again = candidate.post(path, body);
    EXPECT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(again.json["case"]["revision"], first.json["case"]["revision"]);
    EXPECT_EQ(count("SELECT COUNT(*) FROM sign_up"), 1);
}

TEST_P(BadInput, ANumberWithAWrongCheckDigitOrAnotherBirthDateIsNamedAtItsField)
{
    Browser guest = browser();
    const auto view = filledRegistration(guest, 1);
    const std::string path = "/api/cases/" + view.json["case"]["id"].get<std::string>() + "/actions/submit";
    const std::string before = state();
    std::string number = idNumber(1);
    number.back() = number.back() == '1' ? '2' : '1';
    const auto digit = guest.post(path, action(view, {{"id_number", number}}, secrets()));
    EXPECT_EQ(digit.status, 422);
    EXPECT_TRUE(names(digit, "id_number_check_digit")) << digit.body;
    EXPECT_EQ(digit.json["errors"][0]["field"], "id_number");
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, ANumberThatIsRegisteredIsTold)
{
    Browser first = browser();
    submitRegistration(first, 1);
    Browser second = browser();
    auto view = filledRegistration(second, 2);
    const std::string path = "/api/cases/" + view.json["case"]["id"].get<std::string>();
    const std::string before = state();
    const auto taken =
        second.post(path + "/actions/submit", action(view, {{"id_number", idNumber(1)}}, secrets()));
    EXPECT_GE(taken.status, 400);
    EXPECT_TRUE(names(taken, "id_number_taken")) << taken.body;
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, ASignUpOutsideItsWindowIsRefusedWithTheDates)
{
    Browser candidate = approved(1);
    clock.set(beijingInstant(Date{2026, 4, 21}));
    candidate = browser();
    candidate.me();
    Json form = captcha(candidate);
    form["id_number"] = idNumber(1);
    form["password"] = kPassword;
    ASSERT_EQ(candidate.post("/api/login", form).status, 200);
    candidate.me();
    const std::string before = state();
    EXPECT_TRUE(names(candidate.post("/api/cases", {{"type", "sign_up"}}), "no_sitting"));
    const auto closed = candidate.post("/api/cases", {{"type", "sign_up"}, {"sitting", "261"}});
    EXPECT_EQ(closed.status, 422) << closed.body;
    EXPECT_TRUE(names(closed, "window_closed")) << closed.body;
    EXPECT_EQ(closed.body.find("{closes}"), std::string::npos);
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, TwoCoursesInOneSlotAreRefused)
{
    Browser candidate = approved(1);
    const auto view = candidate.post("/api/cases", {{"type", "sign_up"}});
    Json fields = signUpFields();
    fields["courses"] = {{{"slot_no", 1}, {"code", "10001"}}, {{"slot_no", 1}, {"code", "10003"}}};
    const std::string before = state();
    const auto refused = candidate.post(
        "/api/cases/" + view.json["case"]["id"].get<std::string>() + "/actions/submit", action(view, fields));
    EXPECT_GE(refused.status, 400);
    EXPECT_LT(refused.status, 500);
    EXPECT_TRUE(names(refused, "course_in_slot_twice")) << refused.body;
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, AChangeThatComesTooLateIsToldTheStateAndWhatItWaitsFor)
{
    Browser candidate = approved(1);
    const auto submitted = submitSignUp(candidate);
    const std::string path = "/api/cases/" + submitted.json["case"]["id"].get<std::string>();
    const auto ordered = candidate.post(path + "/actions/pay", action(submitted));
    ASSERT_EQ(ordered.status, 200) << ordered.body;
    const std::string before = state();
    const auto drafted = candidate.put(
        path + "/draft", {{"revision", ordered.json["case"]["revision"]}, {"fields", {{"major", "L01"}}}});
    expectRefusal(drafted, 409, "case_locked");
    EXPECT_EQ(drafted.detail(), "当前状态为“支付中”，信息不能修改。二维码失效以前不能改动课程。");
    const auto again = candidate.post(path + "/actions/submit", action(ordered, signUpFields()));
    expectRefusal(again, 409, "action_not_offered");
    EXPECT_EQ(again.detail(), "当前状态为“支付中”，不能进行此操作，请刷新页面。二维码失效以前不能改动课程。");
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, C15_AnothersCaseFileAndOrderAreNotThere)
{
    Browser candidate = approved(1);
    const auto submitted = submitSignUp(candidate);
    ASSERT_EQ(submitted.status, 200) << submitted.body;
    const std::string id = submitted.json["case"]["id"];
    const auto ordered = candidate.post("/api/cases/" + id + "/actions/pay", action(submitted));
    ASSERT_EQ(ordered.status, 200) << ordered.body;
    const std::string no = ordered.json["order_no"];
    Browser other = approved(2);
    expectRefusal(other.get("/api/cases/" + id), 404, "not_found");
    expectRefusal(other.post("/api/cases/" + id + "/actions/withdraw", action(ordered)), 404, "not_found");
    expectRefusal(other.get("/api/orders/" + no), 404, "not_found");
    expectRefusal(other.post("/api/orders/" + no + "/codes", {{"operation_id", requestKey()}}), 404,
                  "not_found");
    for (const char* route : {"/refresh", "/give_up"})
        expectRefusal(other.post("/api/orders/" + no + route), 404, "not_found");
    expectRefusal(other.get("/api/orders/" + no + "/receipt.pdf"), 404, "not_found");
    expectRefusal(other.get("/api/cases/" + id + "/payment"), 404, "not_found");
    const std::string file =
        site().tenant->database->query("SELECT id FROM file ORDER BY uploaded_at_ms").value().front().text(0);
    const std::string own = other.post("/api/cases", {{"type", "sign_up"}}).json["case"]["id"];
    // A right case with a file of another one is no way in either.
    expectRefusal(other.get("/api/cases/" + own + "/files/" + file), 404, "not_found");
    expectRefusal(other.del("/api/cases/" + own + "/files/" + file), 404, "not_found");
    EXPECT_EQ(count("SELECT COUNT(*) FROM file WHERE state <> 'kept'"), 0);
    EXPECT_EQ(other.get("/api/orders").json, Json::array());
    EXPECT_EQ(candidate.get("/api/cases/" + id).json["case"], ordered.json["case"]);
}

TEST_P(BadInput, C28_AForgedNoticePaysNothing)
{
    Browser candidate = approved(1);
    const auto submitted = submitSignUp(candidate);
    const std::string id = submitted.json["case"]["id"];
    const auto ordered = candidate.post("/api/cases/" + id + "/actions/pay", action(submitted));
    const std::string no = ordered.json["order_no"];
    const auto codes = candidate.post("/api/orders/" + no + "/codes", {{"operation_id", requestKey()}});
    const std::string attempt = codes.json["attempts"][0]["no"];
    const std::string before = state();
    Browser stranger = browser();
    const auto notice = provider.forgedNotice(attempt, Money::fen(2400));
    const auto answer =
        stranger.send("POST", "/lantern/api/notify/lamp_pay", notice.body, "application/json");
    EXPECT_GE(answer.status, 400);
    EXPECT_EQ(stranger.send("POST", "/lantern/api/notify/nobody", notice.body, "application/json").status,
              404);
    server->runBackgroundOnce();
    EXPECT_EQ(state(), before);
    EXPECT_NE(candidate.get("/api/orders/" + no).json["state"], "paid");
}

TEST_P(BadInput, FilesOfAWrongKindOrSizeAreNamedAndNotKept)
{
    Browser guest = browser();
    guest.me();
    const auto view = guest.post("/api/cases", {{"type", "registration"}});
    const std::string path =
        "/lantern/api/cases/" + view.json["case"]["id"].get<std::string>() + "/files?field=";
    const std::string before = state();
    std::string cut = files::jpg(295, 413);
    cut.resize(cut.size() - 2);
    expectRefusal(
        guest.send("POST", path + "portrait", "MZ this is a program, whatever its name", "image/jpeg"), 400,
        "file_type");
    expectRefusal(guest.send("POST", path + "portrait", cut, "image/jpeg"), 400, "file_damaged");
    expectRefusal(guest.send("POST", path + "portrait", files::jpg(40000, 40000), "image/jpeg"), 400,
                  "file_pixels");
    expectRefusal(guest.send("POST", path + "portrait", std::string(300 * 1024, 'x'), "image/jpeg"), 413,
                  "file_size");
    expectRefusal(guest.send("POST", path + "name", files::jpg(295, 413), "image/jpeg"), 404, "not_found");
    EXPECT_EQ(state(), before);
}

TEST_P(BadInput, XZ_REG_04_TracesOfEditingAreToldToTheClerkAloneAndRefuseNothing)
{
    std::string edited = files::jpg(1000, 630);
    edited.insert(2, files::jpgSegment(0xED, "Photoshop 3.0"));
    Browser guest = browser();
    const auto filled = filledRegistration(guest, 1);
    const std::string id = filled.json["case"]["id"], path = "/api/cases/" + id;
    const auto taken =
        guest.send("POST", "/lantern" + path + "/files?field=id_card_front", edited, "image/jpeg");
    ASSERT_EQ(taken.status, 200) << taken.body;
    const auto warnings = [](const Browser::Answer& view) {
        for (const Json& file : view.json.at("files"))
            if (file.at("field") == "id_card_front")
                return file.at("warnings");
        return Json();
    };
    const auto own = guest.get(path);
    EXPECT_EQ(warnings(own), Json::array()) << "a hint is no reproach";
    const auto sent = guest.post(path + "/actions/submit", action(own, nullptr, secrets()));
    EXPECT_EQ(sent.status, 200) << "never a refusal: " << sent.body;
    Browser clerk = officer("clerk.east", "prefecture_office", "990100");
    const Json told = warnings(clerk.get(path));
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0]["code"], "trace_photoshop");
    EXPECT_FALSE(told[0]["detail"].get<std::string>().empty());
    pass(clerk, id);
}

} // namespace
} // namespace zikao::app
