#pragma once

#include <optional>
#include <string>

#include "kernel/tenant/tenant.hpp"

namespace zikao::files {

/// An upload as stored. The blob is encrypted, under our own random name.
struct File
{
    std::string id, case_id, field, owner_id, type; ///< "jpg", "png", "pdf"
    std::int64_t size_bytes = 0;                    ///< of the original upload
    int width = 0, height = 0;
    Json inspection; ///< the checks of api::Inspection, null when not inspected
    std::string state; ///< "kept" | "removed"
    Instant uploaded_at;
};

/// What a field accepts; from the case definition.
struct Acceptance
{
    std::vector<std::string> types;
    std::int64_t max_bytes = 0; ///< inclusive
    std::optional<api::PhotoStandard> standard; ///< pictures that are measured
};

struct Upload
{
    std::string case_id, field, owner_id, bytes, declared_type;
};

/// Uploads of one tenant: judged before decoding (type by content, bytes, pixels from the header), decoded and
/// re-encoded in the image worker, encrypted, written, synced, renamed, then the row (C43-C46, DEF-GEN-09).
class Files
{
public:
    explicit Files(tenant::Tenant& tenant) : tenant_(tenant) {}

    /// Keeps the file even when a check of the standard failed: the case's guard decides (`inspection` says what).
    /// @errors `invalid_argument` with reason `file_type`, `file_damaged`, `file_pixels`; `too_large` with `file_size`
    Result<File> store(const Upload& upload, const Acceptance& acceptance);

    Result<std::optional<File>> find(const std::string& id);
    Result<std::vector<File>> ofCase(const std::string& case_id);
    /// @param preview  the small picture for lists; only for pictures
    Result<std::string> read(const File& file, bool preview = false);
    Result<void> remove(const std::string& id);

private:
    tenant::Tenant& tenant_;
};

/// Type by content: "jpg", "png", "pdf", "zip", "rar"; empty when none of them. Reads only the first bytes.
std::string sniffType(std::string_view bytes);

struct PictureHeader
{
    int width = 0, height = 0, scans = 0, frames = 1;
};
/// Size of a jpg or png from its header alone, without decoding. @errors `invalid_argument` with `file_damaged`
Result<PictureHeader> readPictureHeader(std::string_view bytes);

} // namespace zikao::files
