#include "kernel/base/id.hpp"
#include "kernel/identity/account.hpp"

namespace zikao::identity {

namespace {

constexpr const char* kSelect = "SELECT account_id, name, id_number, phone, email, details, office_code, "
                                "admission_number FROM person";

storage::Value nullIfEmpty(const std::string& text)
{
    return text.empty() ? storage::Value{} : storage::Value{text};
}

/// The columns of a record in the order both statements name them.
storage::Params columnsOf(const Vault& vault, const Person& person, const IdNumber& number)
{
    const Json details{
        {"sex", person.sex},
        {"ethnicity", person.ethnicity},
        {"birth_date", person.birth_date.empty() ? number.birthDate().text() : person.birth_date},
        {"more", person.more}};
    return {person.name,
            storage::Bytes{vault.seal(number.whole(), kIdNumberPurpose)},
            vault.index(number.whole(), kIdNumberPurpose),
            storage::Bytes{vault.seal(person.phone, kPhonePurpose)},
            person.phone.empty() ? storage::Value{}
                                 : storage::Value{vault.index(person.phone, kPhonePurpose)},
            storage::Bytes{vault.seal(person.email, kEmailPurpose)},
            storage::Bytes{vault.seal(dumpJson(details), kDetailsPurpose)},
            person.office_code,
            nullIfEmpty(person.admission_number)};
}

/// Which of the record's keys another person holds.
Failure takenBy(storage::Transaction& tx, const Vault& vault, const Person& person, const IdNumber& number)
{
    const std::pair<const char*, std::pair<const char*, std::string>> keys[] = {
        {"id_number_index", {"id_number_taken", vault.index(number.whole(), kIdNumberPurpose)}},
        {"phone_index", {"phone_taken", vault.index(person.phone, kPhonePurpose)}},
        {"admission_number", {"admission_number_taken", person.admission_number}}};
    for (const auto& [column, key] : keys) {
        const auto rows =
            tx.query("SELECT account_id FROM person WHERE " + std::string(column) + " = ?", {key.second});
        if (!rows)
            return fail(rows.error());
        if (!rows->empty() && rows->front().text(0) != person.account_id)
            return fail(ErrorCode::conflict, "another person holds this value", key.first);
    }
    return fail(ErrorCode::conflict, "another person holds a value of this record", "duplicate");
}

} // namespace

Result<std::string> Identity::openCandidate(storage::Transaction& tx, const NewCandidate& candidate)
{
    const auto number = IdNumber::parse(candidate.person.id_number);
    if (!number)
        return fail(number.error());
    Person person = candidate.person;
    person.account_id = newId();
    const auto opened = tx.execute(
        "INSERT INTO account (id, kind, login_index, display_name, password_hash, password_set_at_ms, state, "
        "office_code, created_at_ms, created_by) VALUES (?, 'candidate', ?, ?, ?, ?, 'active', ?, ?, ?)",
        {person.account_id, tenant_.vault->index(number->whole(), kIdNumberPurpose), person.name,
         candidate.password_hash, now().ms, person.office_code, now().ms, std::string("registration")});
    if (!opened && opened.error().reason == "duplicate")
        return fail(ErrorCode::conflict, "the ID number is registered", "id_number_taken");
    if (!opened)
        return fail(opened.error());
    storage::Params params = columnsOf(*tenant_.vault, person, *number);
    params.insert(params.begin(), person.account_id);
    const auto recorded =
        tx.execute("INSERT INTO person (account_id, name, id_number, id_number_index, phone, "
                   "phone_index, email, details, office_code, admission_number) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   params);
    if (!recorded && recorded.error().reason == "duplicate")
        return takenBy(tx, *tenant_.vault, person, *number);
    if (!recorded)
        return fail(recorded.error());
    return person.account_id;
}

Result<void> Identity::updatePerson(storage::Transaction& tx, const Person& person)
{
    const auto number = IdNumber::parse(person.id_number);
    if (!number)
        return fail(number.error());
    storage::Params params = columnsOf(*tenant_.vault, person, *number);
    params.emplace_back(person.account_id);
    const auto changed =
        tx.execute("UPDATE person SET name = ?, id_number = ?, id_number_index = ?, phone = ?, "
                   "phone_index = ?, email = ?, details = ?, office_code = ?, admission_number = ? "
                   "WHERE account_id = ?",
                   params);
    if (!changed && changed.error().reason == "duplicate")
        return takenBy(tx, *tenant_.vault, person, *number);
    if (!changed)
        return fail(changed.error());
    if (*changed != 1)
        return fail(ErrorCode::not_found, "no such person");
    const auto renamed =
        tx.execute("UPDATE account SET login_index = ?, display_name = ?, office_code = ? WHERE id = ?",
                   {tenant_.vault->index(number->whole(), kIdNumberPurpose), person.name, person.office_code,
                    person.account_id});
    return renamed ? ok() : Result<void>(fail(renamed.error()));
}

Result<Person> Identity::personFrom(const storage::Row& row) const
{
    const Vault& vault = *tenant_.vault;
    const auto number = vault.open(row.bytes(2), kIdNumberPurpose);
    const auto phone = vault.open(row.bytes(3), kPhonePurpose);
    const auto email = vault.open(row.bytes(4), kEmailPurpose);
    const auto details_text = vault.open(row.bytes(5), kDetailsPurpose);
    for (const auto* part : {&number, &phone, &email, &details_text})
        if (!*part)
            return fail(part->error());
    const auto details = parseJson(*details_text);
    if (!details || !details->is_object())
        return fail(ErrorCode::corrupt, "a person's details cannot be read");
    std::map<std::string, std::string> more;
    const Json kept = details->value("more", Json::object());
    for (const auto& [key, value] : kept.items())
        if (value.is_string())
            more[key] = value.get<std::string>();
    return Person{row.text(0),
                  row.text(1),
                  *number,
                  *phone,
                  *email,
                  details->value("sex", ""),
                  details->value("ethnicity", ""),
                  details->value("birth_date", ""),
                  row.text(6),
                  row.text(7),
                  std::move(more)};
}

Result<Person> Identity::person(const std::string& account_id)
{
    const auto rows = db().query(std::string(kSelect) + " WHERE account_id = ?", {account_id});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorCode::not_found, "no such person");
    return personFrom(rows->front());
}

Result<std::vector<Person>> Identity::searchCandidates(const std::string& text, int limit)
{
    std::string pattern;
    for (const char c : text) {
        if (c == '!' || c == '%' || c == '_')
            pattern += '!';
        pattern += c;
    }
    const auto number = IdNumber::parse(text);
    const auto rows = db().query(
        std::string(kSelect) +
            " WHERE id_number_index = ? OR phone_index = ? OR admission_number = ? OR name LIKE ? ESCAPE '!' "
            "ORDER BY name, account_id LIMIT ?",
        {tenant_.vault->index(number ? number->whole() : text, kIdNumberPurpose),
         tenant_.vault->index(text, kPhonePurpose), text, pattern + "%", static_cast<std::int64_t>(limit)});
    if (!rows)
        return fail(rows.error());
    std::vector<Person> people;
    for (const storage::Row& row : *rows) {
        auto one = personFrom(row);
        if (!one)
            return fail(one.error());
        people.push_back(*std::move(one));
    }
    return people;
}

} // namespace zikao::identity
