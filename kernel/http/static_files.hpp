#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/http/request.hpp"
#include "kernel/http/response.hpp"

namespace zikao::http {

/// The browser's files, read once into memory. Since only names found at the start are answered, no path a
/// client makes up can reach the disk. `x.js.br` and `x.js.gz` beside `x.js` are sent where the browser
/// accepts them.
/// @threads any, after construction
class StaticFiles
{
public:
    /// @errors `not_found`: no such folder; `too_large`: more than 128 MiB. Links and hidden files are left
    ///         out.
    static Result<StaticFiles> load(const std::string& dir);

    /// Answers GET and HEAD for `path` ("/assets/app-1a2b3c4d.js"). Paths without a dot in the last segment
    /// that name no file get index.html, so that the browser's own routes can be reloaded; others without a
    /// file get nothing. Names with a hash are cached for a year, all else is revalidated by ETag.
    [[nodiscard]] std::optional<Response> answer(const Request& request, std::string_view path) const;

    [[nodiscard]] std::size_t count() const { return files_.size(); }

private:
    struct Variant
    {
        std::shared_ptr<const std::string> bytes;
        std::string etag;
    };
    struct File
    {
        Variant plain, br, gz;
        std::string type;
        bool immutable = false;
    };
    static Response send(const Request& request, const File& file);

    std::map<std::string, File, std::less<>> files_;
};

/// Whether a list like "gzip, br;q=0.5" allows a coding (q not 0).
bool acceptsCoding(std::string_view accept_encoding, std::string_view coding);

} // namespace zikao::http
