/*
 * Linked into the x86-64-v3 build only. The .NET runtime ends such a build on an older processor with an abort that names neither the
 * program nor the remedy; this runs before it, and before a single managed instruction.
 */
#include <stdio.h>
#include <unistd.h>

__attribute__((constructor)) static void check_processor(void)
{
    __builtin_cpu_init();
    const char *missing = !__builtin_cpu_supports("avx2") ? "AVX2"
        : !__builtin_cpu_supports("fma") ? "FMA"
        : !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2") ? "BMI2"
        : NULL;
    if (missing)
    {
        fprintf(stderr,
            "error: this build of shitu-edge (linux-x64-v3) needs a processor with AVX2, FMA and BMI2; this one has no %s.\n"
            "Install the build for any 64-bit x86 processor instead: linux-x64 ('./build.sh publish' makes both).\n",
            missing);
        _exit(1);
    }
}
