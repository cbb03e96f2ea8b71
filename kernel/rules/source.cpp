#include "kernel/rules/package.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "kernel/base/encoding.hpp"

namespace zikao::rules {

namespace {

constexpr std::size_t kMaxFileBytes = 64 * 1024;
constexpr std::size_t kMaxFiles = 500;
constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;

bool pathAllowed(std::string_view path)
{
    if (path.size() > 120 || path.empty() || path.front() == '/' || path.find("//") != std::string_view::npos)
        return false;
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos || (path.substr(dot) != ".lua" && path.substr(dot) != ".json"))
        return false;
    return std::all_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(dot), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' ||
               c == '-' || c == '/';
    });
}

Result<void> checkFiles(const std::map<std::string, std::string>& files)
{
    if (files.size() > kMaxFiles)
        return fail(ErrorCode::too_large, "a package of more than 500 files");
    std::size_t total = 0;
    for (const auto& [path, text] : files) {
        if (!pathAllowed(path))
            return fail(ErrorCode::invalid_argument, "a package has no file named " + path.substr(0, 120),
                        "file_name");
        if (text.size() > kMaxFileBytes)
            return fail(ErrorCode::too_large, path + " is over 64 KiB", "file_too_large");
        if (!isUtf8(text))
            return fail(ErrorCode::invalid_argument, path + " is not UTF-8 text", "file_not_text");
        total += text.size();
    }
    if (total > kMaxBytes)
        return fail(ErrorCode::too_large, "a package over 4 MiB");
    return ok();
}

Result<void> readFolder(const std::string& dir, const std::string& prefix,
                        std::map<std::string, std::string>& into)
{
    namespace fs = std::filesystem;
    std::error_code error;
    fs::recursive_directory_iterator walk(dir, error), end;
    if (error)
        return fail(ErrorCode::not_found, "cannot read " + dir + ": " + error.message());
    for (; walk != end; walk.increment(error)) {
        const fs::path& path = walk->path();
        if (error)
            return fail(ErrorCode::unavailable, "cannot read " + dir + ": " + error.message());
        if (!walk->is_regular_file(error) || path.filename() == "host.d.lua")
            continue;
        const std::string name = prefix + fs::relative(path, dir, error).generic_string();
        if (!name.ends_with(".lua") && !name.ends_with(".json"))
            continue;
        std::ifstream file(path, std::ios::binary);
        std::string text(kMaxFileBytes + 1, '\0');
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
        into[name] = std::move(text);
    }
    return ok();
}

} // namespace

Result<Source> Source::read(const std::string& dir, const std::string& common_dir)
{
    Source source;
    if (auto done = readFolder(dir, "", source.files); !done)
        return fail(done.error());
    // Only what common_dir holds may stand under "common/".
    std::erase_if(source.files, [](const auto& file) { return file.first.starts_with("common/"); });
    if (!common_dir.empty())
        if (auto done = readFolder(common_dir, "common/", source.files); !done)
            return fail(done.error());
    if (auto good = checkFiles(source.files); !good)
        return fail(good.error());
    return source;
}

std::string Source::hash() const
{
    std::string all;
    const auto add = [&](const std::string& part) {
        all += std::to_string(part.size()) + ':';
        all += part;
    };
    for (const auto& [path, text] : files) {
        add(path);
        add(text);
    }
    return hex(sm3(all));
}

std::string Source::serialise() const
{
    return dumpJson(Json(files));
}

Result<Source> Source::parse(std::string_view text)
{
    auto json = parseJson(text, {.max_bytes = 3 * kMaxBytes, .max_depth = 2, .max_nodes = 2 * kMaxFiles});
    if (!json)
        return fail(json.error());
    if (!json->is_object())
        return fail(ErrorCode::invalid_argument, "a package is a map from paths to texts");
    Source source;
    for (auto& [path, value] : json->items()) {
        if (!value.is_string())
            return fail(ErrorCode::invalid_argument, path.substr(0, 120) + " is no text");
        source.files[path] = value.get<std::string>();
    }
    if (auto good = checkFiles(source.files); !good)
        return fail(good.error());
    return source;
}

} // namespace zikao::rules
