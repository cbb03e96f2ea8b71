#include "kernel/identity/people_on_file.hpp"

#include <algorithm>

#include "kernel/base/encoding.hpp"
#include "kernel/identity/account.hpp"
#include "kernel/identity/names.hpp"

namespace zikao::identity {

namespace {

constexpr const char* kFilePurpose = "person_on_file.details";
constexpr const char* kAskerPurpose = "person_on_file.asker";
constexpr const char* kClaiming = "claim"; ///< stands where failed log-ins have their network
constexpr std::size_t kChunk = 200;
constexpr std::size_t kLongestName = 60;

std::string places(std::size_t count, const char* one)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text.append(i == 0 ? "" : ", ").append(one);
    return text;
}

/// The list as it will be stored, with the keys it is compared by.
struct Entry
{
    const Person* person;
    std::size_t row;
    std::string number, index;
};

/// What the database knows of the numbers and admission numbers of a list.
struct Known
{
    std::set<std::string> on_file;                ///< indexes of numbers that wait for their owner
    std::set<std::string> owned;                  ///< indexes of numbers that have an account
    std::map<std::string, std::string> admission; ///< admission number → index of the number that holds it
};

Result<void> look(storage::Transaction& tx, const std::vector<Entry>& entries, std::size_t from, Known& known)
{
    const std::size_t to = std::min(entries.size(), from + kChunk);
    storage::Params indexes, admissions;
    for (std::size_t i = from; i < to; ++i) {
        indexes.emplace_back(entries[i].index);
        if (!entries[i].person->admission_number.empty())
            admissions.emplace_back(entries[i].person->admission_number);
    }
    const std::string among = " IN (" + places(indexes.size(), "?") + ")";
    const auto filed = tx.query(
        "SELECT id_number_index, account_id FROM person_on_file WHERE id_number_index" + among, indexes);
    const auto people = tx.query("SELECT id_number_index FROM person WHERE id_number_index" + among, indexes);
    if (!filed || !people)
        return fail(!filed ? filed.error() : people.error());
    for (const storage::Row& row : *filed)
        (row.text(1).empty() ? known.on_file : known.owned).insert(row.text(0));
    for (const storage::Row& row : *people)
        known.owned.insert(row.text(0));
    if (admissions.empty())
        return ok();
    const std::string held = " IN (" + places(admissions.size(), "?") + ")";
    for (const char* table : {"person_on_file", "person"}) {
        const auto rows = tx.query("SELECT admission_number, id_number_index FROM " + std::string(table) +
                                       " WHERE admission_number" + held,
                                   admissions);
        if (!rows)
            return fail(rows.error());
        for (const storage::Row& row : *rows)
            known.admission[row.text(0)] = row.text(1);
    }
    return ok();
}

/// What can be seen in the list alone: numbers, names, repetitions.
std::vector<Entry> readList(const Vault& vault, const std::vector<Person>& people,
                            std::vector<PeopleOnFile::Fault>& faults)
{
    std::vector<Entry> entries;
    std::set<std::string> numbers, admissions;
    for (std::size_t row = 0; row < people.size(); ++row) {
        const Person& person = people[row];
        const auto number = IdNumber::parse(person.id_number);
        if (!number) {
            faults.push_back({row, "id_number", "is no ID number (" + number.error().reason + ")"});
            continue;
        }
        const std::size_t length = utf8Length(plainName(person.name));
        if (length < 2 || length > kLongestName)
            faults.push_back({row, "name", "must have 2 to 60 characters"});
        if (!numbers.insert(number->whole()).second)
            faults.push_back({row, "id_number", "stands twice in the list"});
        const std::string& admission = person.admission_number;
        if (admission.size() > 20)
            faults.push_back({row, "admission_number", "is longer than 20 characters"});
        else if (!admission.empty() && !admissions.insert(admission).second)
            faults.push_back({row, "admission_number", "stands twice in the list"});
        entries.push_back({&person, row, number->whole(), vault.index(number->whole(), kIdNumberPurpose)});
    }
    return entries;
}

/// Runs `statement` for each chunk of the entries that `wanted` picks.
template <class Wanted, class Statement>
Result<void> inChunks(const std::vector<Entry>& entries, Wanted&& wanted, Statement&& statement)
{
    std::vector<const Entry*> chunk;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (wanted(entries[i]))
            chunk.push_back(&entries[i]);
        if (chunk.size() == kChunk || (i + 1 == entries.size() && !chunk.empty())) {
            const Result<std::int64_t> done = statement(chunk);
            if (!done)
                return fail(done.error());
            chunk.clear();
        }
    }
    return ok();
}

storage::Params rowOf(const Vault& vault, const Entry& entry, std::int64_t at)
{
    const Person& person = *entry.person;
    const Json details{{"email", person.email},
                       {"sex", person.sex},
                       {"ethnicity", person.ethnicity},
                       {"birth_date", person.birth_date},
                       {"more", person.more}};
    return {entry.index,
            storage::Bytes{vault.seal(entry.number, kIdNumberPurpose)},
            plainName(person.name),
            storage::Bytes{vault.seal(dumpJson(details), kFilePurpose)},
            person.office_code,
            person.admission_number.empty() ? storage::Value{} : storage::Value{person.admission_number},
            at};
}

} // namespace

Result<PeopleOnFile::Imported> PeopleOnFile::import(const std::vector<Person>& people, const Note& note)
{
    const Vault& vault = *tenant_.vault;
    Imported seen;
    const std::vector<Entry> entries = readList(vault, people, seen.faults);
    return tenant_.database->transaction([&](storage::Transaction& tx) -> Result<Imported> {
        Imported done = seen;
        Known known;
        for (std::size_t from = 0; from < entries.size(); from += kChunk)
            if (auto looked = look(tx, entries, from, known); !looked)
                return fail(looked.error());
        for (const Entry& entry : entries) {
            const auto holder = known.admission.find(entry.person->admission_number);
            // Whoever is renewed by this list gives the number they had back first.
            if (holder != known.admission.end() && holder->second != entry.index &&
                !known.on_file.contains(holder->second))
                done.faults.push_back({entry.row, "admission_number", "belongs to another person"});
            if (known.owned.contains(entry.index))
                ++done.left;
            else
                ++(known.on_file.contains(entry.index) ? done.renewed : done.added);
        }
        if (!done.faults.empty())
            return done;
        const auto removed = inChunks(
            entries, [&](const Entry& entry) { return known.on_file.contains(entry.index); },
            [&](const std::vector<const Entry*>& chunk) {
                storage::Params indexes;
                for (const Entry* entry : chunk)
                    indexes.emplace_back(entry->index);
                // One that was claimed meanwhile stays, and the insertion below is refused and run again.
                return tx.execute(
                    "DELETE FROM person_on_file WHERE account_id = '' AND id_number_index IN (" +
                        places(indexes.size(), "?") + ")",
                    indexes);
            });
        if (!removed)
            return fail(removed.error());
        const std::int64_t at = tenant_.clock.now().ms;
        const auto inserted = inChunks(
            entries, [&](const Entry& entry) { return !known.owned.contains(entry.index); },
            [&](const std::vector<const Entry*>& chunk) {
                storage::Params values;
                for (const Entry* entry : chunk)
                    for (storage::Value& value : rowOf(vault, *entry, at))
                        values.push_back(std::move(value));
                return tx.execute(
                    "INSERT INTO person_on_file (id_number_index, id_number, name, details, office_code, "
                    "admission_number, imported_at_ms) VALUES " +
                        places(chunk.size(), "(?, ?, ?, ?, ?, ?, ?)"),
                    values);
            });
        if (!inserted)
            return fail(inserted.error());
        if (note)
            if (auto noted = note(tx, done); !noted)
                return fail(noted.error());
        FP("identity.on_file.before_commit");
        return done;
    });
}

Result<bool> PeopleOnFile::waits(const std::string& id_number)
{
    const auto number = IdNumber::parse(id_number);
    if (!number)
        return false;
    const auto rows =
        tenant_.database->query("SELECT 1 FROM person_on_file WHERE id_number_index = ? AND account_id = ''",
                                {tenant_.vault->index(number->whole(), kIdNumberPurpose)});
    if (!rows)
        return fail(rows.error());
    return !rows->empty();
}

Result<Person> PeopleOnFile::read(const storage::Row& row) const
{
    const Vault& vault = *tenant_.vault;
    const auto number = vault.open(row.bytes(0), kIdNumberPurpose);
    const auto text = vault.open(row.bytes(2), kFilePurpose);
    if (!number || !text)
        return fail(!number ? number.error() : text.error());
    const auto details = parseJson(*text);
    if (!details || !details->is_object())
        return fail(ErrorCode::corrupt, "the details of a person on file cannot be read");
    Person person;
    person.id_number = *number;
    person.name = row.text(1);
    person.email = details->value("email", "");
    person.sex = details->value("sex", "");
    person.ethnicity = details->value("ethnicity", "");
    person.birth_date = details->value("birth_date", "");
    person.office_code = row.text(3);
    person.admission_number = row.text(4);
    const Json more = details->value("more", Json::object());
    for (const auto& [key, value] : more.items())
        person.more[key] = value.get<std::string>();
    return person;
}

Result<Person> PeopleOnFile::claimable(const std::string& name, const std::string& id_number,
                                       const std::string& asker)
{
    Attempts attempts(tenant_);
    const std::string key = tenant_.vault->index(asker, kAskerPurpose);
    if (auto counted = attempts.count(key, kClaiming); !counted)
        return counted.error().reason == "login_locked"
                   ? fail(ErrorCode::too_many, "too many misses", "claim_locked")
                   : fail(counted.error());
    const auto number = IdNumber::parse(id_number);
    const std::string index = tenant_.vault->index(number ? number->whole() : id_number, kIdNumberPurpose);
    const auto rows =
        tenant_.database->query("SELECT id_number, name, details, office_code, admission_number, "
                                "account_id FROM person_on_file WHERE id_number_index = ?",
                                {index});
    if (!rows)
        return fail(rows.error());
    if (rows->empty() || plainName(rows->front().text(1)) != plainName(name))
        return fail(ErrorCode::refused, "not on file", "person_unknown");
    const auto people = tenant_.database->query("SELECT 1 FROM person WHERE id_number_index = ?", {index});
    if (!people)
        return fail(people.error());
    if (auto cleared = attempts.clear(key, kClaiming); !cleared)
        return fail(cleared.error());
    if (!rows->front().text(5).empty() || !people->empty())
        return fail(ErrorCode::refused, "has an account", "person_has_account");
    return read(rows->front());
}

Result<void> PeopleOnFile::claim(storage::Transaction& tx, const std::string& id_number,
                                 const std::string& account_id)
{
    const auto number = IdNumber::parse(id_number);
    if (!number)
        return fail(number.error());
    const auto claimed = tx.execute(
        "UPDATE person_on_file SET account_id = ?, claimed_at_ms = ? WHERE id_number_index = ? AND "
        "account_id = ''",
        {account_id, tenant_.clock.now().ms, tenant_.vault->index(number->whole(), kIdNumberPurpose)});
    if (!claimed)
        return fail(claimed.error());
    return *claimed == 1 ? ok()
                         : Result<void>(fail(ErrorCode::refused, "claimed meanwhile", "person_has_account"));
}

} // namespace zikao::identity
