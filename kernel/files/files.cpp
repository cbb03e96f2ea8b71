#include "kernel/files/files.hpp"

#include <algorithm>
#include <filesystem>

#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/files/traces.hpp"

namespace zikao::files {

namespace {

// C43. The limits of the plugin's own decoder are its second wall.
constexpr std::int64_t kMostPixels = 25'000'000;
constexpr int kLongestSide = 10'000, kMostScans = 64;
constexpr std::chrono::hours kStrayAge{24};

constexpr const char* kColumns =
    "id, case_id, field, owner_id, type, size_bytes, width, height, inspection, state, uploaded_at_ms";

bool isPicture(const std::string& type)
{
    return type == "jpg" || type == "png";
}

/// The type a client's words stand for; its own words when they mean none of ours.
std::string typeOf(std::string declared)
{
    for (char& c : declared)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    declared = declared.substr(0, declared.find(';'));
    static const std::map<std::string, std::string> kTypes{{"jpeg", "jpg"},
                                                           {"image/jpeg", "jpg"},
                                                           {"image/jpg", "jpg"},
                                                           {"image/png", "png"},
                                                           {"application/pdf", "pdf"},
                                                           {"application/zip", "zip"},
                                                           {"application/x-zip-compressed", "zip"},
                                                           {"application/vnd.rar", "rar"},
                                                           {"application/x-rar-compressed", "rar"},
                                                           {"application/octet-stream", ""}};
    const auto found = kTypes.find(declared);
    return found == kTypes.end() ? declared : found->second;
}

Failure refuseType()
{
    return fail(ErrorCode::invalid_argument, "the type of the file is not accepted here", "file_type");
}

Result<void> checkPixels(const PictureHeader& header)
{
    const bool right = header.width <= kLongestSide && header.height <= kLongestSide &&
                       static_cast<std::int64_t>(header.width) * header.height <= kMostPixels &&
                       header.scans <= kMostScans && header.frames == 1;
    return right ? ok()
                 : Result<void>(
                       fail(ErrorCode::invalid_argument, "too many pixels, scans or frames", "file_pixels"));
}

/// The decoder's refusals in the words of ours.
Failure translated(const Error& error)
{
    if (error.code != ErrorCode::invalid_argument)
        return fail(error);
    if (!error.reason.starts_with("image_")) // it was asked wrongly: not the picture's fault
        return fail(ErrorCode::plugin_fault, error.message);
    const bool pixels = error.reason == "image_too_many_pixels" || error.reason == "image_animated";
    return fail(ErrorCode::invalid_argument, "the picture cannot be decoded",
                pixels ? "file_pixels" : "file_damaged");
}

Json toJson(const api::Rect& rect)
{
    return {{"x", rect.x}, {"y", rect.y}, {"width", rect.width}, {"height", rect.height}};
}

Json toJson(const api::Inspection& inspection)
{
    static constexpr const char* kVerdicts[] = {"passed", "borderline", "failed"};
    Json json{{"checks", Json::array()},
              {"faces", Json::array()},
              {"eyes", Json::array()},
              {"points", Json::array()}};
    for (const api::PhotoCheck& check : inspection.checks)
        json["checks"].push_back({{"code", check.code},
                                  {"passed", check.passed},
                                  {"verdict", kVerdicts[static_cast<int>(check.verdict)]},
                                  {"found", check.found},
                                  {"allowed", check.allowed}});
    for (const api::Rect& face : inspection.faces)
        json["faces"].push_back(toJson(face));
    for (const api::Rect& eye : inspection.eyes)
        json["eyes"].push_back(toJson(eye));
    for (const api::PhotoPoint& point : inspection.points)
        json["points"].push_back({{"name", point.name}, {"x", point.x}, {"y", point.y}});
    return json;
}

File fromRow(const storage::Row& row)
{
    File file{row.text(0),
              row.text(1),
              row.text(2),
              row.text(3),
              row.text(4),
              row.integer(5),
              static_cast<int>(row.integer(6)),
              static_cast<int>(row.integer(7)),
              nullptr,
              row.text(9),
              {row.integer(10)}};
    if (const auto inspection = parseJson(row.text(8)); inspection)
        file.inspection = *inspection;
    return file;
}

/// Binds a blob to its file, so that two cannot be exchanged on the disk.
std::string purpose(const std::string& id, bool preview)
{
    return (preview ? "file.preview:" : "file.original:") + id;
}

} // namespace

Result<File> Files::store(const Upload& upload, const Acceptance& acceptance)
{
    const auto size = static_cast<std::int64_t>(upload.bytes.size());
    if (size > acceptance.max_bytes)
        return fail(ErrorCode::too_large, "the file is too large", "file_size");
    const std::string type = sniffType(upload.bytes);
    const std::string declared = typeOf(upload.declared_type);
    const bool accepted =
        std::find(acceptance.types.begin(), acceptance.types.end(), type) != acceptance.types.end();
    if (type.empty() || !accepted || (!declared.empty() && declared != type))
        return refuseType();

    Prepared prepared;
    if (isPicture(type)) {
        auto picture = preparePicture(upload, acceptance);
        if (!picture)
            return fail(picture.error());
        prepared = std::move(*picture);
        if (const auto traces = tracesOf(upload.bytes); !traces.empty()) {
            if (!prepared.inspection.is_object())
                prepared.inspection = {{"checks", Json::array()}};
            prepared.inspection["traces"] = traces;
        }
    } else {
        if (type == "pdf")
            if (const auto passive = checkPdf(upload.bytes); !passive)
                return fail(passive.error());
        prepared.bytes = upload.bytes;
    }
    File file{
        newId(),         upload.case_id,      upload.field, upload.owner_id,    type, size, prepared.width,
        prepared.height, prepared.inspection, "kept",       tenant_.clock.now()};
    if (const auto stored = writeAndRecord(file, prepared); !stored)
        return fail(stored.error());
    return file;
}

Result<Json> Files::judge(const std::string& bytes, const Acceptance& acceptance)
{
    if (static_cast<std::int64_t>(bytes.size()) > acceptance.max_bytes)
        return fail(ErrorCode::too_large, "the file is too large", "file_size");
    const std::string type = sniffType(bytes);
    if (!acceptance.standard || !isPicture(type) ||
        std::find(acceptance.types.begin(), acceptance.types.end(), type) == acceptance.types.end())
        return refuseType();
    const auto header = readPictureHeader(bytes);
    if (!header)
        return fail(header.error());
    if (const auto small = checkPixels(*header); !small)
        return fail(small.error());
    if (!tenant_.images)
        return fail(ErrorCode::unavailable, "the tenant has no image inspector");
    const auto inspection = tenant_.images->get().inspect(bytes, *acceptance.standard);
    if (!inspection)
        return translated(inspection.error());
    return toJson(*inspection);
}

Result<Files::Prepared> Files::preparePicture(const Upload& upload, const Acceptance& acceptance)
{
    const auto header = readPictureHeader(upload.bytes);
    if (!header)
        return fail(header.error());
    if (const auto small = checkPixels(*header); !small)
        return fail(small.error());
    if (!tenant_.images)
        return fail(ErrorCode::unavailable, "the tenant has no image inspector");
    const auto clean =
        tenant_.images->get().clean(upload.bytes, acceptance.standard.value_or(api::PhotoStandard{}));
    if (!clean)
        return translated(clean.error());
    Prepared prepared{clean->bytes, clean->preview_jpg, clean->width, clean->height, nullptr};
    if (clean->type != sniffType(upload.bytes) || sniffType(clean->bytes) != clean->type)
        return fail(ErrorCode::plugin_fault, "the image inspector returned another type");
    if (acceptance.standard) {
        const auto inspection = tenant_.images->get().inspect(upload.bytes, *acceptance.standard);
        if (!inspection)
            return translated(inspection.error());
        prepared.inspection = toJson(*inspection);
    }
    return prepared;
}

Result<void> Files::writeAndRecord(const File& file, const Prepared& prepared)
{
    const std::string sealed = tenant_.vault->seal(prepared.bytes, purpose(file.id, false));
    if (const auto written = blobs_.write(file.id, "original", sealed); !written)
        return written;
    if (!prepared.preview.empty()) {
        const auto written =
            blobs_.write(file.id, "preview", tenant_.vault->seal(prepared.preview, purpose(file.id, true)));
        if (!written) {
            blobs_.remove(file.id, "original");
            return written;
        }
    }
    FP("files.before_row");
    const auto inserted = tenant_.database->execute(
        "INSERT INTO file (id, case_id, field, owner_id, type, size_bytes, width, height, inspection, state, "
        "uploaded_at_ms, blob_bytes, blob_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'kept', ?, ?, ?)",
        {file.id, file.case_id, file.field, file.owner_id, file.type, file.size_bytes,
         std::int64_t{file.width}, std::int64_t{file.height}, dumpJson(file.inspection), file.uploaded_at.ms,
         static_cast<std::int64_t>(sealed.size()), hex(sm3(sealed))});
    if (inserted)
        return ok();
    // After a lost answer the row may be there: then the blob must stay, and otherwise the sweep takes it.
    if (inserted.error().code != ErrorCode::timeout) {
        blobs_.remove(file.id, "original");
        blobs_.remove(file.id, "preview");
    }
    return fail(inserted.error());
}

Result<std::optional<File>> Files::find(const std::string& id)
{
    const auto rows =
        tenant_.database->query("SELECT " + std::string(kColumns) + " FROM file WHERE id = ?", {id});
    if (!rows)
        return fail(rows.error());
    return rows->empty() ? std::nullopt : std::optional<File>(fromRow(rows->at(0)));
}

Result<std::vector<File>> Files::ofCase(const std::string& case_id)
{
    const auto rows = tenant_.database->query(
        "SELECT " + std::string(kColumns) +
            " FROM file WHERE case_id = ? AND state = 'kept' ORDER BY uploaded_at_ms, id",
        {case_id});
    if (!rows)
        return fail(rows.error());
    std::vector<File> files;
    files.reserve(rows->size());
    for (const storage::Row& row : *rows)
        files.push_back(fromRow(row));
    return files;
}

Result<std::string> Files::read(const File& file, bool preview)
{
    if (file.state != "kept" || (preview && !isPicture(file.type)))
        return fail(ErrorCode::not_found, "nothing to read of file " + file.id);
    const auto sealed = blobs_.read(file.id, preview ? "preview" : "original");
    if (!sealed)
        return fail(sealed.error());
    return tenant_.vault->open(*sealed, purpose(file.id, preview));
}

Result<void> Files::remove(const std::string& id)
{
    const auto removed = tenant_.database->execute(
        "UPDATE file SET state = 'removed', removed_at_ms = ? WHERE id = ? AND state = 'kept'",
        {tenant_.clock.now().ms, id});
    if (!removed)
        return fail(removed.error());
    if (*removed == 1) {
        blobs_.remove(id, "original");
        blobs_.remove(id, "preview");
    }
    return ok();
}

Result<int> Files::sweep()
{
    namespace fs = std::filesystem;
    int swept = 0;
    std::error_code failed;
    const auto cutoff = fs::file_time_type::clock::now() - kStrayAge;
    for (fs::recursive_directory_iterator at(tenant_.file_dir, failed), end; at != end;
         at.increment(failed)) {
        const std::string extension = at->path().extension().string();
        const bool blob = extension == ".original" || extension == ".preview" || extension == ".new";
        if (!blob || !at->is_regular_file(failed) || at->last_write_time(failed) > cutoff)
            continue;
        const fs::path name = at->path().filename();
        const std::string id = name.string().substr(0, name.string().find('.'));
        const auto rows = tenant_.database->query("SELECT 1 FROM file WHERE id = ? AND state = 'kept'", {id});
        if (!rows)
            return fail(rows.error());
        if (rows->empty() || extension == ".new")
            swept += fs::remove(at->path(), failed) ? 1 : 0;
    }
    return swept;
}

Result<std::vector<std::string>> Files::faults()
{
    std::vector<std::string> bad;
    std::string after;
    for (;;) {
        const auto rows =
            tenant_.database->query("SELECT id, blob_bytes, blob_digest FROM file WHERE state = 'kept' "
                                    "AND id > ? ORDER BY id LIMIT 500",
                                    {after});
        if (!rows)
            return fail(rows.error());
        if (rows->empty())
            return bad;
        for (const storage::Row& row : *rows) {
            after = row.text(0);
            const auto sealed = blobs_.read(after, "original");
            const bool right = sealed && static_cast<std::int64_t>(sealed->size()) == row.integer(1) &&
                               hex(sm3(*sealed)) == row.text(2);
            if (!right)
                bad.push_back(after);
        }
    }
}

} // namespace zikao::files
