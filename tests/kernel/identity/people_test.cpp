#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

class People : public IdentityTest
{
protected:
    Result<void> update(const Person& person)
    {
        return database().transaction(
            [&](storage::Transaction& tx) { return identity.updatePerson(tx, person); });
    }
    static Person another()
    {
        Person person = somebody();
        person.name = "王灯笼";
        person.id_number = kOtherNumber;
        person.phone = "13900005678";
        return person;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(People);

TEST_P(People, ComeBackAsTheyWereWritten)
{
    Person person = somebody();
    const std::string id = open(person).value();
    const Person stored = identity.person(id).value();
    EXPECT_EQ(stored.name, person.name);
    EXPECT_EQ(stored.id_number, kNumber);
    EXPECT_EQ(stored.phone, person.phone);
    EXPECT_EQ(stored.email, person.email);
    EXPECT_EQ(stored.sex, "male");
    EXPECT_EQ(stored.ethnicity, "01");
    EXPECT_EQ(stored.birth_date, "1990-03-07");
    EXPECT_EQ(stored.office_code, "9901");
    EXPECT_EQ(stored.admission_number, "");
    EXPECT_EQ(identity.person("nobody").error().code, ErrorCode::not_found);
}

TEST_P(People, DEF_GEN_01_OneCandidateForEachNumberHoweverItsLetterIsWritten)
{
    Person person = somebody();
    person.id_number = "99010119900307004X";
    ASSERT_TRUE(open(person));
    person.id_number = "99010119900307004x";
    person.phone = "13900005678";
    EXPECT_EQ(open(person).error().reason, "id_number_taken");
    EXPECT_EQ(count("SELECT COUNT(*) FROM account"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM person"), 1);
}

TEST_P(People, OnePhoneBelongsToOneCandidate)
{
    ASSERT_TRUE(open(somebody()));
    Person person = another();
    person.phone = somebody().phone;
    EXPECT_EQ(open(person).error().reason, "phone_taken");
    EXPECT_EQ(count("SELECT COUNT(*) FROM account"), 1) << "half an account was left behind";
}

TEST_P(People, OfManyRegistrationsOfOneNumberAtOnceOneSucceeds)
{
    std::atomic<int> opened = 0, taken = 0;
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < 8; ++i)
            clients.emplace_back([&, i] {
                Person person = somebody();
                person.phone = "1390000000" + std::to_string(i);
                const auto answer = open(person);
                opened += answer.has_value();
                taken += !answer && answer.error().reason == "id_number_taken";
            });
    }
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(taken, 7);
    EXPECT_EQ(count("SELECT COUNT(*) FROM person"), 1);
}

TEST_P(People, RefuseANumberThatCannotBe)
{
    Person person = somebody();
    person.id_number = "990101199003070016";
    EXPECT_EQ(open(person).error().reason, "id_number_check_digit");
}

TEST_P(People, SensitiveColumnsAreUnreadableInTheDatabase)
{
    ASSERT_TRUE(open(somebody()));
    const auto rows = database().query("SELECT id_number, phone, email, details FROM person").value();
    std::string all;
    for (std::size_t i = 0; i < 4; ++i)
        all += rows.front().bytes(i);
    for (const std::string& secret : {kNumber, somebody().phone, somebody().email, std::string("1990-03-07")})
        EXPECT_EQ(all.find(secret), std::string::npos);
    const auto keys =
        database()
            .query("SELECT login_index, id_number_index, phone_index FROM account a JOIN person p "
                   "ON p.account_id = a.id")
            .value();
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(keys.front().text(i).size(), 64u);
        EXPECT_EQ(keys.front().text(i).find("1380000"), std::string::npos);
    }
}

TEST_P(People, ASealedValueMovedToAnotherColumnIsNoticed)
{
    const std::string id = open(somebody()).value();
    ASSERT_TRUE(database().execute("UPDATE person SET phone = id_number"));
    EXPECT_EQ(identity.person(id).error().code, ErrorCode::corrupt);
}

TEST_P(People, AChangeOfNumberMovesTheLoginAlong)
{
    const std::string id = open(somebody()).value();
    Person person = identity.person(id).value();
    person.id_number = kOtherNumber;
    person.name = "张新名";
    ASSERT_TRUE(update(person));
    EXPECT_EQ(refusal(kNumber, kPassword), "login_wrong");
    EXPECT_EQ(identity.loginCandidate(form(kOtherNumber, kPassword)).value().actor.name, "张新名");
}

TEST_P(People, AChangeCannotTakeWhatAnotherHolds)
{
    ASSERT_TRUE(open(somebody()));
    const std::string id = open(another()).value();
    Person person = identity.person(id).value();
    person.phone = somebody().phone;
    EXPECT_EQ(update(person).error().reason, "phone_taken");
    person = identity.person(id).value();
    person.id_number = kNumber;
    EXPECT_EQ(update(person).error().reason, "id_number_taken");
    person.id_number = kOtherNumber;
    person.account_id = "nobody";
    person.phone = "13900009999";
    const auto missing = update(person);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

TEST_P(People, AreFoundByWholeNumberWholePhoneAndBeginningOfTheName)
{
    ASSERT_TRUE(open(somebody()));
    ASSERT_TRUE(open(another()));
    const auto found = [&](const std::string& text) {
        return identity.searchCandidates(text, 10).value().size();
    };
    EXPECT_EQ(found(kNumber), 1u);
    EXPECT_EQ(found("13900005678"), 1u);
    EXPECT_EQ(found("张"), 1u);
    EXPECT_EQ(found("灯笼"), 0u);
    EXPECT_EQ(found("1390000567"), 0u) << "part of a phone found its owner";
    EXPECT_EQ(found(kNumber.substr(0, 17)), 0u) << "part of a number found its owner";
    EXPECT_EQ(found("%"), 0u) << "a wild card was not taken literally";
    EXPECT_EQ(found("_灯笼"), 0u);
}

} // namespace
} // namespace zikao::identity
