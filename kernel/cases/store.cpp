#include "kernel/cases/store.hpp"

#include "kernel/base/json.hpp"
#include "kernel/base/log.hpp"

namespace zikao::cases {

using storage::Executor;
using storage::Params;
using storage::Row;
using storage::Transaction;

const char* const kListedColumns = "c.id, c.type, c.state, c.phase, c.subject_id, c.is_visitor, c.sitting, "
                                   "c.office_code, c.rules_hash, c.rules_version, c.revision, c.created_at, "
                                   "c.changed_at, c.saved_at, c.subject_name, c.masked_id, c.marks";

const storage::MacTable kEventTable = {"case_event",
                                       2,
                                       {{"case_id"},
                                        {"seq", true},
                                        {"request_key"},
                                        {"input_digest"},
                                        {"actor_id"},
                                        {"actor_name"},
                                        {"actor_office"},
                                        {"action"},
                                        {"from_state"},
                                        {"to_state"},
                                        {"reason"},
                                        {"rules_hash"},
                                        {"rules_version"},
                                        {"decision"},
                                        {"facts_digest"},
                                        {"opened_account"},
                                        {"happened_at", true}}};

namespace {

constexpr const char* kFieldsPurpose = "case_record.fields";
constexpr const char* kReadingPurpose = "case_reading.values";

std::string joined(const std::vector<std::string>& marks)
{
    std::string all;
    for (const std::string& mark : marks)
        all += (all.empty() ? "" : ",") + mark;
    return all;
}

std::vector<std::string> split(const std::string& text)
{
    std::vector<std::string> marks;
    std::istringstream in(text);
    for (std::string mark; std::getline(in, mark, ',');)
        marks.push_back(mark);
    return marks;
}

bool isDuplicate(const Error& error)
{
    return error.code == ErrorCode::conflict && error.reason == "duplicate";
}

storage::Value orNull(const std::string& text)
{
    return text.empty() ? storage::Value{} : storage::Value{text};
}

Result<void> done(const Result<std::int64_t>& executed)
{
    return executed ? ok() : Result<void>(fail(executed.error()));
}

} // namespace

Record listed(const Row& row, std::size_t from)
{
    Record record;
    record.id = row.text(from);
    record.type = row.text(from + 1);
    record.state = row.text(from + 2);
    record.phase = phaseNamed(row.text(from + 3)).value_or(Phase::draft);
    record.subject_id = row.text(from + 4);
    record.visitor = row.integer(from + 5) != 0;
    record.sitting = row.text(from + 6);
    record.office_code = row.text(from + 7);
    record.rules_hash = row.text(from + 8);
    record.rules_version = row.text(from + 9);
    record.revision = row.integer(from + 10);
    record.created_at = {row.integer(from + 11)};
    record.changed_at = {row.integer(from + 12)};
    record.saved_at = {row.integer(from + 13)};
    record.subject_name = row.text(from + 14);
    record.subject_masked_id = row.text(from + 15);
    record.marks = split(row.text(from + 16));
    return record;
}

Result<Record> Store::read(const Row& row) const
{
    Record record = listed(row);
    const auto opened = vault_.open(row.bytes(kListedCount), kFieldsPurpose);
    if (!opened)
        return fail(opened.error());
    auto fields = parseJson(*opened);
    if (!fields)
        return fail(ErrorCode::corrupt, "the fields of case " + record.id + " are no JSON");
    record.fields = std::move(*fields);
    return record;
}

Result<Stored> Store::load(Executor& from, const std::string& id) const
{
    auto rows = from.query(std::string("SELECT ") + kListedColumns +
                               ", c.sealed_fields, c.write_no FROM case_record c WHERE c.id = ?",
                           {id});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorCode::not_found, "no case " + id);
    auto record = read(rows->front());
    if (!record)
        return fail(record.error());
    return Stored{std::move(*record), rows->front().integer(kListedCount + 1)};
}

Result<std::optional<Record>> Store::byOpenKey(const std::string& open_key) const
{
    auto rows = db_.query(
        std::string("SELECT ") + kListedColumns + " FROM case_record c WHERE c.open_key = ?", {open_key});
    if (!rows)
        return fail(rows.error());
    return rows->empty() ? std::optional<Record>{} : std::optional(listed(rows->front()));
}

Result<std::vector<Record>> Store::ofSubject(const std::string& subject_id) const
{
    auto rows =
        db_.query(std::string("SELECT ") + kListedColumns +
                      " FROM case_record c WHERE c.subject_id = ? ORDER BY c.created_at DESC, c.id DESC",
                  {subject_id});
    if (!rows)
        return fail(rows.error());
    std::vector<Record> all;
    for (const Row& row : *rows)
        all.push_back(listed(row));
    return all;
}

Result<std::optional<Record>> Store::inPhase(const std::string& subject_id, const std::string& type,
                                             const std::vector<Phase>& phases) const
{
    std::string marks;
    Params params{subject_id, type};
    for (const Phase phase : phases) {
        marks += marks.empty() ? "?" : ", ?";
        params.emplace_back(std::string(name(phase)));
    }
    auto rows = db_.query(std::string("SELECT ") + kListedColumns +
                              ", c.sealed_fields FROM case_record c WHERE c.subject_id = ? AND c.type = ? "
                              "AND c.phase IN (" +
                              marks + ") ORDER BY c.changed_at DESC, c.id DESC LIMIT 1",
                          params);
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<Record>{};
    auto record = read(rows->front());
    if (!record)
        return fail(record.error());
    return std::optional(std::move(*record));
}

Result<void> Store::insert(Transaction& tx, const Record& r, const std::string& open_key) const
{
    auto inserted =
        tx.execute("INSERT INTO case_record (id, type, state, phase, subject_id, is_visitor, sitting, "
                   "office_code, rules_hash, "
                   "rules_version, sealed_fields, revision, write_no, created_at, changed_at, saved_at, "
                   "open_key, subject_name, "
                   "masked_id, id_index, marks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, "
                   "'', '', '', '')",
                   {r.id, r.type, r.state, std::string(name(r.phase)), r.subject_id, std::int64_t{r.visitor},
                    r.sitting, r.office_code, r.rules_hash, r.rules_version,
                    storage::Bytes{vault_.seal(dumpJson(r.fields), kFieldsPurpose)}, r.revision,
                    r.created_at.ms, r.changed_at.ms, r.saved_at.ms, orNull(open_key)});
    if (!inserted && isDuplicate(inserted.error()))
        return fail(ErrorCode::conflict, "one of this type is open already", "already_open");
    return done(inserted);
}

Result<bool> Store::claim(Transaction& tx, Stored& before) const
{
    auto changed = tx.execute(
        "UPDATE case_record SET write_no = write_no + 1 WHERE id = ? AND revision = ? AND write_no = ?",
        {before.record.id, before.record.revision, before.write_no});
    if (!changed)
        return fail(changed.error());
    ++before.write_no;
    return *changed == 1;
}

Json Store::trail(const Record& before, const Record& after) const
{
    static const std::string kPurpose = "audit.case_fields";
    return {{"subject", after.subject_id},
            {"from", before.state},
            {"to", after.state},
            {"before", vault_.index(dumpJson(before.fields), kPurpose)},
            {"after", vault_.index(dumpJson(after.fields), kPurpose)}};
}

Result<bool> Store::update(Transaction& tx, const Stored& before, const Record& r,
                           const std::string& open_key) const
{
    const std::string number = r.fields.contains("id_number") && r.fields["id_number"].is_string()
                                   ? r.fields["id_number"].get<std::string>()
                                   : std::string{};
    auto changed = tx.execute(
        "UPDATE case_record SET state = ?, phase = ?, subject_id = ?, is_visitor = ?, office_code = ?, "
        "sealed_fields = ?, revision = ?, write_no = write_no + 1, changed_at = ?, saved_at = ?, open_key = "
        "?, "
        "subject_name = ?, masked_id = ?, id_index = ?, marks = ? WHERE id = ? AND revision = ? AND write_no "
        "= ?",
        {r.state, std::string(name(r.phase)), r.subject_id, std::int64_t{r.visitor}, r.office_code,
         storage::Bytes{vault_.seal(dumpJson(r.fields), kFieldsPurpose)}, r.revision, r.changed_at.ms,
         r.saved_at.ms, orNull(open_key), r.subject_name, r.subject_masked_id,
         number.empty() ? "" : numberIndex(number), joined(r.marks), r.id, before.record.revision,
         before.write_no});
    if (!changed) {
        if (isDuplicate(changed.error()))
            return fail(ErrorCode::conflict, "one of this type is open already", "already_open");
        return fail(changed.error());
    }
    return *changed == 1;
}

Result<void> Store::addEvent(Transaction& tx, const Record& after, const identity::Actor& actor,
                             const NewEvent& event, Instant now) const
{
    static const std::string kInsert = "INSERT INTO case_event (" + storage::columnsOf(kEventTable) +
                                       ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    return done(tx.execute(
        kInsert, storage::sealedRow(vault_, kEventTable,
                                    {after.id, after.revision, event.request_key, event.input_digest,
                                     actor.id, actor.name, actor.office_code, event.action, event.from,
                                     event.to, event.reason, after.rules_hash, after.rules_version,
                                     event.decision, event.facts_digest, event.opened_account, now.ms})));
}

Result<std::optional<Store::Answered>> Store::answered(const std::string& request_key) const
{
    auto rows = db_.query(
        "SELECT case_id, action, actor_id, input_digest, to_state, opened_account, seq, happened_at "
        "FROM case_event WHERE request_key = ?",
        {request_key});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<Answered>{};
    const Row& row = rows->front();
    return std::optional(Answered{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                                  row.text(5), row.integer(6), Instant{row.integer(7)}});
}

Result<Store::Told> Store::historyAsStored(const std::string& id) const
{
    static const std::string kSelect =
        "SELECT " + storage::columnsOf(kEventTable) + " FROM case_event WHERE case_id = ? ORDER BY seq";
    auto rows = db_.query(kSelect, {id});
    if (!rows)
        return fail(rows.error());
    Told told;
    for (const Row& row : *rows) {
        if (told.altered.empty() && !storage::isIntact(vault_, kEventTable, row))
            told.altered = storage::rowName(kEventTable, row);
        Event event;
        event.seq = row.integer(1);
        event.actor_id = row.text(4);
        event.actor_name = row.text(5);
        event.actor_office = row.text(6);
        event.action = row.text(7);
        event.from = row.text(8);
        event.to = row.text(9);
        event.reason = row.text(10);
        event.rules_hash = row.text(11);
        event.rules_version = row.text(12);
        if (auto decision = parseJson(row.text(13)))
            event.decision = std::move(*decision);
        event.facts_digest = row.text(14);
        event.at = {row.integer(16)};
        told.events.push_back(std::move(event));
    }
    return told;
}

Result<std::vector<Event>> Store::history(const std::string& id) const
{
    auto told = historyAsStored(id);
    if (!told)
        return fail(told.error());
    if (!told->altered.empty())
        return historyAltered(told->altered);
    return std::move(told->events);
}

Failure historyAltered(const std::string& row)
{
    log::error("row_altered", {{"row", row}});
    return fail(ErrorCode::conflict, row + " is not as the platform wrote it", "history_altered");
}

Result<int> Store::timesDone(const std::string& id, const std::string& action) const
{
    auto rows = db_.query("SELECT COUNT(*) FROM case_event WHERE case_id = ? AND action = ?", {id, action});
    if (!rows)
        return fail(rows.error());
    return static_cast<int>(rows->front().integer(0));
}

std::string Store::numberIndex(const std::string& id_number) const
{
    return vault_.index(id_number, "case_record.id_number");
}

Result<std::vector<StoredReading>> Store::readings(Executor& from, const std::string& id) const
{
    auto rows =
        from.query("SELECT field, file_id, state, reason, sealed_values FROM case_reading WHERE case_id = ? "
                   "ORDER BY field",
                   {id});
    if (!rows)
        return fail(rows.error());
    std::vector<StoredReading> all;
    for (const Row& row : *rows) {
        StoredReading one;
        one.reading.field = row.text(0);
        one.file_id = row.text(1);
        one.reading.state = row.text(2);
        one.reading.reason = row.text(3);
        auto opened = vault_.open(row.bytes(4), kReadingPurpose);
        if (!opened)
            return fail(opened.error());
        auto values = parseJson(*opened);
        if (!values)
            return fail(ErrorCode::corrupt, "a reading of case " + id + " is no JSON");
        one.reading.values = std::move(*values);
        all.push_back(std::move(one));
    }
    return all;
}

Result<void> Store::putReading(Transaction& tx, const std::string& id, const StoredReading& one,
                               Instant now) const
{
    const storage::Bytes sealed{vault_.seal(dumpJson(one.reading.values), kReadingPurpose)};
    auto changed = tx.execute(
        "UPDATE case_reading SET file_id = ?, state = ?, reason = ?, sealed_values = ?, "
        "changed_at = ? WHERE case_id = ? AND field = ?",
        {one.file_id, one.reading.state, one.reading.reason, sealed, now.ms, id, one.reading.field});
    if (!changed)
        return fail(changed.error());
    if (*changed == 1)
        return ok();
    return done(tx.execute(
        "INSERT INTO case_reading (case_id, field, file_id, state, reason, sealed_values, "
        "changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        {id, one.reading.field, one.file_id, one.reading.state, one.reading.reason, sealed, now.ms}));
}

Result<void> Store::dropReading(Transaction& tx, const std::string& id, const std::string& file_id) const
{
    return done(tx.execute("DELETE FROM case_reading WHERE case_id = ? AND file_id = ?", {id, file_id}));
}

} // namespace zikao::cases
