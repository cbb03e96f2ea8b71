#include "kernel/plugin/stamp.hpp"

#include <cstddef>
#include <cstring>
#include <elf.h>
#include <optional>
#include <vector>

#include "plugins/api/stamp.hpp"

namespace zikao::plugin {

namespace {

constexpr std::string_view kSymbol = "zikao_plugin_stamp";
constexpr std::size_t kMaxText = 200;

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
constexpr std::uint32_t kRelative = R_X86_64_RELATIVE, kAbsolute = R_X86_64_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
constexpr std::uint32_t kRelative = R_AARCH64_RELATIVE, kAbsolute = R_AARCH64_ABS64;
#endif

/// A library's bytes seen through its program headers.
class Image
{
public:
    explicit Image(std::string_view bytes) : bytes_(bytes) {}

    bool open()
    {
        const auto header = at<Elf64_Ehdr>(0);
        if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
            header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
            header->e_type != ET_DYN || header->e_machine != kMachine ||
            header->e_phentsize != sizeof(Elf64_Phdr))
            return false;
        for (unsigned i = 0; i < header->e_phnum; ++i) {
            const auto segment = at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
            if (!segment)
                return false;
            if (segment->p_type == PT_LOAD)
                loaded_.push_back(*segment);
            else if (segment->p_type == PT_DYNAMIC)
                dynamic_ = *segment;
        }
        return dynamic_.p_filesz != 0 && readDynamic();
    }

    /// The symbol as the loader finds it: through the GNU hash table.
    std::optional<Elf64_Sym> find(std::string_view name)
    {
        std::uint32_t hash = 5381;
        for (const char c : name)
            hash = hash * 33 + static_cast<unsigned char>(c);
        const auto buckets = word(gnu_hash_), offset = word(gnu_hash_ + 4), bloom = word(gnu_hash_ + 8);
        if (!buckets || !offset || !bloom || *buckets == 0)
            return {};
        const std::uint64_t table = gnu_hash_ + 16 + std::uint64_t{*bloom} * 8;
        const auto first = word(table + std::uint64_t{hash % *buckets} * 4);
        if (!first || *first < *offset)
            return {};
        for (std::uint32_t index = *first;; ++index) {
            const auto link = word(table + std::uint64_t{*buckets} * 4 + std::uint64_t{index - *offset} * 4);
            if (!link)
                return {};
            if ((*link | 1) == (hash | 1)) {
                const auto symbol = virtualAt<Elf64_Sym>(symbols_ + std::uint64_t{index} * sizeof(Elf64_Sym));
                if (symbol && text(strings_ + symbol->st_name) == name)
                    return symbol;
            }
            if (*link & 1)
                return {};
        }
    }

    /// The address a pointer at `address` will hold, relative to the load address.
    std::uint64_t pointer(std::uint64_t address) const
    {
        for (std::uint64_t at = 0; at + sizeof(Elf64_Rela) <= relocation_bytes_; at += sizeof(Elf64_Rela)) {
            const auto relocation = virtualAt<Elf64_Rela>(relocations_ + at);
            if (!relocation)
                break;
            if (relocation->r_offset != address)
                continue;
            const std::uint64_t type = ELF64_R_TYPE(relocation->r_info);
            if (type == kRelative)
                return static_cast<std::uint64_t>(relocation->r_addend);
            if (type == kAbsolute) {
                const auto symbol =
                    virtualAt<Elf64_Sym>(symbols_ + ELF64_R_SYM(relocation->r_info) * sizeof(Elf64_Sym));
                return symbol ? symbol->st_value + static_cast<std::uint64_t>(relocation->r_addend) : 0;
            }
            return 0;
        }
        // Packed relative relocations keep the value in place.
        return virtualAt<std::uint64_t>(address).value_or(0);
    }

    [[nodiscard]] std::string text(std::uint64_t address) const
    {
        const auto offset = offsetOf(address);
        if (!offset)
            return {};
        const std::string_view rest = bytes_.substr(*offset, kMaxText);
        return std::string(rest.substr(0, rest.find('\0')));
    }

    template <class T>
    [[nodiscard]] std::optional<T> virtualAt(std::uint64_t address) const
    {
        const auto offset = offsetOf(address);
        return offset ? at<T>(*offset) : std::nullopt;
    }

private:
    template <class T>
    [[nodiscard]] std::optional<T> at(std::uint64_t offset) const
    {
        if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T))
            return {};
        T value;
        std::memcpy(&value, bytes_.data() + offset, sizeof value);
        return value;
    }

    [[nodiscard]] std::optional<std::uint32_t> word(std::uint64_t address) const
    {
        return virtualAt<std::uint32_t>(address);
    }

    [[nodiscard]] std::optional<std::uint64_t> offsetOf(std::uint64_t address) const
    {
        for (const Elf64_Phdr& segment : loaded_)
            if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) {
                const std::uint64_t offset = segment.p_offset + (address - segment.p_vaddr);
                if (offset < bytes_.size())
                    return offset;
            }
        return {};
    }

    bool readDynamic()
    {
        for (std::uint64_t at_byte = 0; at_byte + sizeof(Elf64_Dyn) <= dynamic_.p_filesz;
             at_byte += sizeof(Elf64_Dyn)) {
            const auto entry = at<Elf64_Dyn>(dynamic_.p_offset + at_byte);
            if (!entry || entry->d_tag == DT_NULL)
                break;
            switch (entry->d_tag) {
            case DT_SYMTAB: symbols_ = entry->d_un.d_ptr; break;
            case DT_STRTAB: strings_ = entry->d_un.d_ptr; break;
            case DT_GNU_HASH: gnu_hash_ = entry->d_un.d_ptr; break;
            case DT_RELA: relocations_ = entry->d_un.d_ptr; break;
            case DT_RELASZ: relocation_bytes_ = entry->d_un.d_val; break;
            default: break;
            }
        }
        return symbols_ != 0 && strings_ != 0 && gnu_hash_ != 0;
    }

    std::string_view bytes_;
    std::vector<Elf64_Phdr> loaded_;
    Elf64_Phdr dynamic_{}; ///< of no size where there is none
    std::uint64_t symbols_ = 0, strings_ = 0, gnu_hash_ = 0, relocations_ = 0, relocation_bytes_ = 0;
};

} // namespace

Result<Stamp> readStamp(std::string_view bytes)
{
    using api::PluginStamp;
    static_assert(offsetof(PluginStamp, toolchain) == 8 && sizeof(PluginStamp) == 40,
                  "the layout read below");
    Image image(bytes);
    if (!image.open())
        return fail(ErrorCode::plugin_fault, "not a shared library of this machine");
    const auto symbol = image.find(kSymbol);
    if (!symbol || symbol->st_size < sizeof(PluginStamp) || ELF64_ST_TYPE(symbol->st_info) != STT_OBJECT ||
        symbol->st_shndx == SHN_UNDEF)
        return fail(ErrorCode::plugin_fault, "exports no zikao_plugin_stamp");
    const std::uint64_t at = symbol->st_value;
    const auto magic = image.virtualAt<std::uint32_t>(at + offsetof(PluginStamp, magic));
    const auto version = image.virtualAt<std::int32_t>(at + offsetof(PluginStamp, interface_version));
    if (!magic || !version)
        return fail(ErrorCode::plugin_fault, "its stamp has no value in the file");
    Stamp stamp;
    stamp.magic = *magic;
    stamp.interface_version = *version;
    stamp.toolchain = image.text(image.pointer(at + offsetof(PluginStamp, toolchain)));
    stamp.implements = image.text(image.pointer(at + offsetof(PluginStamp, implements)));
    stamp.id = image.text(image.pointer(at + offsetof(PluginStamp, id)));
    return stamp;
}

} // namespace zikao::plugin
