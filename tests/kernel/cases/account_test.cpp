#include "kernel/identity/people_on_file.hpp"
#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

namespace {

const std::string kPhone = "13800000077";
const std::string kOtherPhone = "13800000078";
const std::string kWord = "deng2026Ren";

/// Accounts that begin with a proved phone: registered at once, or taken by somebody on file.
class EngineAccount : public Stage
{
protected:
    std::string codeFor(const identity::Actor& actor, identity::CodePurpose purpose, const std::string& phone)
    {
        clock.advance(61s);
        need(identity.requestPhoneCode(purpose, phone, actor.session_id), "code");
        return messages("verification_code").back().params.at("code");
    }
    std::vector<QueuedMessage> messages(const std::string& template_key)
    {
        std::vector<QueuedMessage> all;
        for (const storage::Row& row :
             rowsOf(*tenant->database,
                    "SELECT payload FROM outbox WHERE kind = 'message' ORDER BY created_at_ms"))
            if (auto message = openMessage(*tenant->vault, parseJson(row.text(0)).value()).value();
                message.template_key == template_key)
                all.push_back(std::move(message));
        return all;
    }
    Person visitor(const std::string& type)
    {
        Person person;
        auto session = identity.beginGuest();
        need(session, "guest session");
        person.session = *session;
        person.registration = begin(person, type);
        return person;
    }
    static Json typed(const std::string& phone = kPhone, int number = 1)
    {
        return {{"name", "灯芯人"},
                {"id_number", fields(number)["id_number"]},
                {"craft", "oil"},
                {"phone", phone}};
    }
    static Json claiming(const std::string& phone = kPhone, int number = 1)
    {
        Json fields = typed(phone, number);
        fields.erase("craft");
        return fields;
    }
    static Json secretsWith(const std::string& code)
    {
        return {{"password", kWord}, {"password_again", kWord}, {"phone_code", code}};
    }
    /// Registers somebody at once. @return signed in
    Person apprentice(const std::string& phone = kPhone, int number = 1)
    {
        Person person = visitor("apprentice");
        const std::string code = codeFor(person.actor(), identity::CodePurpose::registration, phone);
        const auto done = act(person.actor(), person.registration, "submit",
                              {typed(phone, number), {{"password", kWord}, {"phone_code", code}}});
        need(done, "registering");
        EXPECT_TRUE(done->decision.allowed) << toJson(done->decision).dump();
        const auto risen = identity.promote(person.session.token, done->opened_account);
        need(risen, "opened account");
        person.session = *risen;
        return person;
    }
    void putOnFile(int number, const std::string& admission)
    {
        identity::Person listed;
        listed.name = "灯芯人";
        listed.id_number = fields(number)["id_number"];
        listed.admission_number = admission;
        listed.office_code = "9002";
        listed.sex = "1";
        listed.more = {{"major", "L01"}};
        const auto done = identity::PeopleOnFile(*tenant).import({listed});
        need(done, "import");
        EXPECT_TRUE(done->faults.empty());
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineAccount);

TEST_P(EngineAccount, XZ_REG_14_ARegistrationWithoutReviewOpensTheAccountAndSendsOneMessageToItsPhone)
{
    const Person person = apprentice();
    EXPECT_EQ(state(person.registration), "registered");
    const auto sent = messages("apprentice_registered");
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].channel, "sms");
    EXPECT_EQ(sent[0].recipient, kPhone);
    const auto box = notify.box(person.actor().id).value();
    ASSERT_EQ(box.size(), 1u);
    EXPECT_EQ(box[0].text, "灯徒注册成功。");
    EXPECT_EQ(identity.person(person.actor().id)->more.at("craft"), "oil");
}

TEST_P(EngineAccount, XZ_REG_10_WithoutTheRightCodeNothingIsRegistered)
{
    const Person person = visitor("apprentice");
    const auto with = [&](const Json& secrets) {
        return refusals(person.actor(), person.registration, "submit", {typed(), secrets});
    };
    EXPECT_THAT(with({{"password", kWord}}), ElementsAre("required@phone_code"));
    const std::string code = codeFor(person.actor(), identity::CodePurpose::registration, kPhone);
    const std::string other = code == "000000" ? "000001" : "000000";
    EXPECT_THAT(with({{"password", kWord}, {"phone_code", other}}), ElementsAre("code_wrong@phone_code"));
    EXPECT_THAT(refusals(person.actor(), person.registration, "submit",
                         {typed(kOtherPhone), {{"password", kWord}, {"phone_code", code}}}),
                ElementsAre("code_wrong@phone_code"))
        << "a code of one number proves another";
    clock.advance(300s);
    EXPECT_THAT(with({{"password", kWord}, {"phone_code", code}}), ElementsAre("code_wrong@phone_code"));
    EXPECT_EQ(count("account"), 0);
    EXPECT_EQ(count("case_record WHERE phase <> 'draft'"), 0);
}

TEST_P(EngineAccount, XZ_REG_10_AnotherPurposesOrSessionsCodeIsWorthNothing)
{
    const Person person = visitor("apprentice"), stranger = visitor("apprentice");
    const std::string claim = codeFor(person.actor(), identity::CodePurpose::claim, kPhone);
    EXPECT_THAT(refusals(person.actor(), person.registration, "submit",
                         {typed(), {{"password", kWord}, {"phone_code", claim}}}),
                ElementsAre("code_wrong@phone_code"));
    const std::string theirs = codeFor(stranger.actor(), identity::CodePurpose::registration, kPhone);
    EXPECT_THAT(refusals(person.actor(), person.registration, "submit",
                         {typed(), {{"password", kWord}, {"phone_code", theirs}}}),
                ElementsAre("code_wrong@phone_code"));
}

TEST_P(EngineAccount, AllFaultsComeTogetherAndTheCodeStaysUsable)
{
    const Person person = visitor("apprentice");
    const std::string code = codeFor(person.actor(), identity::CodePurpose::registration, kPhone);
    Json fields = typed();
    fields["name"] = "灯";
    for (int i = 0; i < 6; ++i)
        EXPECT_THAT(refusals(person.actor(), person.registration, "submit",
                             {fields, {{"password", "short"}, {"phone_code", code}}}),
                    testing::Contains("text_short@name"));
    mustDo(person.actor(), person.registration, "submit",
           {typed(), {{"password", kWord}, {"phone_code", code}}});
}

TEST_P(EngineAccount, XZ_REG_16_ANumberThatIsTakenIsRefusedAndTheCodeStaysUsable)
{
    apprentice(kPhone, 1);
    const Person second = visitor("apprentice");
    const std::string code = codeFor(second.actor(), identity::CodePurpose::registration, kPhone);
    for (int i = 0; i < 2; ++i)
        EXPECT_THAT(refusals(second.actor(), second.registration, "submit",
                             {typed(kPhone, 2), {{"password", kWord}, {"phone_code", code}}}),
                    ElementsAre("phone_taken"));
    EXPECT_EQ(count("account"), 1);
    EXPECT_EQ(count("security_code WHERE state = 'open'"), 1);
}

TEST_P(EngineAccount, I1_RegistrationUsesTheCodeWithTheAccountOrNeither)
{
    const Person person = visitor("apprentice");
    const std::string code = codeFor(person.actor(), identity::CodePurpose::registration, kPhone);
    const cases::Input same =
        input(person.actor(), person.registration, {typed(), {{"password", kWord}, {"phone_code", code}}});
    const Snapshot before = everything();
    for (const auto& [act, table] : {std::pair{"INSERT", "account"},
                                     {"INSERT", "person"},
                                     {"INSERT", "box_message"},
                                     {"INSERT", "outbox"},
                                     {"INSERT", "audit_entry"}}) {
        const Broken broken(*tenant->database, act, table);
        EXPECT_NE(said(engine.perform(person.actor(), person.registration, "submit", same)),
                  std::vector<std::string>{"<done>"});
        EXPECT_EQ(everything(), before) << act << " " << table;
    }
    EXPECT_THAT(said(engine.perform(person.actor(), person.registration, "submit", same)),
                ElementsAre("<done>"));
    EXPECT_EQ(count("security_code WHERE state = 'used'"), 1);
    EXPECT_THAT(said(engine.perform(person.actor(), person.registration, "submit", same)),
                ElementsAre("<done>"))
        << "the same click again asks for another code";
    EXPECT_EQ(count("account"), 1);
}

TEST_P(EngineAccount, ASecondNumberOfACandidateNeedsACodeAndTheSameOneDoesNot)
{
    const Person person = apprentice();
    mustDo(person.actor(), person.registration, "save", {{{"craft", "wick"}}});
    EXPECT_EQ(identity.person(person.actor().id)->more.at("craft"), "wick");
    EXPECT_EQ(evaluator.lastFacts("registration.may_change")["person"]["phone"], "138****0077");
    EXPECT_EQ(evaluator.lastFacts("registration.may_change")["person"]["more"]["craft"], "oil");
    EXPECT_THAT(refusals(person.actor(), person.registration, "save", {{{"phone", kOtherPhone}}}),
                ElementsAre("required@phone_code"));
    const std::string code = codeFor(person.actor(), identity::CodePurpose::registration, kOtherPhone);
    mustDo(person.actor(), person.registration, "save", {{{"phone", kOtherPhone}}, {{"phone_code", code}}});
    EXPECT_EQ(identity.person(person.actor().id)->phone, kOtherPhone);
}

TEST_P(EngineAccount, XZ_INF_08_APersonOnFileGetsTheAccountWithTheirRecord)
{
    putOnFile(1, "900226100001");
    const Person person = visitor("homecoming");
    const std::string code = codeFor(person.actor(), identity::CodePurpose::claim, kPhone);
    const auto done = act(person.actor(), person.registration, "submit", {claiming(), secretsWith(code)});
    ASSERT_TRUE(done && done->decision.allowed) << testing::PrintToString(said(done));
    const identity::Person record = identity.person(done->opened_account).value();
    EXPECT_EQ(record.admission_number, "900226100001");
    EXPECT_EQ(record.phone, kPhone);
    EXPECT_EQ(record.office_code, "9002");
    EXPECT_EQ(record.more.at("major"), "L01");
    EXPECT_EQ(state(person.registration), "done");
    EXPECT_EQ(notify.box(done->opened_account)->size(), 1u);
    EXPECT_EQ(messages("homecoming_done").size(), 0u) << "the box alone was asked for";
}

TEST_P(EngineAccount, XZ_INF_09_WhoIsNotOnFileIsTold)
{
    putOnFile(1, "900226100001");
    const Person person = visitor("homecoming");
    const std::string code = codeFor(person.actor(), identity::CodePurpose::claim, kPhone);
    EXPECT_THAT(
        refusals(person.actor(), person.registration, "submit", {claiming(kPhone, 2), secretsWith(code)}),
        ElementsAre("person_unknown"));
    Json misspelt = claiming();
    misspelt["name"] = "灯心人";
    EXPECT_THAT(refusals(person.actor(), person.registration, "submit", {misspelt, secretsWith(code)}),
                ElementsAre("person_unknown"));
    EXPECT_EQ(count("account"), 0);
    EXPECT_THAT(refusals(person.actor(), person.registration, "submit", {claiming(), secretsWith(code)}),
                ElementsAre("<done>"));
}

TEST_P(EngineAccount, XZ_INF_06_TheTwoPasswordsMustAgree)
{
    putOnFile(1, "900226100001");
    const Person person = visitor("homecoming");
    Json secrets = secretsWith(codeFor(person.actor(), identity::CodePurpose::claim, kPhone));
    secrets["password_again"] = "deng2026Rem";
    EXPECT_THAT(refusals(person.actor(), person.registration, "submit", {claiming(), secrets}),
                ElementsAre("password_differs@password_again"));
}

TEST_P(EngineAccount, WhoHasAnAccountAlreadyAndWhoIsOnFileAreSentToTheRightDoor)
{
    putOnFile(1, "900226100001");
    const Person anew = visitor("apprentice");
    const std::string code = codeFor(anew.actor(), identity::CodePurpose::registration, kPhone);
    EXPECT_THAT(refusals(anew.actor(), anew.registration, "submit",
                         {typed(), {{"password", kWord}, {"phone_code", code}}}),
                ElementsAre("person_on_file"));
    const Person first = visitor("homecoming"), second = visitor("homecoming");
    mustDo(first.actor(), first.registration, "submit",
           {claiming(), secretsWith(codeFor(first.actor(), identity::CodePurpose::claim, kPhone))});
    EXPECT_THAT(refusals(second.actor(), second.registration, "submit",
                         {claiming(kOtherPhone),
                          secretsWith(codeFor(second.actor(), identity::CodePurpose::claim, kOtherPhone))}),
                ElementsAre("person_has_account"));
    EXPECT_EQ(count("account"), 1);
}

TEST_P(EngineAccount, XZ_REG_16_APersonOnFileCannotBindAnothersNumber)
{
    apprentice(kPhone, 2);
    putOnFile(1, "900226100001");
    const Person person = visitor("homecoming");
    const std::string code = codeFor(person.actor(), identity::CodePurpose::claim, kPhone);
    EXPECT_THAT(refusals(person.actor(), person.registration, "submit", {claiming(), secretsWith(code)}),
                ElementsAre("phone_taken"));
    EXPECT_EQ(count("person_on_file WHERE account_id = ''"), 1);
}
