#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/files/blobs.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::files {

/// An upload as stored. The blob is encrypted, under our own random name.
struct File
{
    std::string id, case_id, field, owner_id, type; ///< "jpg", "png", "pdf", "zip", "rar"
    std::int64_t size_bytes = 0;                    ///< of the original upload
    int width = 0, height = 0;
    Json
        inspection; ///< {checks: [{code, passed, verdict, found, allowed}], faces, eyes: [{x, y, width, height}], points: [{name, x, y}]}; null when not inspected
    std::string state; ///< "kept" | "removed"
    Instant uploaded_at;
};

/// What a field accepts; from the case definition.
struct Acceptance
{
    std::vector<std::string> types;
    std::int64_t max_bytes = 0;                 ///< inclusive
    std::optional<api::PhotoStandard> standard; ///< pictures that are measured
};

struct Upload
{
    /// `declared_type` is what the client says it is: an extension, a media type, or empty for "did not say".
    std::string case_id, field, owner_id, bytes, declared_type;
};

/// Uploads of one tenant: judged before decoding (type by content, bytes, pixels from the header), decoded
/// and re-encoded in the image worker, encrypted, written, synced, renamed, then the row (C43-C46,
/// DEF-GEN-09). Archives and PDFs are kept as they came and never opened here; they leave only as
/// attachments.
/// @threads any; not inside a transaction
class Files
{
public:
    explicit Files(tenant::Tenant& tenant) : tenant_(tenant), blobs_(tenant.file_dir) {}

    /// Keeps the file even when a check of the standard failed: the case's guard decides (`inspection` says
    /// what).
    /// @errors `invalid_argument` with reason `file_type`, `file_damaged`, `file_pixels`, `file_active` (a
    ///         PDF with scripts, launch actions or embedded files); `too_large` with `file_size`;
    ///         `unavailable`
    Result<File> store(const Upload& upload, const Acceptance& acceptance);

    /// What `store` would say of a picture, without keeping anything: an inspection as in `File`.
    /// @errors as `store`; `invalid_argument` with `file_type` also where the field measures no pictures
    Result<Json> judge(const std::string& bytes, const Acceptance& acceptance);

    Result<std::optional<File>> find(const std::string& id);
    /// Those kept, oldest first.
    Result<std::vector<File>> ofCase(const std::string& case_id);
    /// @param preview  the small picture for lists; only for pictures
    /// @errors `not_found`: removed, or no preview; `corrupt`: the blob is gone or altered
    Result<std::string> read(const File& file, bool preview = false);
    /// The row stays as `removed`, the blob goes. Removing twice is harmless.
    Result<void> remove(const std::string& id);

    /// Takes away blobs without a row that are older than a day: what a crash between blob and row left
    /// (I11).
    /// @return how many
    Result<int> sweep();
    /// Ids of kept files whose blob is missing or of another size or digest (I11).
    Result<std::vector<std::string>> faults();

private:
    struct Prepared
    {
        std::string bytes, preview;
        int width = 0, height = 0;
        Json inspection;
    };
    Result<Prepared> preparePicture(const Upload& upload, const Acceptance& acceptance);
    Result<void> writeAndRecord(const File& file, const Prepared& prepared);

    tenant::Tenant& tenant_;
    Blobs blobs_;
};

/// Type by content: "jpg", "png", "pdf", "zip", "rar"; empty when none of them. Reads only the first bytes.
std::string sniffType(std::string_view bytes);

struct PictureHeader
{
    int width = 0, height = 0, scans = 0, frames = 1;
};
/// Size of a jpg or png from its header alone, without decoding. @errors `invalid_argument` with
/// `file_damaged`
Result<PictureHeader> readPictureHeader(std::string_view bytes);

/// Whether a PDF is whole and passive as far as can be seen without unpacking its streams.
/// @errors `invalid_argument` with reason `file_damaged` or `file_active`
Result<void> checkPdf(std::string_view bytes);

} // namespace zikao::files
