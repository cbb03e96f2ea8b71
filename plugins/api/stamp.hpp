#pragma once

#include <cstdint>

namespace zikao::api {

inline constexpr std::uint32_t kStampMagic = 0x5A4B5031; // "ZKP1"

/// Plain data that a host reads from a library before it calls anything in it. Every field must agree with
/// the manifest and the host, or the library is refused with all mismatches named.
struct PluginStamp
{
    std::uint32_t magic;
    const char* toolchain;  ///< ZIKAO_TOOLCHAIN of the build
    const char* implements; ///< name of the interface, "PaymentProvider"
    int interface_version;  ///< kVersion of that interface
    const char* id;         ///< folder and manifest id, "payment-example"
};

} // namespace zikao::api
