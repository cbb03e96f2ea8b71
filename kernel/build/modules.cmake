# The build guards the levels of the house: a module may use modules of a lower level only.
#
#   kernel_module(cases LEVEL 7 USES base storage … LINK Poco::Foundation …)
#   zikao_plugin(payment-example LINK …)
#   zikao_test(cases USES cases …)

# What every target is compiled with. Targets link `zikao_flags`, which adds the precompiled header's own object.
add_library(zikao_compile INTERFACE)
# -fPIC everywhere, also in executables: one precompiled header can then serve every target.
target_compile_options(zikao_compile INTERFACE -Wall -Wextra -Werror -Wno-psabi -fPIC -pthread)
# GCC 12 sees overflows in std::string that are not there once it inlines deeply.
target_compile_options(zikao_compile INTERFACE
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-stringop-overread;-Wno-stringop-overflow;-Wno-restrict;-Wno-array-bounds>")
# Poco's targets define _FILE_OFFSET_BITS and the like; the precompiled header must have seen them too.
target_link_libraries(zikao_compile INTERFACE Threads::Threads Poco::Foundation)
target_include_directories(zikao_compile INTERFACE ${CMAKE_SOURCE_DIR})
# A fingerprint of what must agree between the host and a plugin before any code of the plugin runs.
set(ZIKAO_TOOLCHAIN "${CMAKE_CXX_COMPILER_ID}-${CMAKE_CXX_COMPILER_VERSION}-cxx20-${CMAKE_SYSTEM_PROCESSOR}")
if(ZIKAO_SANITIZE)
    set(ZIKAO_TOOLCHAIN "${ZIKAO_TOOLCHAIN}-asan")
    # Null dereferences stop under AddressSanitizer anyway; with these checks a file takes half as long again. The vptr
    # check asks the kernel through a pipe whether an address can be read: a confined worker has no pipes.
    target_compile_options(zikao_compile INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
                                                 -fno-sanitize=null,alignment,object-size,vptr
                                                 -fno-omit-frame-pointer)
    target_link_options(zikao_compile INTERFACE -fsanitize=address,undefined)
    target_compile_definitions(zikao_compile INTERFACE ZIKAO_SANITIZE=1)
endif()
if(ZIKAO_FUZZ)
    # The fuzzer sees which branches an input takes; containers tell of what AddressSanitizer does not see.
    target_compile_options(zikao_compile INTERFACE -fsanitize=fuzzer-no-link -O1)
    target_compile_definitions(zikao_compile INTERFACE ZIKAO_FUZZ=1 _GLIBCXX_ASSERTIONS)
endif()
if(ZIKAO_TSAN)
    if(ZIKAO_SANITIZE)
        message(FATAL_ERROR "ZIKAO_TSAN and ZIKAO_SANITIZE do not go together")
    endif()
    set(ZIKAO_TOOLCHAIN "${ZIKAO_TOOLCHAIN}-tsan")
    target_compile_options(zikao_compile INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
    target_link_options(zikao_compile INTERFACE -fsanitize=thread)
    target_compile_definitions(zikao_compile INTERFACE ZIKAO_SANITIZE=1) # its address space fits no limit either
endif()
target_compile_definitions(zikao_compile INTERFACE ZIKAO_TOOLCHAIN="${ZIKAO_TOOLCHAIN}")
if(ZIKAO_TESTS)
    target_compile_definitions(zikao_compile INTERFACE ZIKAO_TESTS=1)
endif()
# Poco's targets define feature macros; where only some targets had them, they could not share a precompiled header.
target_compile_definitions(zikao_compile INTERFACE
                           $<TARGET_PROPERTY:Poco::Foundation,INTERFACE_COMPILE_DEFINITIONS>)
find_program(MOLD mold)
if(MOLD)
    target_link_options(zikao_compile INTERFACE -fuse-ld=mold)
endif()

# One precompiled header for the whole tree: compiling it once per folder would cost more than it saves. The JSON class
# that most files use is instantiated here and nowhere else.
file(WRITE ${CMAKE_BINARY_DIR}/pch_anchor.cpp "template class nlohmann::basic_json<>;\n")
add_library(zikao_pch STATIC ${CMAKE_BINARY_DIR}/pch_anchor.cpp)
target_link_libraries(zikao_pch PUBLIC zikao_compile)
target_precompile_headers(zikao_pch PRIVATE ${CMAKE_SOURCE_DIR}/kernel/build/pch.hpp)
add_library(zikao_flags INTERFACE)
target_link_libraries(zikao_flags INTERFACE zikao_compile zikao_pch)

function(kernel_module name)
    cmake_parse_arguments(M "" "LEVEL" "USES;LINK" ${ARGN})
    if(NOT DEFINED M_LEVEL)
        message(FATAL_ERROR "kernel_module(${name}): LEVEL is missing")
    endif()
    set_property(GLOBAL PROPERTY ZIKAO_LEVEL_${name} ${M_LEVEL})
    foreach(used IN LISTS M_USES)
        get_property(level GLOBAL PROPERTY ZIKAO_LEVEL_${used})
        if("${level}" STREQUAL "")
            message(FATAL_ERROR "kernel/${name} (level ${M_LEVEL}) uses kernel/${used}, which is not declared before it")
        elseif(NOT level LESS M_LEVEL)
            message(FATAL_ERROR "kernel/${name} (level ${M_LEVEL}) may not use kernel/${used} (level ${level}): "
                                "include downwards only")
        endif()
    endforeach()
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp
                                        ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*/*.cpp)
    if(NOT sources)
        add_library(zikao_${name} INTERFACE)
        set(scope INTERFACE)
    else()
        add_library(zikao_${name} STATIC ${sources})
        set(scope PUBLIC)
        target_precompile_headers(zikao_${name} REUSE_FROM zikao_pch)
    endif()
    target_link_libraries(zikao_${name} ${scope} zikao_flags ${M_LINK})
    foreach(used IN LISTS M_USES)
        target_link_libraries(zikao_${name} ${scope} zikao_${used})
    endforeach()
    # Linking alone does not show an upward include; the include lines are checked at configure time.
    file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.hpp
                                        ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*/*.hpp)
    foreach(source IN LISTS sources headers)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
        file(STRINGS ${source} lines REGEX "^#include \"kernel/")
        foreach(line IN LISTS lines)
            string(REGEX REPLACE "^#include \"kernel/([a-z]+)/.*" "\\1" used "${line}")
            if(NOT used STREQUAL name AND NOT used IN_LIST M_USES)
                message(FATAL_ERROR "${source}: includes kernel/${used}, but kernel/${name} (level ${M_LEVEL}) does not use it")
            endif()
        endforeach()
    endforeach()
endfunction()

# A plugin is one shared library with its manifest beside it: lib/plugins/<id>/{plugin.so,manifest.json}. Its sources lie in
# <id>, or in FROM.
function(zikao_plugin id)
    cmake_parse_arguments(P "" "FROM" "LINK" ${ARGN})
    set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${id})
    if(P_FROM)
        set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${P_FROM})
    endif()
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    string(REPLACE "-" "_" target ${id})
    set(target plugin_${target})
    # The objects are a library of their own so that a unit test can link what the plugin is made of.
    add_library(${target}_core OBJECT ${sources})
    target_link_libraries(${target}_core PUBLIC zikao_flags ${P_LINK})
    target_precompile_headers(${target}_core REUSE_FROM zikao_pch)
    add_library(${target} MODULE $<TARGET_OBJECTS:${target}_core>)
    target_link_libraries(${target} PRIVATE ${target}_core)
    set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME plugin
                          LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/plugins/${id})
    configure_file(${folder}/manifest.json ${CMAKE_BINARY_DIR}/lib/plugins/${id}/manifest.json COPYONLY)
endfunction()

# tests/<folder>/*_test.cpp become one program and one CTest entry: a process for each of two thousand tests would start
# sanitizers, rule workers and plugins two thousand times. What each test said lies in test-results/<name>.xml.
# LIGHT_PASSWORDS: passwords are hashed at next to no cost, which takes half of the time of a program that logs in for each test.
# COST: seconds with sanitizers, of those that take a minute and more. They begin first, so that none of them ends alone.
function(zikao_test name)
    cmake_parse_arguments(T "LIGHT_PASSWORDS" "COST" "SOURCES;LINK" ${ARGN})
    add_executable(test_${name} ${T_SOURCES})
    target_link_libraries(test_${name} PRIVATE zikao_flags GTest::gtest GTest::gmock ${T_LINK} zikao_test_main)
    target_precompile_headers(test_${name} REUSE_FROM zikao_test_main)
    target_compile_definitions(test_${name} PRIVATE ZIKAO_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ZIKAO_BUILD_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND test_${name} --gtest_brief=1 --gtest_output=xml:${CMAKE_BINARY_DIR}/test-results/${name}.xml)
    set_tests_properties(${name} PROPERTIES TIMEOUT 900)
    if(T_COST)
        set_tests_properties(${name} PROPERTIES COST ${T_COST})
    endif()
    if(T_LIGHT_PASSWORDS)
        set_tests_properties(${name} PROPERTIES ENVIRONMENT ZIKAO_CONTROL_OFF=password_cost)
    endif()
endfunction()
