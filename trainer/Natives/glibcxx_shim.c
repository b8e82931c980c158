/* libLibTorchSharp.so asks libstdc++ for version GLIBCXX_3.4.32 (GCC 13) and means one symbol by it: the stream
   initialiser that objects built by older compilers carry themselves. This object defines that symbol, and every version
   name that libLibTorchSharp.so asks for (glibcxx_shim.map); everything else still comes from the system's libstdc++,
   which this object needs. */
void ios_base_library_initv(void);
void ios_base_library_initv(void) { }
__asm__(".symver ios_base_library_initv, _ZSt21ios_base_library_initv@@@GLIBCXX_3.4.32");
