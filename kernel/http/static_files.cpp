#include "kernel/http/static_files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/base/encoding.hpp"

namespace zikao::http {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kMaxTotal = 128u * 1024 * 1024;

std::string typeOf(const std::string& extension)
{
    static const std::map<std::string, std::string> kTypes = {{".html", "text/html; charset=utf-8"},
                                                              {".js", "text/javascript; charset=utf-8"},
                                                              {".mjs", "text/javascript; charset=utf-8"},
                                                              {".css", "text/css; charset=utf-8"},
                                                              {".json", "application/json; charset=utf-8"},
                                                              {".svg", "image/svg+xml"},
                                                              {".png", "image/png"},
                                                              {".jpg", "image/jpeg"},
                                                              {".webp", "image/webp"},
                                                              {".ico", "image/x-icon"},
                                                              {".woff2", "font/woff2"},
                                                              {".wasm", "application/wasm"},
                                                              {".txt", "text/plain; charset=utf-8"},
                                                              {".webmanifest", "application/manifest+json"}};
    const auto found = kTypes.find(extension);
    return found == kTypes.end() ? "application/octet-stream" : found->second;
}

/// "app-1a2B3c-d.js": the bundler puts a dash and eight characters of base64url before the extension.
bool hasHash(const std::string& file_name)
{
    constexpr std::size_t kHash = 8;
    const std::size_t dot = file_name.find('.');
    if (dot == std::string::npos || dot <= kHash || file_name[dot - kHash - 1] != '-')
        return false;
    const auto hash = std::string_view(file_name).substr(dot - kHash, kHash);
    const auto in_words = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
    return !std::all_of(hash.begin(), hash.end(), in_words) &&
           std::all_of(hash.begin(), hash.end(), [&](char c) {
               return in_words(c) || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_';
           });
}

} // namespace

Result<StaticFiles> StaticFiles::load(const std::string& dir)
{
    std::error_code error;
    if (!fs::is_directory(dir, error))
        return fail(ErrorCode::not_found, "no folder " + dir);
    StaticFiles files;
    std::uintmax_t total = 0;
    for (auto entry = fs::recursive_directory_iterator(dir, error);
         entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (error)
            return fail(ErrorCode::unavailable, "cannot read " + dir + ": " + error.message());
        const fs::path& path = entry->path();
        if (path.filename().string().front() == '.' || entry->is_symlink() || !entry->is_regular_file())
            continue;
        total += entry->file_size();
        if (total > kMaxTotal)
            return fail(ErrorCode::too_large, dir + " holds more than 128 MiB");
        std::ifstream in(path, std::ios::binary);
        auto bytes = std::make_shared<std::string>(std::istreambuf_iterator<char>(in),
                                                   std::istreambuf_iterator<char>());
        std::string web_path = "/" + fs::relative(path, dir).generic_string();
        Variant variant{bytes, "\"" + hex(sha256(*bytes)).substr(0, 20) + "\""};
        const std::string extension = path.extension().string();
        if (extension == ".br" || extension == ".gz") {
            web_path.resize(web_path.size() - 3);
            (extension == ".br" ? files.files_[web_path].br : files.files_[web_path].gz) = std::move(variant);
            continue;
        }
        File& file = files.files_[web_path];
        file.plain = std::move(variant);
        file.type = typeOf(extension);
        file.immutable = hasHash(path.filename().string());
    }
    std::erase_if(files.files_, [](const auto& entry) { return !entry.second.plain.bytes; });
    return files;
}

bool acceptsCoding(std::string_view list, std::string_view coding)
{
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        std::string item(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
        std::erase_if(item, [](char c) { return c == ' ' || c == '\t'; });
        const std::size_t semicolon = std::min(item.find(';'), item.size());
        if (std::string_view(item).substr(0, semicolon) != coding)
            continue;
        const std::string_view quality = std::string_view(item).substr(semicolon);
        if (quality.empty())
            return true;
        return quality.find_first_of("123456789", std::min<std::size_t>(quality.size(), 3)) !=
               std::string_view::npos;
    }
    return false;
}

Response StaticFiles::send(const Request& request, const File& file)
{
    const std::string& accepted = request.header("Accept-Encoding");
    const Variant* chosen = &file.plain;
    const char* coding = nullptr;
    if (file.br.bytes && acceptsCoding(accepted, "br")) {
        chosen = &file.br;
        coding = "br";
    } else if (file.gz.bytes && acceptsCoding(accepted, "gzip")) {
        chosen = &file.gz;
        coding = "gzip";
    }
    Response response;
    response.head.set("Content-Type", file.type);
    response.head.set("ETag", chosen->etag);
    response.head.set("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (file.br.bytes || file.gz.bytes)
        response.head.set("Vary", "Accept-Encoding");
    if (coding)
        response.head.set("Content-Encoding", coding);
    const std::string& known = request.header("If-None-Match");
    if (!known.empty() && known.find(chosen->etag) != std::string::npos) {
        response.head.setStatusAndReason(Status::HTTP_NOT_MODIFIED);
        return response;
    }
    response.shared = chosen->bytes;
    return response;
}

std::optional<Response> StaticFiles::answer(const Request& request, std::string_view path) const
{
    auto file = files_.find(path);
    if (file == files_.end()) {
        const std::string_view last = path.substr(std::min(path.rfind('/'), path.size() - 1) + 1);
        if (last.find('.') == std::string_view::npos)
            file = files_.find(std::string_view("/index.html"));
    }
    if (file == files_.end())
        return std::nullopt;
    return send(request, file->second);
}

} // namespace zikao::http
