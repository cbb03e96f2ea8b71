#include "kernel/cases/definition_check.hpp"

#include <gmock/gmock.h>

#include "tests/kernel/cases/lantern.hpp"

namespace zikao::cases {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// One fault planted into a sound definition, and what its author must read about it.
struct Planted
{
    const char* name;
    const char* in; ///< case id
    std::function<void(Json&)> plant;
    const char* path;
    const char* message; ///< part of it
    bool alone = true;   ///< false: other complaints follow from it
};

void PrintTo(const Planted& planted, std::ostream* out)
{
    *out << planted.name;
}

std::string shown(const rules::Fault& fault)
{
    return fault.path + ": " + fault.message;
}

std::vector<std::string> faultsOf(const std::string& id, const Json& raw)
{
    std::vector<std::string> all;
    const Parsed parsed = parseDefinition(id, raw, lantern());
    for (const rules::Fault& fault : parsed.faults) {
        EXPECT_EQ(fault.file, "cases/" + id + ".lua");
        all.push_back(shown(fault));
    }
    EXPECT_EQ(parsed.definition == nullptr, !all.empty()) << "a definition with faults must not be used";
    return all;
}

class PlantedFault : public testing::TestWithParam<Planted>
{};

TEST_P(PlantedFault, IsNamedWithFileAndPath)
{
    const Planted& planted = GetParam();
    Json raw = lantern().cases.at(planted.in);
    planted.plant(raw);
    const auto faults = faultsOf(planted.in, raw);
    const std::string path = std::string(planted.path) + ": ";
    if (planted.alone)
        EXPECT_THAT(faults,
                    ElementsAre(testing::AllOf(testing::StartsWith(path), HasSubstr(planted.message))));
    else
        EXPECT_THAT(faults, Contains(testing::AllOf(testing::StartsWith(path), HasSubstr(planted.message))));
}

Json& field(Json& raw, int page, int at)
{
    return raw["pages"][static_cast<std::size_t>(page)]["fields"][static_cast<std::size_t>(at)];
}
Json& fieldNamed(Json& raw, const std::string& id)
{
    for (Json& page : raw["pages"])
        for (Json& field : page["fields"])
            if (field["id"] == id)
                return field;
    throw std::runtime_error("the fixture has no field " + id);
}

const Planted kShapes[] = {
    {"UnknownKeyOfTheCase", "registration", [](Json& r) { r["titel"] = "x"; }, "titel", "unknown key"},
    {"UnknownKeyOfAPage", "registration", [](Json& r) { r["pages"][0]["color"] = "red"; }, "pages[1].color",
     "unknown key"},
    {"UnknownKeyOfAField", "registration", [](Json& r) { fieldNamed(r, "name")["colour"] = "red"; },
     "pages[2].fields[1].colour", "unknown key"},
    {"KeyOfAnotherWidget", "registration", [](Json& r) { fieldNamed(r, "phone")["max_bytes"] = 5; },
     "pages[2].fields[7].max_bytes", "unknown key"},
    {"UnknownKeyOfAState", "registration", [](Json& r) { r["states"]["draft"]["locked"] = true; },
     "states.draft.locked", "unknown key"},
    {"UnknownKeyOfAnAction", "registration", [](Json& r) { r["actions"]["pass"]["when"] = "x"; },
     "actions.pass.when", "unknown key"},
    {"UnknownKeyOfAnEffect", "registration",
     [](Json& r) { r["actions"]["pass"]["effects"][0]["urgent"] = true; }, "actions.pass.effects[1].urgent",
     "unknown key"},
    {"UnknownKeyOfAnEarlierStage", "sign_up", [](Json& r) { r["requires"][0]["state"] = "passed"; },
     "requires[1].state", "unknown key"},
    {"UnknownKeyOfAnOption", "registration",
     [](Json& r) { fieldNamed(r, "crafts")["options"][0]["color"] = "x"; },
     "pages[2].fields[13].options[1].color", "unknown key"},
    {"UnknownKeyOfVisibility", "registration",
     [](Json& r) { fieldNamed(r, "oil_papers")["visible_if"]["not_any"] = Json::array({"a"}); },
     "pages[2].fields[14].visible_if.not_any", "unknown key"},
    {"UnknownKeyOfParallelReviewers", "mastership",
     [](Json& r) { r["states"]["joint"]["reviewers"]["any_of"] = Json::array({"finance"}); },
     "states.joint.reviewers.any_of", "unknown key"},
    {"CodeForNoPhone", "apprentice", [](Json& r) { fieldNamed(r, "phone_code").erase("phone_field"); },
     "pages[1].fields[5].phone_field", "is missing"},
    {"CodeForAnUnknownPurpose", "apprentice",
     [](Json& r) { fieldNamed(r, "phone_code")["purpose"] = "login"; }, "pages[1].fields[5].purpose",
     "must be register, claim or change"},
    {"CodeForAFieldThatIsNoPhone", "apprentice",
     [](Json& r) { fieldNamed(r, "phone_code")["phone_field"] = "name"; }, "pages[1].fields[5].phone_field",
     "name is not a phone"},
    {"AFieldIsKeptThatIsNotThere", "apprentice",
     [](Json& r) { r["actions"]["submit"]["effects"][0]["keep"] = Json::array({"shoe_size"}); },
     "actions.submit.effects[1].keep[1]", "there is no field shoe_size"},
    {"ASecretIsKept", "apprentice",
     [](Json& r) {
         r["actions"]["submit"]["effects"][0]["keep"] = Json::array({"craft", "password"});
     },
     "actions.submit.effects[1].keep[2]", "only a text or a choice is kept"},
    {"ARecordIsClaimedWithoutACode", "homecoming",
     [](Json& r) {
         fieldNamed(r, "phone_code") = {{"id", "x"}, {"widget", "text"}, {"label", "x"}};
     },
     "actions.submit.effects[1]", "needs a phone_code field"},
    {"ARecordIsClaimedByACandidate", "homecoming", [](Json& r) { r["subject"] = "candidate"; },
     "actions.submit.effects[1]", "needs subject = \"visitor\""},
    {"NoTitle", "registration", [](Json& r) { r.erase("title"); }, "title", "is missing"},
    {"NoFieldLabel", "registration", [](Json& r) { fieldNamed(r, "name").erase("label"); },
     "pages[2].fields[1].label", "is missing"},
    {"NoFieldId", "registration", [](Json& r) { fieldNamed(r, "postcode").erase("id"); },
     "pages[2].fields[9].id", "is missing"},
    {"NoStateTitle", "registration", [](Json& r) { r["states"]["passed"].erase("title"); },
     "states.passed.title", "is missing"},
    {"NoActionTitle", "registration", [](Json& r) { r["actions"]["pass"].erase("title"); },
     "actions.pass.title", "is missing"},
    {"NobodyActs", "registration", [](Json& r) { r["actions"]["resubmit"].erase("by"); },
     "actions.resubmit.by", "is missing"},
    {"NoPhase", "registration", [](Json& r) { r["states"]["pending"].erase("phase"); },
     "states.pending.phase", "is missing"},
    {"NoInitialState", "registration", [](Json& r) { r.erase("initial"); }, "initial", "is missing", false},
    {"NoTarget", "registration", [](Json& r) { r["actions"]["pass"].erase("to"); }, "actions.pass.to",
     "is missing", false},
    {"OptionsAreMissing", "registration", [](Json& r) { fieldNamed(r, "sex").erase("options"); },
     "pages[2].fields[3].options", "is missing"},
    {"UploadWithoutLimit", "registration", [](Json& r) { fieldNamed(r, "id_card_back").erase("max_bytes"); },
     "pages[1].fields[4].max_bytes", "is missing"},
    {"CardWithoutTargets", "registration", [](Json& r) { fieldNamed(r, "id_card_front").erase("fills"); },
     "pages[1].fields[3].fills", "is missing"},
    {"NoticeWithoutText", "registration", [](Json& r) { fieldNamed(r, "reading_rules").erase("text"); },
     "pages[1].fields[1].text", "is missing"},
    {"ChargeWithoutLines", "mastership", [](Json& r) { r["actions"]["pay"]["effects"][0].erase("lines"); },
     "actions.pay.effects[1].lines", "is missing"},
    {"MessageWithoutTemplate", "registration",
     [](Json& r) { r["actions"]["pass"]["effects"][0].erase("template"); },
     "actions.pass.effects[1].template", "is missing"},
    {"RequiredIsNoFlag", "registration", [](Json& r) { fieldNamed(r, "email")["required"] = "no"; },
     "pages[2].fields[8].required", "must be true or false"},
    {"LimitIsNoNumber", "mastership", [](Json& r) { r["actions"]["reapply"]["limit"] = "once"; },
     "actions.reapply.limit", "must be a whole number"},
    {"LimitIsZero", "mastership", [](Json& r) { r["actions"]["reapply"]["limit"] = 0; },
     "actions.reapply.limit", "must be a whole number"},
    {"BulkIsNoFlag", "registration", [](Json& r) { r["actions"]["pass"]["bulk"] = "yes"; },
     "actions.pass.bulk", "must be true or false"},
    {"BulkIsTheCandidates", "registration", [](Json& r) { r["actions"]["submit"]["bulk"] = true; },
     "actions.submit.bulk", "is for what an officer decides"},
    {"TitleIsNoText", "registration", [](Json& r) { r["title"] = 5; }, "title", "must be a text"},
    {"PageIsNoTable", "registration", [](Json& r) { r["pages"].push_back("finish"); }, "pages[4]",
     "must be a table with named keys", false},
    {"StatesAreAList", "registration", [](Json& r) { r["states"] = Json::array({"draft"}); }, "states",
     "must be a table with named keys", false},
    {"EffectsAreNoList", "registration", [](Json& r) { r["actions"]["pass"]["effects"] = "send_message"; },
     "actions.pass.effects", "must be a list"},
    {"EffectIsNoTable", "registration",
     [](Json& r) { r["actions"]["pass"]["effects"] = Json::array({"send_message"}); },
     "actions.pass.effects[1]", "must be {"},
    {"FactsAreNoTexts", "registration", [](Json& r) { r["actions"]["submit"]["facts"] = Json::array({1}); },
     "actions.submit.facts[1]", "must be a text"},
    {"LifeOfAnOrderIsTooShort", "mastership",
     [](Json& r) { r["actions"]["pay"]["effects"][0]["lives_seconds"] = 59; },
     "actions.pay.effects[1].lives_seconds", "from 60 to 86400"},
    {"CodeThatOutlivesItsOrder", "mastership",
     [](Json& r) { r["actions"]["pay"]["effects"][0]["code_seconds"] = 86'400; },
     "actions.pay.effects[1].code_seconds", "must not exceed lives_seconds"},
    {"CodeOfNoTime", "mastership", [](Json& r) { r["actions"]["pay"]["effects"][0]["code_seconds"] = 59; },
     "actions.pay.effects[1].code_seconds", "from 60 to 86400"},
    {"DeadlineOfNoDays", "mastership", [](Json& r) { r["actions"]["send_back"]["effects"][1]["days"] = 0; },
     "actions.send_back.effects[2].days", "from 1 to 3660"},
    {"UploadOfNoBytes", "registration", [](Json& r) { fieldNamed(r, "id_card_back")["max_bytes"] = 0; },
     "pages[1].fields[4].max_bytes", "must be a whole number"},
    {"LeastAboveMost", "registration", [](Json& r) { fieldNamed(r, "name")["min"] = 31; },
     "pages[2].fields[1].min", "is above max"},
    {"PhotoOfNoWidth", "registration", [](Json& r) { fieldNamed(r, "portrait")["width"] = 0; },
     "pages[1].fields[2].width", "must be a whole number"},
};

Json& amendment(Json& guild)
{
    return guild["actions"]["join"]["effects"][1];
}

const Planted kWords[] = {
    {"AnAmendmentOfAnUnknownCase", "guild", [](Json& r) { amendment(r)["case"] = "gone"; },
     "actions.join.effects[2].case", "there is no case gone"},
    {"AnAmendmentOfItself", "guild", [](Json& r) { amendment(r)["case"] = "guild"; },
     "actions.join.effects[2].case", "a case does not amend itself", false},
    {"AnAmendmentByACandidatesAction", "guild", [](Json& r) { amendment(r)["action"] = "withdraw"; },
     "actions.join.effects[2].action", "the case sign_up has no such action by the system"},
    {"AnAmendmentThatLeadsBeforeAnOffice", "guild",
     [](Json& r) {
         amendment(r)["case"] = "mastership";
         amendment(r)["action"] = "overdue";
     },
     "actions.join.effects[2].action", "leads the case mastership to where offices review"},
    {"AnAmendmentOfNothing", "guild", [](Json& r) { amendment(r)["fields"] = Json::object(); },
     "actions.join.effects[2].fields", "must name at least one field of the case sign_up"},
    {"AnAmendmentOfAFieldThatIsNotThere", "guild", [](Json& r) { amendment(r)["fields"]["rank"] = "major"; },
     "actions.join.effects[2].fields.rank", "the case sign_up has no field rank"},
    {"AnAmendmentFromAFieldThatIsNotThere", "guild",
     [](Json& r) { amendment(r)["fields"]["major"] = "rank"; }, "actions.join.effects[2].fields.major",
     "there is no field rank"},
    {"AnAmendmentFromNoField", "guild", [](Json& r) { amendment(r)["fields"]["major"] = 3; },
     "actions.join.effects[2].fields.major", "must name a field"},
    {"ABeginWithoutGuard", "guild", [](Json& r) { r["begin"].erase("guard"); }, "begin.guard", "is missing"},
    {"ABeginWithoutRule", "guild", [](Json& r) { r["begin"]["guard"] = "guild.gone"; }, "begin.guard",
     "there is no rule guild.gone"},
    {"ABeginThatAsksTheCase", "guild", [](Json& r) { r["begin"]["facts"][1] = "fields"; }, "begin.facts[2]",
     "there is no case yet"},
    {"ABeginOfNoFact", "guild", [](Json& r) { r["begin"]["facts"][1] = "weather"; }, "begin.facts[2]",
     "unknown fact weather"},
    {"ABeginWithAnotherKey", "guild", [](Json& r) { r["begin"]["says"] = "x"; }, "begin.says", "unknown key"},
    {"AGateWithoutTick", "guild", [](Json& r) { r["gate"].erase("tick"); }, "gate.tick", "is missing"},
    {"AGateThatFindsNoCaseAgain", "guild", [](Json& r) { r["one_open"] = nullptr; }, "gate",
     "needs one_open"},
    {"AGateWithoutText", "guild", [](Json& r) { r["gate"]["text"] = "gone"; }, "gate.text",
     "there is no text gone"},
    {"AFactOfNobody", "guild", [](Json& r) { r["pages"][0]["facts"][1]["from"] = "person.shoe_size"; },
     "pages[1].facts[2].from", "a person has no shoe_size"},
    {"AFactOfNoCase", "guild", [](Json& r) { r["pages"][0]["facts"][3]["from"] = "license.county"; },
     "pages[1].facts[4].from", "there is no case license"},
    {"APresetOfNoField", "guild",
     [](Json& r) { fieldNamed(r, "prefecture")["preset"] = Json::array({"registration.town"}); },
     "pages[1].fields[2].preset", "the case registration has no field town"},
    {"APresetThatIsShownMasked", "guild",
     [](Json& r) { fieldNamed(r, "motto")["preset"] = Json::array({"person.phone"}); },
     "pages[1].fields[4].preset", "shown masked"},
    {"APresetPicture", "guild",
     [](Json& r) { fieldNamed(r, "badge")["preset"] = Json::array({"person.name"}); },
     "pages[2].fields[1].preset", "only texts and choices"},
    {"APageInNoState", "guild", [](Json& r) { r["pages"][1]["only_in"] = Json::array({"guest"}); },
     "pages[2].only_in", "there is no state guest"},
    {"AFieldFixedInNoState", "guild",
     [](Json& r) { fieldNamed(r, "major")["fixed_in"] = Json::array({"guest"}); },
     "pages[1].fields[3].fixed_in", "there is no state guest"},
    {"AnUnknownWayToShowAnOption", "guild", [](Json& r) { fieldNamed(r, "major")["shows"] = "name"; },
     "pages[1].fields[3].shows", "must be \"code-name\""},
    {"ASlotWithoutText", "sign_up", [](Json& r) { fieldNamed(r, "courses")["slot_text"] = "gone"; },
     "pages[1].fields[4].slot_text", "there is no text gone"},
    {"AnActionThatHangsOnNothing", "guild", [](Json& r) { r["actions"]["join"]["only_if"].erase("setting"); },
     "actions.join.only_if.setting", "is missing"},
    {"AQuestionWithoutText", "guild", [](Json& r) { r["actions"]["join"]["confirm"]["text"] = "gone"; },
     "actions.join.confirm.text", "there is no text gone"},
    {"AQuestionAboutNoField", "guild",
     [](Json& r) { r["actions"]["join"]["confirm"]["fields"] = Json::array({"shoe"}); },
     "actions.join.confirm.fields", "there is no field shoe"},
    {"AWordAfterwardsWithoutButton", "guild", [](Json& r) { r["actions"]["join"]["after"].erase("button"); },
     "actions.join.after.button", "go together"},
    {"AWayToNowhere", "guild", [](Json& r) { r["actions"]["join"]["after"]["go"] = "moon"; },
     "actions.join.after.go", "there is no place moon"},
    {"ANumberWithoutRule", "guild",
     [](Json& r) { r["actions"]["join"]["effects"][0]["prefix"] = "guild.gone"; },
     "actions.join.effects[1].prefix", "there is no rule guild.gone"},
    {"ANumberAfterTheAccountThatTakesIt", "registration",
     [](Json& r) {
         r["actions"]["submit"]["effects"].push_back(
             {{"verb", "assign_number"}, {"prefix", "guild.prefix"}, {"digits", 2}});
     },
     "actions.submit.effects[2]", "stands after open_account"},
    {"AnAmendmentOfNoCase", "guild", [](Json& r) { r["actions"]["join"]["effects"][1]["case"] = "license"; },
     "actions.join.effects[2].case", "there is no case license"},
    {"AnAmendmentByAPersonsAction", "guild",
     [](Json& r) { r["actions"]["join"]["effects"][1]["action"] = "withdraw"; },
     "actions.join.effects[2].action", "no such action by the system"},
    {"AnAmendmentOfNoField", "guild",
     [](Json& r) {
         r["actions"]["join"]["effects"][1]["fields"] = {{"town", "prefecture"}};
     },
     "actions.join.effects[2].fields.town", "the case sign_up has no field town"},
    {"UnknownWidget", "registration", [](Json& r) { fieldNamed(r, "email")["widget"] = "fax"; },
     "pages[2].fields[8].widget", "unknown widget fax"},
    {"UnknownPattern", "registration", [](Json& r) { fieldNamed(r, "name")["pattern"] = "latin"; },
     "pages[2].fields[1].pattern", "unknown pattern"},
    {"UnknownFileType", "registration",
     [](Json& r) { fieldNamed(r, "portrait")["accept"] = Json::array({"gif"}); }, "pages[1].fields[2].accept",
     "unknown type gif"},
    {"AGroundThatIsNoColour", "registration",
     [](Json& r) {
         fieldNamed(r, "portrait")["grounds"] = {"255,255,255", "blue"};
     },
     "pages[1].fields[2].grounds", "a colour is r,g,b from 0 to 255, not blue"},
    {"AGroundThatIsTooBright", "registration",
     [](Json& r) { fieldNamed(r, "portrait")["grounds"] = {"255,256,255"}; }, "pages[1].fields[2].grounds",
     "a colour is r,g,b from 0 to 255"},
    {"AChecklistWithoutASentence", "registration",
     [](Json& r) {
         fieldNamed(r, "portrait")["checklist"] = Json::array({Json{{"text", "无阴影"}}});
     },
     "pages[1].fields[2].checklist[1].reason", "is missing"},
    {"AFlagThatIsNoFlag", "registration", [](Json& r) { fieldNamed(r, "name")["flagged"] = "yes"; },
     "pages[2].fields[1].flagged", "must be true or false"},
    {"AReadingNeverSaysThis", "registration",
     [](Json& r) { fieldNamed(r, "id_card_front")["fills"]["phone"] = "phone"; },
     "pages[1].fields[3].fills.phone", "a reading never says this"},
    {"UnknownPhase", "registration", [](Json& r) { r["states"]["pending"]["phase"] = "waiting"; },
     "states.pending.phase", "unknown phase waiting"},
    {"UnknownReviewer", "registration",
     [](Json& r) { r["states"]["pending"]["reviewers"] = Json::array({"mayor"}); },
     "states.pending.reviewers", "unknown reviewer mayor"},
    {"AReviewerTwice", "mastership",
     [](Json& r) {
         r["states"]["joint"]["reviewers"]["all_of"] = Json::array({"finance", "finance"});
     },
     "states.joint.reviewers", "finance stands there twice", false},
    {"UnknownEffect", "registration",
     [](Json& r) { r["actions"]["pass"]["effects"][0]["verb"] = "send_pigeon"; }, "actions.pass.effects[1]",
     "unknown effect send_pigeon"},
    {"UnknownActor", "registration", [](Json& r) { r["actions"]["resubmit"]["by"] = "mayor"; },
     "actions.resubmit.by", "nobody is called mayor"},
    {"UnknownKindOfReason", "registration", [](Json& r) { r["actions"]["pass"]["reason"] = "maybe"; },
     "actions.pass.reason", "must be \"optional\" or \"required\""},
    {"UnknownSubject", "registration", [](Json& r) { r["subject"] = "school"; }, "subject",
     "must be \"visitor\" or \"candidate\"", false},
    {"UnknownOneOpen", "registration", [](Json& r) { r["one_open"] = "always"; }, "one_open",
     "must be \"candidate\""},
    {"UnknownWindow", "sign_up", [](Json& r) { r["window"] = "graduation"; }, "window",
     "unknown window graduation"},
    {"UnknownFact", "registration", [](Json& r) { r["actions"]["submit"]["facts"].push_back("weather"); },
     "actions.submit.facts[4]", "unknown fact weather"},
    {"UnknownMomentOfASitting", "sign_up",
     [](Json& r) { r["actions"]["submit"]["effects"][1]["at"] = "sitting.lunch"; },
     "actions.submit.effects[2].at", "a sitting has no lunch"},
};

const Planted kReferences[] = {
    {"NoSuchInitialState", "registration", [](Json& r) { r["initial"] = "begin"; }, "initial",
     "there is no state begin", false},
    {"NoSuchFromState", "registration", [](Json& r) { r["actions"]["submit"]["from"].push_back("idle"); },
     "actions.submit.from", "there is no state idle"},
    {"NoSuchTarget", "registration", [](Json& r) { r["actions"]["resubmit"]["to"] = "again"; },
     "actions.resubmit.to", "there is no state again"},
    {"NoSuchGuard", "registration", [](Json& r) { r["actions"]["submit"]["guard"] = "registration.may_fly"; },
     "actions.submit.guard", "there is no rule registration.may_fly"},
    {"NoSuchRuleOfLines", "mastership",
     [](Json& r) { r["actions"]["pay"]["effects"][0]["lines"] = "fees.gone"; },
     "actions.pay.effects[1].lines", "there is no rule fees.gone"},
    {"NoSuchRuleOfADeadline", "mastership",
     [](Json& r) { r["actions"]["forward"]["effects"][0]["at"] = "mastership.never"; },
     "actions.forward.effects[1].at", "there is no rule mastership.never"},
    {"NoSuchTemplate", "registration",
     [](Json& r) { r["actions"]["pass"]["effects"][0]["template"] = "hurrah"; },
     "actions.pass.effects[1].template", "there is no text hurrah"},
    {"NoSuchHint", "registration", [](Json& r) { fieldNamed(r, "portrait")["hint"] = "hint_gone"; },
     "pages[1].fields[2].hint", "there is no text hint_gone"},
    {"NoSuchPageNotice", "registration", [](Json& r) { r["pages"][0]["notices"].push_back("notice_gone"); },
     "pages[1].notices[2]", "there is no text notice_gone"},
    {"NoSuchNoticeText", "registration", [](Json& r) { fieldNamed(r, "reading_rules")["text"] = "gone"; },
     "pages[1].fields[1].text", "there is no text gone"},
    {"NoSuchWaitingText", "registration", [](Json& r) { r["states"]["pending"]["waits_for"] = "gone"; },
     "states.pending.waits_for", "there is no text gone"},
    {"NoSuchParentField", "sign_up", [](Json& r) { fieldNamed(r, "county")["parent_field"] = "country"; },
     "pages[1].fields[2].parent_field", "there is no field country"},
    {"NoSuchMajorField", "sign_up", [](Json& r) { fieldNamed(r, "courses")["major_field"] = "trade"; },
     "pages[1].fields[4].major_field", "there is no field trade"},
    {"TheMajorFieldIsNoMajor", "sign_up", [](Json& r) { fieldNamed(r, "courses")["major_field"] = "county"; },
     "pages[1].fields[4].major_field", "county is not a major"},
    {"TheParentIsNoChoice", "sign_up", [](Json& r) { fieldNamed(r, "county")["parent_field"] = "courses"; },
     "pages[1].fields[2].parent_field", "courses is neither a choice nor a region"},
    {"AFieldIsItsOwnParent", "sign_up", [](Json& r) { fieldNamed(r, "county")["parent_field"] = "county"; },
     "pages[1].fields[2].parent_field", "cannot depend on itself"},
    {"OnlyASecretIsConfirmed", "registration",
     [](Json& r) { fieldNamed(r, "password_again")["confirms"] = "name"; }, "pages[3].fields[2].confirms",
     "only a secret is confirmed"},
    {"NoSuchTargetOfAReading", "registration",
     [](Json& r) { fieldNamed(r, "id_card_front")["fills"]["name"] = "nickname"; },
     "pages[1].fields[3].fills.name", "there is no field nickname"},
    {"NoSuchCaseForSpecialMajors", "sign_up",
     [](Json& r) { fieldNamed(r, "major")["special_from"]["case"] = "license"; },
     "pages[1].fields[3].special_from.case", "there is no case license"},
    {"NoSuchFieldForSpecialMajors", "sign_up",
     [](Json& r) { fieldNamed(r, "major")["special_from"]["field"] = "arts"; },
     "pages[1].fields[3].special_from.field", "has no field arts"},
    {"NoSuchFieldForVisibility", "registration",
     [](Json& r) { fieldNamed(r, "oil_papers")["visible_if"]["field"] = "trade"; },
     "pages[2].fields[14].visible_if.field", "there is no field trade"},
    {"VisibilityInACircle", "registration",
     [](Json& r) {
         fieldNamed(r, "crafts")["visible_if"] = {{"field", "crafts"}, {"is_any", {"L02"}}};
     },
     "pages[2].fields[13].visible_if.field", "in a circle", false},
    {"VisibilityByASecret", "registration",
     [](Json& r) { fieldNamed(r, "oil_papers")["visible_if"]["field"] = "password"; },
     "pages[2].fields[14].visible_if.field", "follows a text, a choice or a tick"},
    {"NeverVisible", "registration",
     [](Json& r) { fieldNamed(r, "oil_papers")["visible_if"]["is_any"] = Json::array(); },
     "pages[2].fields[14].visible_if.is_any", "would never be seen"},
    {"NoSuchEarlierCase", "sign_up", [](Json& r) { r["requires"][0]["case"] = "license"; },
     "requires[1].case", "there is no case license"},
    {"NoSuchEarlierPhase", "sign_up", [](Json& r) { r["requires"][0]["phase"] = "passed"; },
     "requires[1].phase", "unknown phase passed"},
    {"ACaseWaitsForItself", "sign_up", [](Json& r) { r["requires"][0]["case"] = "sign_up"; },
     "requires[1].case", "cannot wait for itself"},
    {"NoSuchOfficeField", "registration", [](Json& r) { r["office_field"] = "town"; }, "office_field",
     "there is no field town"},
    {"AnOfficeFromAText", "registration", [](Json& r) { r["office_field"] = "name"; }, "office_field",
     "an office comes from a choice, a region or a major"},
    {"AnOfficeFieldThatMayBeEmpty", "registration",
     [](Json& r) { fieldNamed(r, "prefecture")["required"] = false; }, "office_field",
     "must always be filled"},
    {"NobodyCouldReview", "registration", [](Json& r) { r.erase("office_field"); }, "office_field",
     "nobody could review state pending"},
    {"AnOfficeOfNoReviewer", "mastership", [](Json& r) { r["offices"]["mayor"] = "major"; }, "offices.mayor",
     "unknown reviewer mayor"},
    {"TwoPagesOfOneId", "registration", [](Json& r) { r["pages"][1]["id"] = "pictures"; }, "pages[2].id",
     "a second page pictures"},
    {"TwoFieldsOfOneId", "registration", [](Json& r) { field(r, 1, 5)["id"] = "name"; },
     "pages[2].fields[6].id", "a second field name", false},
    {"NoSuchActionForADeadline", "mastership",
     [](Json& r) { r["actions"]["send_back"]["effects"][1]["action"] = "forget"; },
     "actions.send_back.effects[2].action", "there is no action forget"},
    {"ADeadlineForAPersonsAction", "mastership",
     [](Json& r) { r["actions"]["send_back"]["effects"][1]["action"] = "reapply"; },
     "actions.send_back.effects[2].action", "reapply is not by the system"},
    {"ADeadlineWithoutMoment", "mastership",
     [](Json& r) { r["actions"]["send_back"]["effects"][1].erase("days"); }, "actions.send_back.effects[2]",
     "needs either at or days"},
    {"ADeadlineWithTwoMoments", "mastership",
     [](Json& r) { r["actions"]["send_back"]["effects"][1]["at"] = "mastership.answer_until"; },
     "actions.send_back.effects[2]", "needs either at or days"},
    {"ADeadlineOfASittingThatIsNot", "mastership",
     [](Json& r) { r["actions"]["forward"]["effects"][0]["at"] = "sitting.pay_until"; },
     "actions.forward.effects[1].at", "this case has no sitting"},
    {"AnOrderThatEndsByARuleThatIsNot", "mastership",
     [](Json& r) { r["actions"]["pay"]["effects"][0]["ends_by"] = "fees.gone"; },
     "actions.pay.effects[1].ends_by", "there is no rule fees.gone"},
    {"AnOrderThatEndsWithASittingThatIsNot", "mastership",
     [](Json& r) { r["actions"]["pay"]["effects"][0]["ends_by"] = "sitting.pay_until"; },
     "actions.pay.effects[1].ends_by", "this case has no sitting"},
    {"AReminderWithoutText", "upgrade",
     [](Json& r) { r["actions"]["apply"]["effects"][0]["remind"]["template"] = "gone"; },
     "actions.apply.effects[1].remind.template", "there is no text gone"},
    {"AReminderWithoutDay", "upgrade",
     [](Json& r) { r["actions"]["apply"]["effects"][0]["remind"].erase("days"); },
     "actions.apply.effects[1].remind.days", "is missing"},
    {"AReminderOfAnotherEffect", "upgrade",
     [](Json& r) {
         r["actions"]["abandon"]["effects"][0]["remind"] = r["actions"]["apply"]["effects"][0]["remind"];
     },
     "actions.abandon.effects[1].remind", "unknown key"},
    {"AMessageByASwitchWithoutName", "upgrade",
     [](Json& r) { r["actions"]["abandon"]["effects"][0]["phone"].erase("setting"); },
     "actions.abandon.effects[1].phone.setting", "is missing"},
    {"APersonWhoIsAskedAgain", "upgrade",
     [](Json& r) { r["actions"]["amend"]["again"] = r["actions"]["abandon"]["again"]; },
     "actions.amend.again", "is for what the system does with a guard"},
    {"ADeadlineAskedAgainWithoutGuard", "upgrade", [](Json& r) { r["actions"]["abandon"].erase("guard"); },
     "actions.abandon.again", "is for what the system does with a guard"},
    {"ADeadlineAskedAgainForNothing", "upgrade",
     [](Json& r) { r["actions"]["abandon"]["again"]["on"] = Json::array(); }, "actions.abandon.again.on",
     "is empty"},
    {"ADeadlineAskedAgainForAReasonThatIsNot", "upgrade",
     [](Json& r) { r["actions"]["abandon"]["again"]["on"] = {"gone"}; }, "actions.abandon.again.on",
     "there is no text gone"},
    {"ADeadlineAskedAgainAtOnce", "upgrade", [](Json& r) { r["actions"]["abandon"]["again"]["days"] = 0; },
     "actions.abandon.again.days", "from 1 to"},
    {"ASignUpWithoutSitting", "sign_up", [](Json& r) { r.erase("window"), r["one_open"] = "candidate"; },
     "actions.submit.effects[1]", "needs a sitting", false},
    {"ASignUpWithoutCourses", "sign_up", [](Json& r) { r["pages"][0]["fields"].erase(3); },
     "actions.submit.effects[1]", "needs a field with the widget course_slots"},
    {"ASignUpInAFieldThatIsNot", "sign_up",
     [](Json& r) { r["actions"]["submit"]["effects"][0]["site"] = "village"; },
     "actions.submit.effects[1].site", "there is no field village"},
    {"AnAccountWithoutPhone", "registration", [](Json& r) { fieldNamed(r, "phone")["id"] = "mobile"; },
     "actions.submit.effects[1]", "needs a field phone", false},
    {"AnAccountWithoutFieldChecks", "registration",
     [](Json& r) { r["actions"]["submit"]["checks_fields"] = false; }, "actions.submit.effects[1]",
     "needs checks_fields = true"},
    {"AnAccountForWhoHasOne", "registration", [](Json& r) { r["subject"] = "candidate"; },
     "actions.submit.effects[1]", "needs subject = \"visitor\""},
    {"AnAccountWithoutPassword", "registration",
     [](Json& r) { r["pages"][2]["fields"].erase(0), r["pages"][2]["fields"].erase(0); },
     "actions.submit.effects[1]", "needs a secret field"},
};

const Planted kGraph[] = {
    {"AnUnreachableState", "registration",
     [](Json& r) {
         r["states"]["limbo"] = {{"title", "x"}, {"phase", "closed"}};
     },
     "states.limbo", "no action leads here"},
    {"TwoStatesThatReachOnlyEachOther", "registration",
     [](Json& r) {
         r["states"]["left"] = {{"title", "x"}, {"phase", "submitted"}};
         r["states"]["right"] = {{"title", "x"}, {"phase", "closed"}};
         r["actions"]["step"] = {{"title", "x"}, {"from", {"left"}}, {"to", "right"}, {"by", "candidate"}};
     },
     "states.left", "no action leads here", false},
    {"AStateWithoutWayOut", "registration", [](Json& r) { r["actions"].erase("resubmit"); }, "states.refused",
     "no action leads out"},
    {"AStateThatOnlyLeadsToItself", "registration",
     [](Json& r) { r["actions"]["resubmit"]["to"] = "refused"; }, "states.refused", "no action leads out",
     false},
    {"ACaseThatBeginsInReview", "registration", [](Json& r) { r["initial"] = "pending"; }, "initial",
     "begins in a state of phase draft", false},
    {"AnActionFromNowhere", "registration", [](Json& r) { r["actions"]["resubmit"]["from"] = Json::array(); },
     "actions.resubmit.from", "could never be taken", false},
    {"ReviewersWhoCannotDecide", "registration",
     [](Json& r) {
         r["actions"]["pass"]["by"] = "finance";
         r["actions"]["refuse"]["by"] = "finance";
     },
     "states.pending.reviewers", "no action lets them decide", false},
    {"AReviewWhereNobodyReviews", "registration",
     [](Json& r) { r["actions"]["pass"]["from"].push_back("draft"); }, "actions.pass.from",
     "state draft has no reviewers"},
    {"AnOrderThatIsNeverPaid", "mastership", [](Json& r) { r["actions"].erase("paid"); }, "actions.pay",
     "charge needs an action \"paid\"", false},
    {"AnOrderThatNeverExpires", "mastership", [](Json& r) { r["actions"].erase("order_expired"); },
     "actions.pay", "charge needs an action \"order_expired\""},
    {"APaymentThatAPersonReports", "mastership", [](Json& r) { r["actions"]["paid"]["by"] = "candidate"; },
     "actions.pay", "charge needs an action \"paid\" by the system"},
    {"DEF_GEN_08_ARefusalWithoutReason", "registration",
     [](Json& r) { r["actions"]["refuse"].erase("reason"); }, "actions.refuse.reason",
     "a refusal needs reason = \"required\""},
    {"DEF_GEN_08_AReturnWithoutReason", "mastership",
     [](Json& r) { r["actions"]["send_back"]["reason"] = "optional"; }, "actions.send_back.reason",
     "a refusal needs reason = \"required\""},
};

const Planted kDegrees[] = {
    {"ADegreeThatTheCandidateVerifies", "degree_papers",
     [](Json& r) { r["actions"]["hand_in"]["effects"] = r["actions"]["expect"]["effects"]; },
     "actions.hand_in.effects[1]", "only an officer verifies a degree"},
    {"ADegreeOfAVisitor", "degree_papers", [](Json& r) { r["subject"] = "visitor"; },
     "actions.accept.effects[1]", "needs subject = \"candidate\"", false},
    {"ADegreeOnNoBasis", "degree_papers",
     [](Json& r) { r["actions"]["accept"]["effects"][0]["basis"] = "hearsay"; },
     "actions.accept.effects[1].basis", "must be \"papers\" or \"expected\""},
    {"PapersWithoutNumber", "degree_papers",
     [](Json& r) { r["actions"]["accept"]["effects"][0].erase("number"); },
     "actions.accept.effects[1].number", "a paper has a kind and a number"},
    {"ADegreeWithoutScan", "degree_papers",
     [](Json& r) { r["actions"]["expect"]["effects"][0].erase("scan"); }, "actions.expect.effects[1].scan",
     "is missing"},
    {"ADegreeFromAFieldThatIsNot", "degree_papers",
     [](Json& r) { r["actions"]["accept"]["effects"][0]["school"] = "academy"; },
     "actions.accept.effects[1].school", "there is no field academy"},
    {"AScanThatIsNoFile", "degree_papers",
     [](Json& r) { r["actions"]["accept"]["effects"][0]["scan"] = "degree_school"; },
     "actions.accept.effects[1].scan", "must be a field for files"},
    {"ALevelThatIsAFile", "degree_papers",
     [](Json& r) { r["actions"]["accept"]["effects"][0]["level"] = "document_scan"; },
     "actions.accept.effects[1].level", "must be a field for text"},
    {"ADayThatIsNoDate", "degree_papers",
     [](Json& r) { r["actions"]["accept"]["effects"][0]["printed_on"] = "degree_school"; },
     "actions.accept.effects[1].printed_on", "must be a date"},
    {"VisibilityByADegree", "upgrade",
     [](Json& r) {
         fieldNamed(r, "diploma_date")["visible_if"] = {{"field", "degree"}, {"is_any", {"x"}}};
     },
     "pages[1].fields[4].visible_if.field", "follows a text, a choice or a tick"},
    {"ADegreeFieldWithAKey", "upgrade", [](Json& r) { fieldNamed(r, "degree")["level"] = "x"; },
     "pages[1].fields[3].level", "unknown key"},
    {"ARangeThatIsNone", "upgrade",
     [](Json& r) {
         fieldNamed(r, "portrait")["hairline"] = {110, 50};
     },
     "pages[1].fields[6].hairline", "must be { least, most }"},
    {"ARangeOfOne", "upgrade", [](Json& r) { fieldNamed(r, "portrait")["eye_line"] = {200}; },
     "pages[1].fields[6].eye_line", "must be { least, most }"},
    {"ARangeOfWords", "upgrade",
     [](Json& r) {
         fieldNamed(r, "portrait")["face_width"] = {"a", "b"};
     },
     "pages[1].fields[6].face_width", "must be { least, most }"},
    {"AQualityAboveTheBest", "upgrade", [](Json& r) { fieldNamed(r, "portrait")["min_quality"] = 101; },
     "pages[1].fields[6].min_quality", "must be a whole number"},
    {"NoDotsAnInch", "upgrade", [](Json& r) { fieldNamed(r, "portrait")["dpi"] = 0; },
     "pages[1].fields[6].dpi", "must be a whole number"},
    {"ATiltThatIsNoTilt", "upgrade", [](Json& r) { fieldNamed(r, "portrait")["max_tilt"] = 46; },
     "pages[1].fields[6].max_tilt", "must be a whole number"},
    {"TrueColourIsNoFlag", "upgrade", [](Json& r) { fieldNamed(r, "portrait")["true_colour"] = 1; },
     "pages[1].fields[6].true_colour", "must be true or false"},
    {"EyesWithoutAFace", "upgrade", [](Json& r) { fieldNamed(r, "portrait")["face"] = false; },
     "pages[1].fields[6].eye_line", "needs face = true", false},
};

std::string nameOf(const testing::TestParamInfo<Planted>& info)
{
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Shapes, PlantedFault, testing::ValuesIn(kShapes), nameOf);
Json& block(Json& raw, const char* column, int at)
{
    return raw["prints"][0][column][static_cast<std::size_t>(at)];
}

const Planted kPrints[] = {
    {"UnknownKeyOfAForm", "diploma", [](Json& r) { r["prints"][0]["size"] = "A3"; }, "prints[1].size",
     "unknown key"},
    {"APaperThatNobodyHas", "diploma", [](Json& r) { r["prints"][1]["paper"] = "A5"; }, "prints[2].paper",
     "must be \"A4\" or \"A3\""},
    {"A3WithoutItsRightHalf", "diploma", [](Json& r) { r["prints"][0].erase("right"); }, "prints[1].right",
     "is empty"},
    {"TwoFormsOfOneName", "diploma", [](Json& r) { r["prints"][1]["id"] = "sheet"; }, "prints[2].id",
     "a second form sheet"},
    {"AnUnknownBlock", "diploma", [](Json& r) { block(r, "right", 1)["block"] = "picture"; },
     "prints[1].right[2].block", "unknown block picture"},
    {"KeyOfAnotherBlock", "diploma", [](Json& r) { block(r, "left", 1)["seal"] = "x"; },
     "prints[1].left[2].seal", "unknown key"},
    {"AFormShowsAFieldThatIsNotThere", "diploma", [](Json& r) { block(r, "right", 0)["field"] = "essay"; },
     "prints[1].right[1].field", "there is no field essay"},
    {"AFormShowsRowsThatAreNone", "diploma", [](Json& r) { block(r, "left", 1)["field"] = "prefecture"; },
     "prints[1].left[2].field", "prefecture is no field for rows"},
    {"AFormAsksAPersonForTooMuch", "diploma",
     [](Json& r) { block(r, "left", 0)["cells"][0]["from"] = "person.shoe_size"; },
     "prints[1].left[1].cells[1].from", "a person has no shoe_size"},
    {"AFormAsksAnotherCase", "diploma",
     [](Json& r) { block(r, "left", 0)["cells"][0]["from"] = "marriage.day"; },
     "prints[1].left[1].cells[1].from", "there is no case marriage"},
    {"APictureThatIsNone", "diploma", [](Json& r) { block(r, "left", 0)["picture"] = "registration.name"; },
     "prints[1].left[1].picture", "name is no picture"},
    {"ADraftInAStateThatIsNotThere", "diploma",
     [](Json& r) { r["prints"][0]["draft"]["states"][0] = "limbo"; }, "prints[1].draft.states",
     "there is no state limbo"},
    {"ARecordOfNoAction", "diploma", [](Json& r) { block(r, "right", 1)["recorded"]["action"] = "bless"; },
     "prints[1].right[2].recorded", "there is no action bless"},
    {"ARecordWithoutItsText", "diploma",
     [](Json& r) { block(r, "right", 1)["recorded"]["says"] = "nothing"; },
     "prints[1].right[2].recorded.says", "there is no text nothing"},
};

Json& guild(Json& raw)
{
    return raw["exchanges"]["guild"];
}

const Planted kExchanges[] = {
    {"UnknownKeyOfAnExchange", "registration", [](Json& r) { guild(r)["format"] = "dbf"; },
     "exchanges.guild.format", "unknown key"},
    {"AnExchangeOfAStateThatIsNotThere", "registration", [](Json& r) { guild(r)["from"] = "limbo"; },
     "exchanges.guild.from", "there is no state limbo", false},
    {"AnExchangeWhereNobodyDecides", "registration", [](Json& r) { guild(r)["from"] = "passed"; },
     "exchanges.guild.from", "state passed has no reviewers", false},
    {"AnAnswerThatIsNoAction", "registration", [](Json& r) { guild(r)["answers"]["fail"] = "burn"; },
     "exchanges.guild.answers.fail", "there is no action burn"},
    {"AnAnswerThatIsTheCandidates", "registration", [](Json& r) { guild(r)["answers"]["pass"] = "submit"; },
     "exchanges.guild.answers.pass", "submit is no reviewer's action out of state pending"},
    {"AnExchangeWithoutColumns", "registration", [](Json& r) { guild(r)["columns"] = Json::array(); },
     "exchanges.guild.columns", "is empty"},
    {"AColumnTwice", "registration", [](Json& r) { guild(r)["columns"][1]["id"] = "name"; },
     "exchanges.guild.columns[2].id", "a second column name"},
    {"AColumnOfNothing", "registration", [](Json& r) { guild(r)["columns"][0]["from"] = "fields.rank"; },
     "exchanges.guild.columns[1].from", "there is no field rank"},
    {"AnExchangeWithoutItsNumber", "registration", [](Json& r) { guild(r).erase("number"); },
     "exchanges.guild.number", "is missing", false},
    {"APortraitThatIsNone", "registration", [](Json& r) { guild(r)["picture"] = "fields.name"; },
     "exchanges.guild.picture", "name is no picture"},
};

INSTANTIATE_TEST_SUITE_P(Exchanges, PlantedFault, testing::ValuesIn(kExchanges), nameOf);
INSTANTIATE_TEST_SUITE_P(Prints, PlantedFault, testing::ValuesIn(kPrints), nameOf);
INSTANTIATE_TEST_SUITE_P(Words, PlantedFault, testing::ValuesIn(kWords), nameOf);
INSTANTIATE_TEST_SUITE_P(References, PlantedFault, testing::ValuesIn(kReferences), nameOf);
INSTANTIATE_TEST_SUITE_P(Degrees, PlantedFault, testing::ValuesIn(kDegrees), nameOf);
INSTANTIATE_TEST_SUITE_P(Graph, PlantedFault, testing::ValuesIn(kGraph), nameOf);

TEST(DefinitionCheck, SaysEveryFaultAtOnce)
{
    Json raw = lantern().cases.at("registration");
    raw["colour"] = "red";
    raw["actions"]["pass"]["to"] = "heaven";
    fieldNamed(raw, "name")["widget"] = "rune";
    EXPECT_GE(faultsOf("registration", raw).size(), 3u);
}

TEST(DefinitionCheck, ADefinitionThatIsNoTableIsOneFaultAndNoCrash)
{
    for (const Json& raw : {Json(), Json(5), Json("x"), Json::array({1, 2}), Json::object()})
        EXPECT_THAT(faultsOf("registration", raw), testing::Not(IsEmpty())) << dumpJson(raw);
}

TEST(DefinitionCheck, LooksAtEveryCaseOfThePackageAndNamesTheFile)
{
    rules::Package package = lantern();
    package.cases["sign_up"]["initial"] = "begin";
    package.cases["mastership"]["colour"] = "red";
    std::set<std::string> files;
    for (const rules::Fault& fault : checkDefinitions(package))
        files.insert(fault.file);
    EXPECT_THAT(files, ElementsAre("cases/mastership.lua", "cases/sign_up.lua"));
}

TEST(DefinitionCheck, ACodeListThatTheTenantLacksIsNamedWhereItIsUsed)
{
    const std::set<std::string> lists = {"sexes", "prefectures", "counties"};
    const auto faults = checkDefinitions(lantern(), &lists);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].file, "cases/registration.lua");
    EXPECT_EQ(shown(faults[0]), "pages[2].fields[4].options.list: there is no code list nationalities");
}

TEST(DefinitionCheck, ARuleThatThePackageLostIsFoundEvenWhereTheCaseStayed)
{
    rules::Package package = lantern();
    std::erase(package.rules, "sign_up.may_pay");
    const auto faults = checkDefinitions(package);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(shown(faults[0]), "actions.pay.guard: there is no rule sign_up.may_pay");
}

TEST(DefinitionCheck, ATextThatThePackageLostIsFound)
{
    rules::Package package = lantern();
    package.texts.erase("sign_up_paid");
    const auto faults = checkDefinitions(package);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].path, "actions.paid.effects[2].template");
}

} // namespace
} // namespace zikao::cases
