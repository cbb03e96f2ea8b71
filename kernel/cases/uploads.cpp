#include "kernel/cases/engine_impl.hpp"

#include <algorithm>

#include "kernel/audit/audit.hpp"
#include "kernel/cases/treatments.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/storage/outbox.hpp"

namespace zikao::cases {

using storage::Transaction;

namespace {

constexpr int kUploadTries = 3;

api::Range rangeOf(const Json& raw, const char* key)
{
    const auto found = raw.find(key);
    return found == raw.end() ? api::Range{} : api::Range{found->at(0).get<int>(), found->at(1).get<int>()};
}

/// What the definition asks of a field's files.
files::Acceptance acceptanceOf(const Field& field)
{
    files::Acceptance acceptance;
    acceptance.types = field.raw["accept"].get<std::vector<std::string>>();
    acceptance.max_bytes = field.raw["max_bytes"].get<std::int64_t>();
    if (field.widget == "photo") {
        api::PhotoStandard standard;
        standard.types = acceptance.types;
        standard.max_bytes = acceptance.max_bytes;
        standard.min_bytes = field.raw.value("min_bytes", std::int64_t{0});
        standard.width = field.raw.value("width", 0);
        standard.height = field.raw.value("height", 0);
        standard.face = field.raw.value("face", false);
        standard.min_sharpness = field.raw.value("min_sharpness", 0.0);
        standard.grounds = field.raw.value("grounds", std::vector<std::string>{});
        standard.dpi = field.raw.value("dpi", 0);
        standard.min_quality = field.raw.value("min_quality", 0);
        standard.true_colour = field.raw.value("true_colour", false);
        standard.plain_file = field.raw.value("plain_file", false);
        standard.hairline = rangeOf(field.raw, "hairline");
        standard.eye_line = rangeOf(field.raw, "eye_line");
        standard.face_width = rangeOf(field.raw, "face_width");
        standard.max_tilt = field.raw.value("max_tilt", 0);
        standard.max_off_centre = field.raw.value("max_off_centre", 0);
        standard.borderline = field.raw.value("borderline", 0);
        acceptance.standard = std::move(standard);
    }
    return acceptance;
}

/// The points a picture fails, for a case that is approved: no guard comes after it (XZ-SGN-14).
std::vector<Reason> failedChecks(const files::File& file, Phase phase)
{
    std::vector<Reason> failed;
    if (phase != Phase::approved || !file.inspection.is_object())
        return failed;
    for (const Json& check : file.inspection.value("checks", Json::array()))
        if (!check.value("passed", false)) {
            failed.push_back(
                reason("photo_" + check.value("code", std::string()),
                       {{"found", check.value("found", "")}, {"allowed", check.value("allowed", "")}}));
            failed.back().field = file.field;
        }
    return failed;
}

/// The field an upload is for: one for files, or the plan of a major with the proof for one of its courses.
const Field* fieldForFiles(const Definition& definition, const std::string& name)
{
    const Field* field = definition.field(fieldOfFile(name));
    const Widget* widget = field ? widgetNamed(field->widget) : nullptr;
    if (!widget)
        return nullptr;
    const std::string part = name.substr(field->id.size());
    if (widget->kind == ValueKind::file)
        return part.empty() ? field : nullptr;
    const bool code =
        part.size() > 1 && part.size() <= 21 &&
        std::ranges::all_of(part.substr(1), [](unsigned char c) { return std::isalnum(c) != 0; });
    return widget->kind == ValueKind::treatments && code ? field : nullptr;
}

/// Notes that a picture is being read and asks for it, both in the caller's transaction.
Result<void> askForReading(Transaction& tx, const Store& store, const files::File& file, Instant now)
{
    if (auto put = store.putReading(tx, file.case_id, {{file.field, "reading"}, file.id}, now); !put)
        return put;
    auto posted = storage::post(
        tx, {"read_id_card", {{"case_id", file.case_id}, {"field", file.field}, {"file_id", file.id}}}, now);
    return posted ? ok() : Result<void>(fail(posted.error()));
}

} // namespace

Result<Attached> Engine::attach(const identity::Actor& actor, const std::string& case_id,
                                const std::string& field_id, const std::string& bytes,
                                const std::string& declared_type)
{
    Impl& im = *impl_;
    auto g = im.locked(actor, case_id);
    if (!g)
        return fail(g.error());
    const Field* field = fieldForFiles(*g->definition, field_id);
    if (!field)
        return fail(ErrorCode::not_found, "no such field for files");
    if (g->definition->isFixed(*field, g->stored.record.state))
        return fail(ErrorCode::conflict, "this file cannot be changed now", "case_locked");
    auto kept = im.s.files.store({case_id, field_id, actor.id, bytes, declared_type}, acceptanceOf(*field));
    if (!kept)
        return fail(kept.error());
    if (auto faults = failedChecks(*kept, g->stored.record.phase); !faults.empty()) {
        if (auto gone = im.s.files.remove(kept->id); !gone)
            return fail(gone.error());
        return Attached{*kept, "", g->stored.record.revision, std::move(faults), g->package};
    }
    const bool reads = field->widget == "id_card";
    auto revision = im.take(actor, *g, *kept, reads);
    if (!revision) {
        // What the case did not take must not lie in its field, where a guard would see it.
        if (auto gone = im.s.files.remove(kept->id); !gone)
            return fail(gone.error());
        return fail(revision.error());
    }
    auto all = im.s.files.ofCase(case_id);
    if (!all)
        return fail(all.error());
    std::erase_if(*all, [&](const files::File& file) { return file.field != field_id; });
    // The newest stays, whoever sent it: of two pages that send at once neither takes the other's picture away.
    for (std::size_t i = 0; i + 1 < all->size(); ++i)
        if (auto gone = im.s.files.remove((*all)[i].id); !gone)
            return fail(gone.error());
    return Attached{*kept, reads ? "reading" : "", *revision, {}, g->package};
}

Result<Json> Engine::judgePhoto(const identity::Actor& actor, const std::string& case_id,
                                const std::string& field_id, const std::string& bytes)
{
    auto g = impl_->locked(actor, case_id);
    if (!g)
        return fail(g.error());
    const Field* field = g->definition->field(field_id);
    if (!field || field->widget != "photo")
        return fail(ErrorCode::not_found, "no such field for portraits");
    return impl_->s.files.judge(bytes, acceptanceOf(*field));
}

Result<std::int64_t> Engine::Impl::take(const identity::Actor& actor, Ground& g, const files::File& file,
                                        bool reads)
{
    const auto note = [&]() -> Result<std::int64_t> {
        Record after = g.stored.record;
        ++after.revision;
        after.saved_at = now();
        const bool logged = after.phase == Phase::approved; // beside no action that would be
        auto done = write(g, after, [&](Transaction& tx) -> Result<void> {
            if (reads)
                if (auto asked = askForReading(tx, store, file, after.saved_at); !asked)
                    return asked;
            if (!logged)
                return ok();
            Json trail = store.trail(g.stored.record, after);
            trail["changed"] = {file.field};
            return audit::append(
                tx, {actor.id, "case.replace_file", "case:" + after.id, dumpJson(trail), actor.request_id},
                after.saved_at);
        });
        return done ? Result<std::int64_t>(after.revision) : fail(done.error());
    };
    auto revision = note();
    // Storing a file takes as long as reading a card: the other card's reading, or another file, may have come first.
    // The caller named no revision, so the case as it stands now takes the file as well.
    for (int tries = 0; !revision && revision.error().code == ErrorCode::conflict && tries < kUploadTries;
         ++tries) {
        auto present = locked(actor, file.case_id);
        if (!present)
            return fail(present.error());
        g = std::move(*present);
        revision = note();
    }
    return revision;
}

Result<std::int64_t> Engine::detach(const identity::Actor& actor, const std::string& case_id,
                                    const std::string& file_id)
{
    auto g = impl_->locked(actor, case_id);
    if (!g)
        return fail(g.error());
    auto found = file(actor, case_id, file_id);
    if (!found)
        return fail(found.error());
    // Without the picture an approved case would lack what it was approved with.
    const Field* field = g->definition->field(found->field);
    if (g->stored.record.phase == Phase::approved ||
        (field && g->definition->isFixed(*field, g->stored.record.state)))
        return fail(ErrorCode::conflict, "this file can only be replaced", "case_locked");
    Record after = g->stored.record;
    ++after.revision;
    const auto forget = [&](Transaction& tx) { return impl_->store.dropReading(tx, case_id, file_id); };
    if (auto done = impl_->write(*g, after, forget); !done)
        return fail(done.error());
    if (auto gone = impl_->s.files.remove(file_id); !gone)
        return fail(gone.error());
    return after.revision;
}

Result<files::File> Engine::file(const identity::Actor& actor, const std::string& case_id,
                                 const std::string& file_id)
{
    auto g = impl_->seen(actor, case_id);
    if (!g)
        return fail(g.error());
    auto found = impl_->s.files.find(file_id);
    if (!found)
        return fail(found.error());
    if (!*found || (*found)->case_id != case_id || (*found)->state != "kept")
        return fail(ErrorCode::not_found, "no such file");
    return **found;
}

Result<void> Engine::finishReading(const std::string& case_id, const std::string& field_id,
                                   const std::string& file_id, const Result<api::IdCardReading>& reading)
{
    Impl& im = *impl_;
    auto g = im.ground(case_id);
    if (!g)
        return fail(g.error());
    auto readings = im.store.readings(case_id);
    if (!readings)
        return fail(readings.error());
    const Field* field = g->definition->field(field_id);
    const auto mine =
        std::ranges::find_if(*readings, [&](const auto& one) { return one.reading.field == field_id; });
    if (!field || mine == readings->end() || mine->file_id != file_id || mine->reading.state != "reading")
        return ok();
    StoredReading done = *mine;
    Record after = g->stored.record;
    if (!reading) {
        done.reading.state = "failed";
        done.reading.reason = reading.error().reason;
    } else {
        done.reading.state = "done";
        const std::map<std::string, std::string> said{
            {"name", reading->name},           {"sex", reading->sex},
            {"ethnicity", reading->ethnicity}, {"birth_date", reading->birth_date},
            {"id_number", reading->id_number}, {"address", reading->address}};
        for (const auto& [what, target] : field->raw["fills"].items()) {
            const std::string id = target.get<std::string>();
            const Field* into = g->definition->field(id);
            std::string value = said.contains(what) ? said.at(what) : "";
            if (into && into->widget == "choice" && into->raw["options"].is_object()) {
                auto items = im.s.catalog.list(into->raw["options"]["list"].get<std::string>());
                if (!items)
                    return fail(items.error());
                const auto item = std::ranges::find(*items, value, &catalog::CodeItem::name);
                value = item == items->end() ? "" : item->code;
            }
            if (value.empty())
                continue;
            done.reading.values[id] = value;
            if (g->state().editable && textAt(after.fields, id).empty())
                after.fields[id] = value;
        }
    }
    return im.write(*g, after,
                    [&](Transaction& tx) { return im.store.putReading(tx, case_id, done, im.now()); });
}

} // namespace zikao::cases
