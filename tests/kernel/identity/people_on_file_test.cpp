#include "kernel/identity/people_on_file.hpp"
#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

using namespace std::chrono_literals;

const std::string kAsker = "13800001234";

class OnFile : public IdentityTest
{
protected:
    /// A made-up man's number of the area that does not exist.
    static std::string number(int serial)
    {
        char body[18];
        std::snprintf(body, sizeof body, "99010119900307%03d", serial * 2 + 1);
        for (const char last : std::string("0123456789X"))
            if (const auto fits = IdNumber::parse(std::string(body) + last); fits)
                return fits->whole();
        throw std::logic_error("no check digit fits");
    }
    static Person listed(int serial, const std::string& admission = {})
    {
        Person person;
        person.name = "尼玛·次仁";
        person.id_number = number(serial);
        person.admission_number = admission;
        person.office_code = "9901";
        person.more = {{"major", "L01"}};
        return person;
    }
    PeopleOnFile::Imported imported(const std::vector<Person>& people)
    {
        const auto done = on_file.import(people);
        EXPECT_TRUE(done) << done.error().message;
        return *done;
    }
    std::string asking(const std::string& name, const std::string& id_number,
                       const std::string& asker = kAsker)
    {
        const auto found = on_file.claimable(name, id_number, asker);
        return found ? "" : found.error().reason;
    }
    Result<std::string> take(const Person& person)
    {
        return database().transaction([&](storage::Transaction& tx) -> Result<std::string> {
            auto account = identity.openCandidate(tx, {person, candidateHash()});
            if (!account)
                return account;
            if (auto claimed = on_file.claim(tx, person.id_number, *account); !claimed)
                return fail(claimed.error());
            return account;
        });
    }
    std::int64_t rows() { return count("SELECT COUNT(*) FROM person_on_file"); }

    PeopleOnFile on_file{*tenant};
};
INSTANTIATE_ON_BOTH_ENGINES(OnFile);

TEST_P(OnFile, XZ_INF_09_OnlyNameAndNumberOfOnePersonAreOnFile)
{
    imported({listed(1, "540101000001"), listed(2)});
    const auto found = on_file.claimable("尼玛·次仁", number(1), kAsker);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->admission_number, "540101000001");
    EXPECT_EQ(found->more.at("major"), "L01");
    EXPECT_EQ(found->office_code, "9901");
    EXPECT_EQ(asking("尼玛 •次仁", number(1)), "") << "the dot of another keyboard";
    EXPECT_EQ(asking("尼玛·次仁", number(7)), "person_unknown");
    EXPECT_EQ(asking("次仁·尼玛", number(1)), "person_unknown");
    EXPECT_EQ(asking("尼玛·次仁", "540101"), "person_unknown");
}

TEST_P(OnFile, XZ_INF_09_GuessingLocksTheAskerAndNobodyElse)
{
    imported({listed(1)});
    for (int i = 10; i < 15; ++i)
        EXPECT_EQ(asking("尼玛·次仁", number(i)), "person_unknown");
    EXPECT_EQ(asking("尼玛·次仁", number(1)), "claim_locked");
    EXPECT_EQ(asking("尼玛·次仁", number(1), "13900000000"), "");
    clock.advance(15min);
    EXPECT_EQ(asking("尼玛·次仁", number(1)), "");
}

TEST_P(OnFile, XZ_INF_08_ARecordBecomesAnAccountOnce)
{
    imported({listed(1, "540101000001")});
    Person person = on_file.claimable("尼玛·次仁", number(1), kAsker).value();
    person.phone = kAsker;
    std::vector<Person> quick(2, person);
    quick[1].phone = "13900000000";
    std::atomic<int> taken = 0;
    {
        std::vector<std::jthread> clients;
        for (const Person& one : quick)
            clients.emplace_back([&, one] { taken += take(one).has_value(); });
    }
    EXPECT_EQ(taken, 1);
    EXPECT_EQ(asking("尼玛·次仁", number(1)), "person_has_account");
    EXPECT_FALSE(on_file.waits(number(1)).value());
    EXPECT_EQ(count("SELECT COUNT(*) FROM person WHERE admission_number = '540101000001'"), 1);
}

TEST_P(OnFile, WhoRegisteredAnewIsToldToLogIn)
{
    Person registered = listed(1);
    registered.phone = kAsker;
    ASSERT_TRUE(open(registered));
    EXPECT_EQ(imported({listed(1), listed(2)}).left, 1);
    EXPECT_EQ(rows(), 1);
    ASSERT_TRUE(database().execute("UPDATE person SET id_number_index = ? WHERE admission_number IS NULL",
                                   {tenant->vault->index(number(2), "candidate.id_number")}));
    EXPECT_EQ(asking("尼玛·次仁", number(2)), "person_has_account");
}

TEST_P(OnFile, AListIsTakenWholeOrNotAtAllAndEveryFaultIsNamedByItsRow)
{
    std::vector<Person> people = {listed(1, "1"), listed(2, "1"), listed(1), listed(3)};
    people[3].id_number = "540101199003070000";
    people.push_back(listed(4));
    people.back().name = "尼";
    const auto done = imported(people);
    std::vector<std::string> seen;
    for (const auto& fault : done.faults)
        seen.push_back(std::to_string(fault.row) + " " + fault.column);
    EXPECT_EQ(seen, (std::vector<std::string>{"1 admission_number", "2 id_number", "3 id_number", "4 name"}));
    EXPECT_EQ(rows(), 0);
}

TEST_P(OnFile, ALaterListRenewsWhoWaitsAndLeavesWhoHasAnAccount)
{
    EXPECT_EQ(imported({listed(1, "1"), listed(2, "2")}).added, 2);
    Person person = on_file.claimable("尼玛·次仁", number(1), kAsker).value();
    person.phone = kAsker;
    ASSERT_TRUE(take(person));
    // The second and a third have swapped numbers since.
    const auto again = imported({listed(1, "1"), listed(2, "3"), listed(3, "2")});
    EXPECT_EQ(again.left, 1);
    EXPECT_EQ(again.renewed, 1);
    EXPECT_EQ(again.added, 1);
    EXPECT_EQ(on_file.claimable("尼玛·次仁", number(2), "13900000000")->admission_number, "3");
    const auto stolen = imported({listed(9, "1")});
    ASSERT_EQ(stolen.faults.size(), 1u);
    EXPECT_EQ(stolen.faults[0].what, "belongs to another person");
}

TEST_P(OnFile, ALongListGoesInWithFewStatementsAndANoteInItsTransaction)
{
    std::vector<Person> people;
    for (int i = 0; i < 450; ++i)
        people.push_back(listed(i, std::to_string(100000 + i)));
    const auto refused = on_file.import(people, [](storage::Transaction&, const PeopleOnFile::Imported&) {
        return Result<void>(fail(ErrorCode::unavailable, "no audit"));
    });
    EXPECT_FALSE(refused);
    EXPECT_EQ(rows(), 0);
    EXPECT_EQ(imported(people).added, 450);
    EXPECT_EQ(imported(people).renewed, 450);
    EXPECT_EQ(rows(), 450);
}

TEST_P(OnFile, NoIdNumberLiesReadableInTheDatabase)
{
    imported({listed(1)});
    const auto row = database().query("SELECT id_number, details FROM person_on_file").value().front();
    EXPECT_EQ(row.bytes(0).find(number(1)), std::string::npos);
    EXPECT_EQ(row.bytes(1).find("L01"), std::string::npos);
}

} // namespace
} // namespace zikao::identity
